"""Which optimizer moves which weights."""

import pytest
import torch
from torch import nn

from engine.tokenizers.vision_transformer import VisionBlock
from engine.training.optimizers import Kind, optimizers


class Pictures(nn.Module):
    """A patch embedding, words, one block and a place for latents."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, 4)
        self.words = nn.Embedding(10, 8)
        self.latents = nn.Parameter(torch.zeros(5, 8))
        self.block = VisionBlock(8, 2)


def moved(network: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, float]:
    """Names of its weights and how much they decay."""
    names = {parameter: name for name, parameter in network.named_parameters()}
    return {
        names[parameter]: group["weight_decay"]
        for group in optimizer.param_groups
        for parameter in group["params"]
    }


def of(network: nn.Module, kind: Kind) -> list[dict[str, float]]:
    found = optimizers(network, kind, lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)
    return [moved(network, optimizer) for optimizer in found]


def test_muon_moves_the_matrices_inside_and_adamw_the_rest() -> None:
    network = Pictures()
    muon, adamw = of(network, "muon")
    linear = ("out_proj.weight", "c_fc.weight", "c_proj.weight", "in_proj_weight")
    assert len(muon) == 4 and all(name.endswith(linear) for name in muon)
    assert set(muon.values()) == {0.1}
    assert not muon.keys() & adamw.keys()
    assert muon.keys() | adamw.keys() == dict(network.named_parameters()).keys()
    assert {name for name, decay in adamw.items() if decay} == {"patches.weight", "latents"}


@pytest.mark.parametrize("network", [Pictures(), nn.Conv2d(3, 4, 1)])
def test_adamw_moves_everything(network: nn.Module) -> None:
    (all_of_them,) = of(network, "adamw")
    assert all_of_them.keys() == dict(network.named_parameters()).keys()
    # Nothing for Muon to do: none is made.
    assert len(of(nn.Conv2d(3, 4, 1), "muon")) == 1


def test_frozen_weights_stay() -> None:
    network = Pictures()
    network.block.requires_grad_(False)
    (adamw,) = of(network, "muon")
    assert adamw.keys() == {"patches.weight", "patches.bias", "words.weight", "latents"}
