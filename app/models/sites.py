"""Where on the picture the sites lie that one step has filled."""

import numpy as np
from numpy.typing import NDArray

from app.models.proposal import Proposal
from engine.decoding.region_edit import context_square
from engine.values.layout import Pyramid, Raster

Box = tuple[float, float, float, float]
"""left, top, width, height in image pixels"""


def filled_sites(proposal: Proposal, image_side: int) -> tuple[Box, ...]:
    """The sites that the shown snapshot has and its parent had not; empty without a raster.

    Of a scale, which fills all of its raster, every other site: they show how fine it is.
    """
    timeline = proposal.timeline
    if timeline is None or timeline.head_snapshot.parent is None:
        return ()
    tokens = timeline.head_snapshot.state.tokens
    before = timeline.snapshot(timeline.head_snapshot.parent).state.tokens
    places = np.flatnonzero(tokens.ids != before.ids)
    if isinstance(tokens.layout, Pyramid):
        return _checkered(proposal, tokens.layout, places, image_side)
    if not isinstance(tokens.layout, Raster):
        return ()
    left, top, side = seen_square(proposal, tokens.layout.width, image_side)
    wide, high = side / tokens.layout.width, side / tokens.layout.height
    rows, columns = np.divmod(places, tokens.layout.width)
    return tuple(
        (left + float(column) * wide, top + float(row) * high, wide, high)
        for row, column in zip(rows, columns, strict=True)
    )


def _checkered(
    proposal: Proposal, layout: Pyramid, places: NDArray[np.intp], image_side: int
) -> tuple[Box, ...]:
    """Every other site of the newest scale that has one of the places, as on a chessboard."""
    if not len(places):
        return ()
    scale = int(np.searchsorted(np.cumsum(np.square(layout.sides)), places[-1], side="right"))
    count = layout.sides[scale]
    left, top, side = seen_square(proposal, layout.sides[-1], image_side)
    step = side / count
    return tuple(
        (left + column * step, top + row * step, step, step)
        for row in range(count)
        for column in range(row % 2, count, 2)
    )


def seen_square(proposal: Proposal, sites: int, image_side: int) -> tuple[float, float, float]:
    """left, top and side in image pixels of what the generator sees, `sites` along its side."""
    if proposal.image is None or proposal.region is None:
        return 0.0, 0.0, float(image_side)
    height, width = proposal.image.shape[:2]
    context = context_square(proposal.region, width, height, sites)
    return context.left, context.top, context.side
