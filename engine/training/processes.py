"""What the processes of one run must agree on; a run of one process agrees with itself."""

import os

import torch
from accelerate import PartialState
from torch import Tensor


def begin(device: torch.device) -> None:
    """Meet the other processes of the run, where `torchrun` or `accelerate launch` started some."""
    PartialState(cpu=device.type == "cpu")


def is_main() -> bool:
    """Whether this process speaks and writes for all; known before they have met."""
    return os.environ.get("RANK", "0") == "0"


def several() -> bool:
    return torch.distributed.is_available() and torch.distributed.is_initialized()


def agreed(value: float) -> float:
    """The main process's value, such as a clock's, so that all do the same."""
    if not several():
        return value
    shared = torch.tensor(value, dtype=torch.float64, device=PartialState().device)
    torch.distributed.broadcast(shared, src=0)
    return shared.item()


def make_alike(weights: Tensor) -> None:
    """Overwrite with the main process's."""
    if several():
        torch.distributed.broadcast(weights.detach(), src=0)
