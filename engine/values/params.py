"""SamplingParams: how tokens are drawn."""

import math
from dataclasses import dataclass

from engine.values.errors import BadInput

MAX_SEED = 2**31 - 1
LEAST_STRENGTH = 0.01


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """Checked at construction (BadInput). `top_k` 0, `top_p` 1 and `guidance_scale` 1 mean off.

    seed: 0..MAX_SEED. steps: 0 lets the generator choose. temperature: 0 draws the likeliest token.
    guidance_scale: logits = uncond + g * (cond - uncond). strength: of a box edit, the share of the
    box that is drawn anew, LEAST_STRENGTH..1; below 1 something of what it shows stays.
    """

    seed: int = 0
    steps: int = 0
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    guidance_scale: float = 1.0
    strength: float = 1.0

    def __post_init__(self) -> None:
        numbers = (self.temperature, self.top_p, self.guidance_scale, self.strength)
        if not all(math.isfinite(number) for number in numbers):
            raise BadInput("Sampling settings must be finite numbers.")
        for name, value, low, high in (
            ("seed", self.seed, 0, MAX_SEED),
            ("steps", self.steps, 0, 1000),
            ("temperature", self.temperature, 0, 10),
            ("top-k", self.top_k, 0, 1_000_000),
            ("top-p", self.top_p, 0, 1),
            ("guidance", self.guidance_scale, 0, 50),
            ("strength", self.strength, LEAST_STRENGTH, 1),
        ):
            if not low <= value <= high:
                raise BadInput(f"The {name} must lie between {low} and {high}, not {value}.")
