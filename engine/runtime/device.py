"""Device, number formats and thread count of the engine: chosen once a process."""

import platform
from dataclasses import dataclass, replace

import torch

from engine.hardware import native_bfloat16, pick_device, present_devices, usable_cores
from engine.values.computing import Computing, Precision


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


def choose_device(name: str = "auto", threads: int = 0) -> Device:
    """auto takes CUDA, then MPS, then the CPU; BadInput when the one asked for is not there.

    Sets torch's thread count; with 0 threads, one core is left to the window.
    """
    device = pick_device(name)
    threads = min(threads, usable_cores()) or max(1, usable_cores() - 1)
    torch.set_num_threads(threads)
    # Generators stay in float32: a step must give the same tokens whether its keys and values
    # come from the cache or are computed anew, and rounding to 8 bits would tip some draws.
    return Device(device, torch.float32, _picture_dtype(device.type), threads)


def settled(wanted: Computing) -> Device:
    """As wanted; on the fastest device instead when the one asked for is not there (any more)."""
    name = wanted.device if wanted.device in present_devices() else "auto"
    return with_precision(choose_device(name, wanted.threads), wanted.precision)


def reason(device: Device, wanted: Computing) -> str:
    """Why this device computes, in plain words, for people."""
    kind = device.device.type
    present = present_devices()
    cores = f"{device.threads} of {usable_cores()} cores"
    if wanted.device not in ("auto", *present):
        said = f"The settings ask for {wanted.device}, which this machine has not."
    elif wanted.device != "auto":
        said = "The settings ask for this device."
    elif kind == "cpu":
        said = "PyTorch finds no graphics card that it can use, so the processor computes."
    else:
        said = "The graphics card is the fastest device here."
    if kind == "cpu":
        left = device.threads < usable_cores()
        said += f" It uses {cores}; " + ("the rest is left to the window." if left else "all.")
    if kind == "cuda" and torch.version.hip:
        said += " It is driven by ROCm."
    return said


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
