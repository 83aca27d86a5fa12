"""A step of one box taken into another: which of its tokens go along, and where they come to lie.

A box starts on a site border of its context (region_edit.context_square), so a token keeps its
place as counted from the upper left corner of the box.
"""

import numpy as np
from numpy.typing import NDArray

from engine.decoding.region_edit import context_square
from engine.values.errors import BadInput
from engine.values.layout import Pyramid, Raster, TokenLayout, sites_across
from engine.values.region import Region, editable_sites
from engine.values.tokens import UNKNOWN, TokenMap

Sites = NDArray[np.bool_]
"""(L,) bool, True inside the box."""


def box_sites(
    region: Region, width: int, height: int, layout: TokenLayout, image_side: int
) -> Sites:
    """The sites of a box in its own context, in a picture of width x height px."""
    context = context_square(region, width, height, sites_across(layout))
    return editable_sites(layout, image_side, context.model_box(region, image_side))


def fits(layout: TokenLayout, was: Sites, now: Sites) -> bool:
    """Whether the tokens of a box of sites `was` have a place in one of sites `now`.

    In a pyramid each scale has a grid of its own: a box elsewhere in its context, or of another
    shape, takes other sites of each. Tokens without places belong to the context that they drew.
    """
    if isinstance(layout, Pyramid):
        return bool(np.array_equal(was, now))
    return isinstance(layout, Raster)


def carried(tokens: TokenMap, was: Sites, now: Sites, source: TokenMap) -> TokenMap:
    """`source` with the known tokens of the one box in the other; what is new in that is unknown.

    source: of the context of the box `now`. BadInput when the tokens have no place there, or leave
    nothing to draw.
    """
    layout = tokens.layout
    if not fits(layout, was, now):
        if isinstance(layout, Pyramid):
            raise BadInput(
                "These steps only fit a box of the same size.",
                "Move the box without changing its size, or generate anew.",
            )
        raise BadInput("The tokens of these steps have no place in another box.", "Generate anew.")
    if isinstance(layout, Raster):
        ids = np.where(now, UNKNOWN, source.ids)
        _move(tokens.ids, was, ids, now, layout)
    else:
        ids = np.where(now, tokens.ids, source.ids)
    if (ids != UNKNOWN).all():
        raise BadInput("Nothing is left to draw in this box.", "Go back some steps.")
    return TokenMap(ids, layout, tokens.codebook_size)


def _move(
    ids: NDArray[np.int32], was: Sites, target: NDArray[np.int32], now: Sites, layout: Raster
) -> None:
    """Copies what both rectangles of sites have, corner on corner, into `target`."""
    shape = layout.height, layout.width
    top, left, height, width = _rectangle(was.reshape(shape))
    to_top, to_left, to_height, to_width = _rectangle(now.reshape(shape))
    high, wide = min(height, to_height), min(width, to_width)
    target.reshape(shape)[to_top : to_top + high, to_left : to_left + wide] = ids.reshape(shape)[
        top : top + high, left : left + wide
    ]


def _rectangle(sites: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """top, left, height and width of the True sites."""
    rows, columns = np.flatnonzero(sites.any(1)), np.flatnonzero(sites.any(0))
    return int(rows[0]), int(columns[0]), len(rows), len(columns)
