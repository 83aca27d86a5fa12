"""Strict loading."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine.values.errors import WeightsMissing
from engine.weights.loading import load_strict

CPU = torch.device("cpu")


class Small(nn.Module):
    kept: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 2)
        self.register_buffer("ids", torch.arange(4))


def meta() -> Small:
    with torch.device("meta"):
        return Small()


@pytest.fixture
def state() -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in Small().state_dict().items()}


def test_fills_a_module_built_on_the_meta_device(
    tmp_path: Path, state: dict[str, torch.Tensor]
) -> None:
    half = {name: t.half() if t.is_floating_point() else t for name, t in state.items()}
    save_file(half, tmp_path / "a.safetensors")
    module = load_strict(meta(), tmp_path / "a.safetensors", device=CPU, dtype=torch.float32)
    assert module.first.weight.dtype == torch.float32 and not module.first.weight.requires_grad
    assert torch.equal(module.first.weight, half["first.weight"].float())
    assert torch.equal(module.get_buffer("ids"), torch.arange(4))
    assert not module.training


def test_nothing_may_be_missing_left_over_or_of_another_shape(
    tmp_path: Path, state: dict[str, torch.Tensor]
) -> None:
    missing = {name: tensor for name, tensor in state.items() if name != "ids"}
    left_over = {**state, "extra": torch.zeros(1)}
    reshaped = {**state, "first.weight": torch.zeros(2, 4)}
    for wrong, named in ((missing, "ids"), (left_over, "extra"), (reshaped, r"\(2, 4\)")):
        save_file(wrong, tmp_path / "a.safetensors")
        with pytest.raises(WeightsMissing, match=named):
            load_strict(meta(), tmp_path / "a.safetensors", device=CPU, dtype=torch.float32)


def test_files_that_are_no_weights(tmp_path: Path) -> None:
    for content in (b"", b"not weights at all", b"\xff" * 100):
        (tmp_path / "a.safetensors").write_bytes(content)
        with pytest.raises(WeightsMissing, match="cannot be read"):
            load_strict(meta(), tmp_path / "a.safetensors", device=CPU, dtype=torch.float32)
    with pytest.raises(WeightsMissing, match="cannot be read"):
        load_strict(meta(), tmp_path / "absent.safetensors", device=CPU, dtype=torch.float32)
