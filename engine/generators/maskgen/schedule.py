"""How many tokens a step keeps, how strongly it is guided and how much chance it is given.

Chang et al., "MaskGIT" (arXiv 2202.04200), section 3.3, with the arccosine masking of TiTok and
MaskGen (arXiv 2406.07550, 2501.07730). A step s of S ends at the share r = (s + 1) / S.
"""

import math
from dataclasses import dataclass
from typing import Literal

GuidanceCourse = Literal["constant", "linear", "rising", "cosine", "power-cosine"]
"""constant; linear: from nothing at the first step (TiTok-L and -B); rising, cosine: from the
weight 1 to the full one (MaskGen); power-cosine: from none to the full scale (TiTok-S)."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """steps: S by default. chance: weight of the noise in the first step, falling to 0 with r;
    SamplingParams.temperature multiplies it. softens: logits are divided by 0.5 + 0.8 (1 - r).

    noisy_order: the noise also acts on which tokens are kept. power: of the cosine courses.
    """

    steps: int
    guidance: GuidanceCourse
    chance: float
    softens: bool = True
    noisy_order: bool = True
    power: float = 1.0

    def noise(self, step: int, steps: int, temperature: float = 1.0) -> float:
        """Weight of the noise in a step, 0 in the last."""
        return temperature * self.chance * (1 - (step + 1) / steps)

    def softening(self, step: int, steps: int) -> float:
        """What logits are divided by, 1.3 at the start and 0.5 at the end."""
        return 0.5 + 0.8 * (1 - (step + 1) / steps) if self.softens else 1.0

    def guidance_scale(self, step: int, steps: int, scale: float) -> float:
        """The house's g of a step: uncond + g (cond - uncond); `scale` is its largest.

        Published weights w count from the conditional logits, cond + w (cond - uncond), but in
        the power-cosine course: so g = 1 + w.
        """
        if self.guidance == "power-cosine":
            return 1 + (scale - 1) * _cosine_rise((step / steps) ** self.power)
        return 1 + self._weight(step, steps, scale - 1)

    def _weight(self, step: int, steps: int, largest: float) -> float:
        if self.guidance == "constant":
            return largest
        if self.guidance == "linear":
            return largest * step / steps
        share = (step + 1) / steps
        rise = share if self.guidance == "rising" else _cosine_rise(share**self.power)
        # Published courses start from 1; a smaller weight than that must not fall below itself.
        first = min(1.0, largest)
        return first + (largest - first) * rise


def _cosine_rise(share: float) -> float:
    """0..1 -> 0..1, slow at both ends."""
    return (1 - math.cos(math.pi * share)) / 2


def still_masked(masked: int, step: int, steps: int, editable: int) -> int:
    """How many of `masked` sites stay masked after a step, of `editable` that began so.

    At least one is unmasked and, but for the last step, at least one stays; 0 after the last.
    """
    if step + 1 >= steps:
        return 0
    due = math.floor(editable * math.acos((step + 1) / steps) / (math.pi / 2))
    return max(1, min(due, masked - 1))


def still_masked_in_random_order(masked: int, step: int, steps: int, tokens: int) -> int:
    """The cosine course of continuous tokens: as still_masked, n = floor(N cos(pi r / 2))."""
    if step + 1 >= steps:
        return 0
    due = math.floor(tokens * math.cos(math.pi / 2 * (step + 1) / steps))
    return max(1, min(due, masked - 1))


def guidance_in_random_order(left: int, tokens: int, scale: float) -> float:
    """g of a step that leaves `left` sites masked, up to nearly `scale`: the last counts as if it
    left one."""
    return 1 + (scale - 1) * (tokens - max(left, 1)) / tokens
