"""DecodeState: all that a generator needs to go on from a step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.values.tokens import TokenMap


@dataclass(frozen=True, slots=True, eq=False)
class DecodeState:
    """Small, immutable, writable to disk: no tensor, no cache, no random state.

    step: number of steps done. latent: (D,) float32 noise drawn once per picture, or None.
    draft: (L,) int32 ids of a whole picture to show while tokens are unknown, or None; nothing
    depends on it, so it takes no part in comparisons and may be lost.
    """

    step: int
    tokens: TokenMap
    latent: NDArray[np.float32] | None = None
    draft: NDArray[np.int32] | None = None

    def __post_init__(self) -> None:
        if self.step < 0:
            raise ValueError(f"step must not be negative, got {self.step}")
        if self.latent is not None:
            latent = np.array(self.latent, dtype=np.float32, copy=True)
            latent.setflags(write=False)
            object.__setattr__(self, "latent", latent)
        if self.draft is not None:
            draft = np.array(self.draft, dtype=np.int32, copy=True)
            draft.setflags(write=False)
            object.__setattr__(self, "draft", draft)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DecodeState):
            return NotImplemented
        if (self.latent is None) != (other.latent is None):
            return False
        same_latent = self.latent is None or np.array_equal(self.latent, other.latent)  # type: ignore[arg-type]
        return self.step == other.step and self.tokens == other.tokens and bool(same_latent)

    def __hash__(self) -> int:
        return hash((self.step, self.tokens))
