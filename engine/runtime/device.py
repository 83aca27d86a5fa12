"""Device, number formats and thread count: chosen here and nowhere else, once a process."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass

import torch

from engine.values.errors import BadInput

CHOICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class Device:
    """dtype: of generators and text towers. picture_dtype: of image tokenizers."""

    device: torch.device
    dtype: torch.dtype
    picture_dtype: torch.dtype
    threads: int

    def describe(self) -> str:
        """In plain words, for people."""
        numbers = str(self.picture_dtype).removeprefix("torch.")
        if self.device.type == "cuda":
            return f"{torch.cuda.get_device_name(self.device)} (CUDA, pictures in {numbers})"
        if self.device.type == "mps":
            return f"Apple GPU (Metal, pictures in {numbers})"
        cores = "1 core" if self.threads == 1 else f"{self.threads} cores"
        return f"{platform.machine()} processor, {cores}, pictures in {numbers}"


def choose_device(name: str = "auto") -> Device:
    """auto takes CUDA, then MPS, then the CPU; BadInput when the one asked for is not there.

    Sets torch's thread count: one core is left to the window.
    """
    if name not in CHOICES:
        raise BadInput(f"There is no device {name!r}.", f"Choose one of {', '.join(CHOICES)}.")
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not present.get(name, True):
        raise BadInput(f"This machine has no {name} device.", "Use auto or cpu.")
    threads = max(1, usable_cores() - 1)
    torch.set_num_threads(threads)
    chosen = next(kind for kind in ("cuda", "mps", "cpu") if present.get(kind, True))
    kind = chosen if name == "auto" else name
    # Generators stay in float32: a step must give the same tokens whether its keys and values
    # come from the cache or are computed anew, and rounding to 8 bits would tip some draws.
    return Device(torch.device(kind), torch.float32, _picture_dtype(kind), threads)


def _picture_dtype(kind: str) -> torch.dtype:
    """bfloat16 halves the time of a tokenizer's convolutions where the processor computes in it.

    Measured on one core with AVX-512 BF16, 128 px: decode 57 -> 28 ms, encode 25 -> 12 ms; colours
    move by less than one level on average. Elsewhere bfloat16 is emulated, and slower. Generators
    gain little from it (252 -> 255 ms for one candidate, 554 -> 433 for four).
    """
    if kind != "cpu":
        return torch.float32
    # Older torch does not tell what the processor can do.
    abilities: Mapping[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    native = abilities.get("avx512_bf16") or abilities.get("amx_bf16")
    return torch.bfloat16 if native else torch.float32


def usable_cores() -> int:
    """Cores that this process may run on, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
