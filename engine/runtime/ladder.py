"""What is tried when memory runs out: the same job once more, on the next rung."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch

Made = TypeVar("Made")
SIGNS = ("out of memory", "allocate memory", "not enough memory")


@dataclass(frozen=True, slots=True)
class Rung:
    """How candidates are decoded. at_once: how many of them together. on_cpu: by the processor,
    whatever the engine's device is. sentence: for people; empty at the first try.
    """

    at_once: int
    on_cpu: bool = False
    sentence: str = ""


def rungs(at_once: int, device_type: str) -> tuple[Rung, ...]:
    """The first try and the next rung: fewer candidates at a time, else the processor, if any."""
    first = Rung(at_once)
    if at_once > 1:
        return first, Rung(1, sentence="Memory ran out: the candidates are made one by one now.")
    if device_type != "cpu":
        sentence = "The graphics card ran out of memory: the processor does it now, which is slow."
        return first, Rung(1, on_cpu=True, sentence=sentence)
    return (first,)


def within_memory(work: Callable[[], Made]) -> Made | None:
    """What `work` returns; None when memory ran out. Other errors go on.

    The error ends here, and with its traceback all that the failed work still held.
    """
    try:
        return work()
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            return None
        raise


def is_out_of_memory(error: Exception) -> bool:
    """Also by its words: the CPU's allocator raises plain RuntimeErrors."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return any(sign in text for sign in SIGNS)
