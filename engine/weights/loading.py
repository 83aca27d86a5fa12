"""Strict loading: the file's header is compared with the module before any weight is read."""

from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from torch import nn

from engine.values.errors import WeightsMissing
from engine.weights.store import REMEDY

Module = TypeVar("Module", bound=nn.Module)
NAMED_AT_MOST = 3


def load_strict(
    module: Module, path: Path, *, device: torch.device, dtype: torch.dtype, freeze: bool = True
) -> Module:
    """Fills `module` (built on the meta device, or real) from a safetensors file.

    Floating tensors become `dtype`. WeightsMissing when keys or shapes differ: none may be missing,
    none left over.
    """
    try:
        with _opened(path, device) as file:
            _check_header(module, _header(file), path)
            state = {
                name: tensor.to(dtype) if tensor.is_floating_point() else tensor
                for name in file.keys()  # noqa: SIM118 - not a dict
                for tensor in [file.get_tensor(name)]
            }
    except (SafetensorError, OSError) as error:
        raise WeightsMissing(f"The weights {path.name} cannot be read: {error}.", REMEDY) from error
    module.load_state_dict(state, strict=True, assign=True)
    # What the file does not hold (buffers that are computed) follows to the device.
    module.to(device=device)
    return module.eval().requires_grad_(not freeze)


def _opened(path: Path, device: torch.device) -> Any:  # noqa: ANN401 - safetensors has no types
    try:
        return safe_open(path, framework="pt", device=str(device))
    except RuntimeError as error:  # of a file that is larger than addresses reach
        raise OSError(str(error)) from error


def _header(file: Any) -> dict[str, tuple[int, ...]]:  # noqa: ANN401 - safetensors has no types
    return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118


def _check_header(module: nn.Module, found: dict[str, tuple[int, ...]], path: Path) -> None:
    expected = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    differing = [
        f"{name}: {found.get(name, 'absent')} instead of {expected.get(name, 'nothing')}"
        for name in sorted(found.keys() | expected.keys())
        if found.get(name) != expected.get(name)
    ]
    if differing:
        raise WeightsMissing(
            f"The weights {path.name} do not fit the model ({len(differing)} entries): "
            + "; ".join(differing[:NAMED_AT_MOST])
            + ".",
            REMEDY,
        )
