"""Device, number formats and thread count of the engine: chosen once a process."""

import platform
from dataclasses import dataclass, replace
from typing import Literal

import torch

from engine.hardware import native_bfloat16, pick_device, usable_cores

Precision = Literal["full", "half"]


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
    device = pick_device(name)
    threads = max(1, usable_cores() - 1)
    torch.set_num_threads(threads)
    # Generators stay in float32: a step must give the same tokens whether its keys and values
    # come from the cache or are computed anew, and rounding to 8 bits would tip some draws.
    return Device(device, torch.float32, _picture_dtype(device.type), threads)


def with_precision(device: Device, precision: Precision) -> Device:
    """Half precision takes half the memory for weights; steps may then depend on their batch and
    on how they were resumed, which in full precision they do not."""
    if precision == "full":
        return device
    # float16 overflows where bfloat16 does not, and processors compute in it slowly.
    return replace(device, dtype=torch.bfloat16, picture_dtype=torch.bfloat16)


def _picture_dtype(kind: str) -> torch.dtype:
    """bfloat16 halves the time of a tokenizer's convolutions where the processor computes in it.

    Measured on one core with AVX-512 BF16, 128 px: decode 57 -> 28 ms, encode 25 -> 12 ms; colours
    move by less than one level on average. Elsewhere bfloat16 is emulated, and slower. Generators
    gain little from it (252 -> 255 ms for one candidate, 554 -> 433 for four).
    """
    native = kind == "cpu" and native_bfloat16(kind)
    return torch.bfloat16 if native else torch.float32
