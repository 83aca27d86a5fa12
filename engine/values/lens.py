"""TokenLens: how sure a generator is of the tokens it drew, and what else it might have drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.values.layout import Pyramid, Raster, TokenLayout
from engine.values.region import pyramid_sites
from engine.values.tokens import UNKNOWN


@dataclass(frozen=True, slots=True, eq=False)
class TokenLens:
    """Of one state. confidence (L,) float32 in 0..1: the probability of each site's token, NaN
    where there is none that the decode drew.

    It is taken from the distribution that the site is drawn from given the tokens as they are:
    after guidance and temperature (1 where the likeliest token was taken), before top-k and top-p.
    alternatives (L, A) int32: the likeliest ids of each site, best first, UNKNOWN without a
    confidence; chances (L, A) float32: their probabilities, 0 there.

    Raises ValueError when the shapes do not belong together.
    """

    confidence: NDArray[np.float32]
    alternatives: NDArray[np.int32]
    chances: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.alternatives.shape != self.chances.shape:
            raise ValueError(f"{self.alternatives.shape} ids for {self.chances.shape} chances")
        if len(self.alternatives) != len(self.confidence):
            raise ValueError(f"{len(self.alternatives)} rows for {len(self.confidence)} sites")
        for array in (self.confidence, self.alternatives, self.chances):
            array.setflags(write=False)

    @classmethod
    def blank(cls, sites: int, alternatives: int) -> "TokenLens":
        """Nothing is known of any site."""
        return cls(
            np.full(sites, np.nan, np.float32),
            np.full((sites, alternatives), UNKNOWN, np.int32),
            np.zeros((sites, alternatives), np.float32),
        )

    @property
    def told(self) -> NDArray[np.bool_]:
        """(L,) bool: sites with a confidence."""
        return ~np.isnan(self.confidence)

    def spread(self, sites: NDArray[np.bool_]) -> "TokenLens":
        """Its rows at the sites that the (L,) bool names; nothing is known of the others."""
        return TokenLens.blank(len(sites), self.alternatives.shape[1]).with_sites(sites, self)

    def with_sites(self, sites: NDArray[np.bool_], found: "TokenLens") -> "TokenLens":
        """What `found` (one row a site named by the (L,) bool) says of them, and the rest as is."""
        confidence, alternatives = self.confidence.copy(), self.alternatives.copy()
        chances = self.chances.copy()
        confidence[sites], alternatives[sites] = found.confidence, found.alternatives
        chances[sites] = found.chances
        return TokenLens(confidence, alternatives, chances)

    def only(self, sites: NDArray[np.bool_]) -> "TokenLens":
        """Of these sites (L,) bool alone; nothing is known of the others."""
        rows = TokenLens(self.confidence[sites], self.alternatives[sites], self.chances[sites])
        return rows.spread(sites)


@dataclass(frozen=True, slots=True)
class Cells:
    """The raster of sites that a lens shows: side x side, the first of them site number `first`."""

    side: int
    first: int

    @property
    def sites(self) -> slice:
        return slice(self.first, self.first + self.side * self.side)


def shown_cells(layout: TokenLayout, lens: TokenLens) -> Cells | None:
    """A square raster itself; of a pyramid the finest scale with a token; None without places."""
    match layout:
        case Raster() if layout.height == layout.width:
            return Cells(layout.height, 0)
        case Pyramid():
            ends = np.cumsum([side * side for side in layout.sides])
            told = [
                Cells(side, int(end) - side * side)
                for side, end in zip(layout.sides, ends, strict=True)
                if lens.told[end - side * side : end].any()
            ]
            return told[-1] if told else None
        case _:
            return None


def reopened_sites(
    layout: TokenLayout, cells: Cells, marked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(side * side,) bool of shown cells -> (L,) bool of sites to draw anew.

    In a pyramid they are taken as sites of the last scale, and coarser ones follow as for a box.
    """
    if not isinstance(layout, Pyramid):
        return marked
    last = layout.sides[-1]
    places = (np.arange(last) * cells.side) // last
    finest = marked.reshape(cells.side, cells.side)[np.ix_(places, places)]
    return pyramid_sites(finest, layout.sides)
