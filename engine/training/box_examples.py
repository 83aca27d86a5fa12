"""Tokenised scenes turned into what a box edit sees: a box to fill, and what lies around it.

Sites are (left, top, right, bottom), half open, on a grid of side x side.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Surroundings = Literal["own", "foreign", "noise"]
Sites = tuple[int, int, int, int]

SHARES: dict[Surroundings, float] = {"own": 0.5, "foreign": 0.25, "noise": 0.25}
"""Own surroundings teach to go on with the ground around the box. Foreign ones stand for any
photograph, and with noise the prompt is all there is to rely on."""


def box_side(side: int) -> int:
    """Sites of the longer side of a box: as many as decoding.region_edit gives it."""
    return side * 3 // 4


@dataclass(frozen=True, slots=True, eq=False)
class BoxExample:
    """ids (N,) in raster order, inside (N,) bool: the box, which alone is judged."""

    ids: NDArray[np.int64]
    inside: NDArray[np.bool_]


def pick_surroundings(extent: Sites, side: int, rng: np.random.Generator) -> Surroundings:
    """Own ones only where a box can hold all that the caption speaks of."""
    kinds = list(SHARES)
    kind = kinds[int(rng.choice(len(kinds), p=[SHARES[kind] for kind in kinds]))]
    width, height = extent[2] - extent[0], extent[3] - extent[1]
    fits = max(width, height) <= box_side(side)
    return kind if fits or kind != "own" else "foreign"


def in_own_surroundings(
    ids: NDArray[np.int64], extent: Sites, side: int, rng: np.random.Generator
) -> BoxExample:
    """A box around all objects, its longer side of box_side sites, in the scene as it is."""
    left, top, right, bottom = extent
    longer = box_side(side)
    spans = [right - left, bottom - top]
    # Boxes are drawn around things: as tall or as wide as the thing, or longer.
    sizes = [longer, longer]
    sizes[int(rng.integers(2))] = int(rng.integers(min(spans), longer + 1))
    width, height = (max(size, span) for size, span in zip(sizes, spans, strict=True))
    x = _start(left, right, width, side, rng)
    y = _start(top, bottom, height, side, rng)
    return BoxExample(ids, sites_inside((x, y, x + width, y + height), side))


def in_other_surroundings(
    ids: NDArray[np.int64], around: NDArray[np.int64], side: int, rng: np.random.Generator
) -> BoxExample:
    """The middle of a scene as a box anywhere among the tokens `around`."""
    box = box_side(side)
    start = (side - box) // 2
    top, left = rng.integers(0, side - box + 1, 2)
    mixed = around.reshape(side, side).copy()
    middle = slice(start, start + box)
    mixed[top : top + box, left : left + box] = ids.reshape(side, side)[middle, middle]
    inside = sites_inside((int(left), int(top), int(left) + box, int(top) + box), side)
    return BoxExample(mixed.reshape(-1), inside)


def sites_inside(sites: Sites, side: int) -> NDArray[np.bool_]:
    """(N,) bool in raster order."""
    left, top, right, bottom = sites
    inside = np.zeros((side, side), bool)
    inside[top:bottom, left:right] = True
    return inside.reshape(-1)


def _start(low: int, high: int, length: int, side: int, rng: np.random.Generator) -> int:
    """Where a span of `length` sites may start that holds low..high and stays on the grid."""
    first, last = max(0, high - length), min(low, side - length)
    return int(rng.integers(first, last + 1))
