"""Computing: on which device, in which precision and with how many cores the engine is to work."""

from dataclasses import dataclass
from typing import Literal

DeviceName = Literal["auto", "cuda", "mps", "cpu"]
Precision = Literal["full", "half"]
DEVICE_NAMES: tuple[DeviceName, ...] = ("auto", "cuda", "mps", "cpu")
PRECISIONS: tuple[Precision, ...] = ("full", "half")


@dataclass(frozen=True, slots=True)
class Computing:
    """device: auto takes the fastest that is here. threads: of the processor; 0 is all but one."""

    device: DeviceName = "auto"
    precision: Precision = "full"
    threads: int = 0
