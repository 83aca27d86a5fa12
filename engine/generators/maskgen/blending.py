"""Box edits with tokens that have no place: which to redraw, and the rest kept true to the picture.

A box is redrawn by masking the tokens that speak most of it. Every few steps the whole guess is
decoded, the original is put back around the box, and the tokens that are kept are read anew from
that picture: the discrete relative of Avrahami et al., "Blended Diffusion" (arXiv 2111.14818), and
of the resets of arXiv 2506.08257.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.generators.base import Surroundings
from engine.text.base import Conditioning
from engine.tokenizers.titok_tokenizer import TiTokTokenizer
from engine.values.strength import first_sites

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BlendPolicy:
    """strength: share of the tokens that a box redraws, in (0, 1]; 1 redraws the whole picture and
    pastes the box. blend_steps: kept tokens are read anew after so many steps, 0 = never."""

    strength: float = 0.75
    blend_steps: int = 4

    def __post_init__(self) -> None:
        if not 0 < self.strength <= 1 or self.blend_steps < 0:
            raise ValueError(f"a strength of {self.strength} or {self.blend_steps} steps is none")

    def is_due(self, step: int, steps: int) -> bool:
        """Whether kept tokens are read anew after a step; not after the last."""
        return bool(self.blend_steps) and (step + 1) % self.blend_steps == 0 and step + 1 < steps


def relevant_sites(
    tokenizer: TiTokTokenizer, surroundings: Surroundings, strength: float
) -> NDArray[np.bool_]:
    """(N,) bool: the sites that speak most of the box, ceil(strength * N) of them.

    All where the tokenizer cannot tell.
    """
    count = tokenizer.network.config.tokens
    if not tokenizer.knows_places:
        return np.ones(count, bool)
    relevance = tokenizer.relevance(surroundings.picture, surroundings.shown)
    return first_sites(-relevance, np.ones(count, bool), strength)


def reread(
    tokenizer: TiTokTokenizer,
    guesses: NDArray[np.int32],
    surroundings: Surroundings,
    condition: Conditioning,
) -> NDArray[np.int32]:
    """Guessed pictures (n, N) -> the tokens (n, N) of the same with the original around the box."""
    decoded = tokenizer.with_text(condition.for_pictures).decode(guesses)
    original = surroundings.picture.astype(np.float32)
    blended = original + surroundings.shown[..., None] * (decoded.astype(np.float32) - original)
    return tokenizer.encode(np.rint(blended).astype(np.uint8))
