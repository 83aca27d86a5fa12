"""TokenMap: the tokens of one picture, known or not."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.values.layout import TokenLayout

UNKNOWN = -1
"""Id of a site that has no token yet; never the mask id of some network."""


@dataclass(frozen=True, slots=True, eq=False)
class TokenMap:
    """ids: (L,) int32, UNKNOWN or in [0, codebook_size); stored read-only, in the layout's order.

    Raises ValueError when the ids do not fit the layout or the codebook.
    """

    ids: NDArray[np.int32]
    layout: TokenLayout
    codebook_size: int

    def __post_init__(self) -> None:
        ids = np.array(self.ids, dtype=np.int32, copy=True)
        if ids.shape != (self.layout.length,):
            raise ValueError(f"{self.layout} holds {self.layout.length} ids, got shape {ids.shape}")
        if ids.min() < UNKNOWN or ids.max() >= self.codebook_size:
            raise ValueError(
                f"ids must lie in -1..{self.codebook_size - 1}, got {ids.min()}..{ids.max()}"
            )
        ids.setflags(write=False)
        object.__setattr__(self, "ids", ids)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TokenMap):
            return NotImplemented
        return (
            self.layout == other.layout
            and self.codebook_size == other.codebook_size
            and bool(np.array_equal(self.ids, other.ids))
        )

    def __hash__(self) -> int:
        return hash((self.layout, self.codebook_size, self.ids.tobytes()))

    @classmethod
    def unknown(cls, layout: TokenLayout, codebook_size: int) -> "TokenMap":
        """A map with no token known."""
        return cls(np.full(layout.length, UNKNOWN, np.int32), layout, codebook_size)

    @property
    def known(self) -> NDArray[np.bool_]:
        """(L,) bool: True where a token is known."""
        known: NDArray[np.bool_] = self.ids != UNKNOWN
        return known

    def without(self, sites: NDArray[np.bool_]) -> "TokenMap":
        """Unknown where `sites` (L,) are True."""
        return replace(self, ids=np.where(sites, UNKNOWN, self.ids))
