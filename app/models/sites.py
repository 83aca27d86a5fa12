"""Where on the picture the sites lie that one step has filled."""

import numpy as np

from app.models.proposal import Proposal
from engine.decoding.region_edit import context_square
from engine.values.layout import Raster

Box = tuple[float, float, float, float]
"""left, top, width, height in image pixels"""


def filled_sites(proposal: Proposal, image_side: int) -> tuple[Box, ...]:
    """The sites that the shown snapshot has and its parent had not; empty without a raster."""
    timeline = proposal.timeline
    if timeline is None or timeline.head_snapshot.parent is None:
        return ()
    tokens = timeline.head_snapshot.state.tokens
    before = timeline.snapshot(timeline.head_snapshot.parent).state.tokens
    if not isinstance(tokens.layout, Raster):
        return ()
    left, top, side = seen_square(proposal, tokens.layout.width, image_side)
    wide, high = side / tokens.layout.width, side / tokens.layout.height
    places = np.flatnonzero(tokens.ids != before.ids)
    rows, columns = np.divmod(places, tokens.layout.width)
    return tuple(
        (left + float(column) * wide, top + float(row) * high, wide, high)
        for row, column in zip(rows, columns, strict=True)
    )


def seen_square(proposal: Proposal, sites: int, image_side: int) -> tuple[float, float, float]:
    """left, top and side in image pixels of what the generator sees, `sites` along its side."""
    if proposal.image is None or proposal.region is None:
        return 0.0, 0.0, float(image_side)
    height, width = proposal.image.shape[:2]
    context = context_square(proposal.region, width, height, sites)
    return context.left, context.top, context.side
