"""What the model is fed, made ahead of it in worker processes."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from engine.hardware import usable_cores

Batch = tuple[Tensor, ...]
Key = TypeVar("Key")
Made = TypeVar("Made")

CAN_FORK = "fork" in multiprocessing.get_all_start_methods()
MADE_AHEAD = 4
"""What each worker has ready."""


class Draws(Protocol):
    """Whatever draws batches."""

    def batch(self, step: int, size: int) -> Batch:
        """Depends on the step alone, so that it does not matter who draws it, or when."""
        ...


class _Made(Dataset[Made], Generic[Key, Made]):
    def __init__(self, make: Callable[[Key], Made]) -> None:
        self._make = make

    def __getitem__(self, key: Key) -> Made:
        return self._make(key)


def in_order(
    make: Callable[[Key], Made], keys: Iterable[Key], workers: int, *, pinned: bool = False
) -> Iterator[Made]:
    """make(key) of each key; `workers` processes make them ahead, with 0 each is made on demand.

    Workers are forked: they share the parent's data without a copy, and must touch no GPU.
    """
    loader = DataLoader(
        _Made(make),
        sampler=keys,
        batch_size=None,
        collate_fn=_as_it_is,
        num_workers=workers,
        pin_memory=pinned,
        multiprocessing_context="fork" if workers else None,
        prefetch_factor=MADE_AHEAD if workers else None,
    )
    yield from loader


def batches(
    task: Draws, size: int, *, first: int, stride: int, workers: int, device: torch.device
) -> Iterator[Batch]:
    """Without end: the batches `first`, `first + stride`, ... on the CPU, in this order."""
    return in_order(
        lambda step: task.batch(step, size),
        count(first, stride),
        workers,
        pinned=device.type == "cuda",
    )


def default_workers(processes: int) -> int:
    """Half of the cores that a training process has for itself; none where it has two or fewer.

    There the model needs both, and drawing takes a few hundredths of a step.
    """
    cores = usable_cores() // processes
    return cores // 2 if CAN_FORK and cores > 2 else 0


def _as_it_is(made: Made) -> Made:
    return made
