"""Alternatives: what else might have been drawn at one site, with its chance and its picture."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.models.inquiry import Inquiry
from app.models.lens import Lens
from engine.values.jobs import Pixels, Previewed, PreviewRequest
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.tokens import UNKNOWN

MARGIN_CELLS = 1.0
"""How much around the cell a picture shows: tokens colour their neighbours too."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """token: its id. chance: in 0..1. shown: it is the one in the picture."""

    token: int
    chance: float
    shown: bool


class Alternatives(QObject):
    """drawn: pictures of the alternatives, in their order."""

    drawn = Signal(object)

    def __init__(self, lens: Lens, inquiry: Inquiry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lens, self._inquiry = lens, inquiry
        self._cut = (slice(0), slice(0))

    def of(self, cell: int) -> tuple[Alternative, ...]:
        """The shown token of a cell, then its likeliest ones, best first."""
        view, timeline = self._lens.view, self._lens.timeline
        if view is None or timeline is None:
            return ()
        site = view.cells.first + cell
        own = int(timeline.head_snapshot.state.tokens.ids[site])
        lens = view.lens
        others = (
            Alternative(int(token), float(chance), shown=False)
            for token, chance in zip(lens.alternatives[site], lens.chances[site], strict=True)
            if token not in (own, UNKNOWN)
        )
        return (Alternative(own, float(lens.confidence[site]), shown=True), *others)

    def ask(self, cell: int) -> None:
        """Have the alternatives of a cell drawn; those of another one are no longer wanted."""
        self.stop()
        proposal, timeline, view = self._lens.proposal, self._lens.timeline, self._lens.view
        if proposal is None or timeline is None or view is None:
            return
        head = timeline.head_snapshot.state
        tokens = [self._lens.with_token(cell, each.token) for each in self.of(cell)]
        states = tuple(
            DecodeState(head.step, each, head.latent) for each in tokens if each is not None
        )
        self._cut = patch_around(view.box_of(cell), proposal.region)
        run, image = timeline.head_run, proposal.image
        self._inquiry.ask(lambda job: PreviewRequest.of(job, run, states, image))

    def stop(self) -> None:
        self._inquiry.drop()

    def take(self, event: object) -> bool:
        """Whether an event was the answer to this."""
        if not isinstance(event, Previewed) or not self._inquiry.close(event.job):
            return False
        pictures: list[Pixels] = [np.ascontiguousarray(each[self._cut]) for each in event.pictures]
        self.drawn.emit(pictures)
        return True


def patch_around(
    box: tuple[float, float, float, float], region: Region | None
) -> tuple[slice, slice]:
    """Rows and columns, of the picture inside the region, of a cell and what is around it.

    box: left, top, width, height in image pixels.
    """
    left, top, wide, high = box
    if region is not None:
        left, top = left - region.left, top - region.top
    spans = []
    for start, length in ((top, high), (left, wide)):
        first = max(round(start - MARGIN_CELLS * length), 0)
        spans.append(slice(first, max(round(start + (1 + MARGIN_CELLS) * length), first + 1)))
    return spans[0], spans[1]
