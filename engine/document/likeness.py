"""How like two pictures are: the same, nearly, or not at all."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.values.jobs import Pixels

Verdict = Literal["equal", "near", "different"]

NEAR_DB = 30.0
"""Above it the eye sees the same picture, rounded in another way."""
LOSSY_DB = 20.0
"""What a lossy format may leave of a noisy picture; another picture is below."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """changed: of `pixels` pixels. psnr_db: peak signal to noise, inf when nothing changed.

    near_db: from where on it counts as near.
    """

    psnr_db: float
    changed: int
    pixels: int
    near_db: float

    @property
    def verdict(self) -> Verdict:
        if not self.changed:
            return "equal"
        return "near" if self.psnr_db >= self.near_db else "different"

    def as_sentence(self) -> str:
        if not self.changed:
            return f"Equal: all {self.pixels} pixels are the same."
        told = f"{self.changed} of {self.pixels} pixels changed, PSNR {self.psnr_db:.1f} dB"
        return f"{self.verdict.capitalize()}: {told}."


def likeness(first: Pixels, second: Pixels, near_db: float = NEAR_DB) -> Likeness:
    """Of two (H, W, 3) uint8; ValueError for pictures of different sizes."""
    if first.shape != second.shape:
        raise ValueError(f"{first.shape} and {second.shape} cannot be compared")
    differences = first.astype(np.int16) - second
    error = float(np.square(differences, dtype=np.float64).mean())
    psnr = math.inf if error == 0 else 10 * math.log10(255**2 / error)
    changed = int(differences.any(axis=2).sum())
    return Likeness(psnr, changed, first.shape[0] * first.shape[1], near_db)
