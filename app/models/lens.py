"""Lens: how sure the generator is of each token that is shown, and which of them to draw anew."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.models.inquiry import Inquiry
from app.models.proposal import Proposal
from app.models.sites import Box, seen_square
from app.models.workbench import Workbench
from app.texts import tr
from engine.values.jobs import Lensed, LensRequest
from engine.values.layout import sites_across
from engine.values.lens import Cells, TokenLens, reopened_sites, shown_cells
from engine.values.state import DecodeState
from engine.values.timeline import Timeline
from engine.values.tokens import TokenMap

WEAKEST_SHARE = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class LensView:
    """What the lens has to show of the shown step. square: left, top, side in image pixels.

    confidence (side, side) float32 in 0..1, NaN where no token was drawn.
    """

    cells: Cells
    lens: TokenLens
    square: tuple[float, float, float]

    @property
    def confidence(self) -> NDArray[np.float32]:
        flat = self.lens.confidence[self.cells.sites]
        return flat.reshape(self.cells.side, self.cells.side)

    @property
    def told(self) -> NDArray[np.bool_]:
        """(side * side,) bool: cells that can be marked."""
        return self.lens.told[self.cells.sites]

    def cell_at(self, x: float, y: float) -> int | None:
        """The cell with a token at a place in image pixels."""
        left, top, side = self.square
        column = int((x - left) / side * self.cells.side // 1)
        row = int((y - top) / side * self.cells.side // 1)
        inside = 0 <= column < self.cells.side and 0 <= row < self.cells.side
        cell = row * self.cells.side + column
        return cell if inside and self.told[cell] else None

    def box_of(self, cell: int) -> Box:
        left, top, side = self.square
        row, column = divmod(cell, self.cells.side)
        wide = side / self.cells.side
        return left + column * wide, top + row * wide, wide, wide


class Lens(QObject):
    """changed: switched on or off, an answer has come, or other cells are marked or pointed at.

    redraw_asked: Timeline and the TokenMap to keep of it; its unknown tokens are to be drawn.
    Cells are counted row by row. marked: those to draw anew. place: the one that the keys move.
    """

    changed = Signal()
    redraw_asked = Signal(object, object)

    def __init__(self, bench: Workbench, inquiry: Inquiry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._offer, self._decodes = bench.offer, bench.decodes
        self._wishes, self._inquiry = bench.wishes, inquiry
        self._asked: DecodeState | None = None
        self._of: DecodeState | None = None
        self._seen: tuple[bool, DecodeState | None] = (False, None)
        self.on = False
        self.view: LensView | None = None
        self.marked: frozenset[int] = frozenset()
        self.place: int | None = None

    # -- what is looked at ------------------------------------------------------------------

    @property
    def proposal(self) -> Proposal | None:
        """With a candidate shown and nothing running; else there is nothing to look at."""
        proposal = self._offer.proposal
        if self._decodes.running is not None or proposal is None or proposal.option is None:
            return None
        return proposal

    @property
    def timeline(self) -> Timeline | None:
        """Its head is the step that is shown."""
        return None if self.proposal is None else self.proposal.timeline

    @property
    def obstacle(self) -> str:
        """Why there is nothing to look at now; empty when there is."""
        proposal = self.proposal
        if proposal is None:
            running = self._decodes.running is not None
            return tr("A picture is being made.") if running else tr("Choose a candidate first.")
        spec = self._wishes.spec_of(proposal.generator)
        if spec is None:
            return tr("The generator of these candidates is not here.")
        told = tr("{title} cannot say how sure it is of tokens.")
        return "" if spec.lens else told.format(title=spec.title)

    def turn(self) -> None:
        """On or off."""
        self.on = not self.on
        self.follow()

    def follow(self) -> None:
        """Another candidate or step may be shown: look at that one."""
        timeline = self.timeline if self.on and not self.obstacle else None
        state = None if timeline is None else timeline.head_snapshot.state
        if (self.on, state) == self._seen:
            return
        self._seen = (self.on, state)
        if state is not self._of:
            self.view, self._of, self.marked = None, None, frozenset()
            if state is not None:
                self._ask()
        self.changed.emit()

    def _ask(self) -> None:
        """One question at a time; what is shown when it is answered is asked for next."""
        timeline, proposal = self.timeline, self.proposal
        if self._inquiry.is_open or timeline is None or proposal is None:
            return
        self._asked = timeline.head_snapshot.state
        self._inquiry.ask(lambda job: LensRequest(job, timeline, proposal.image, proposal.region))

    def take(self, event: object) -> bool:
        """Whether an event was the answer to this."""
        if not isinstance(event, Lensed) or not self._inquiry.close(event.job):
            return False
        wanted = self._seen[1]
        if self._asked is wanted:
            self._answered(event.lens)
        elif wanted is not None:
            self._ask()
        return True

    def give_up(self, job: int) -> None:
        """A job failed; if it was this one, the lens is off."""
        if self._inquiry.close(job):
            self.on = False
            self.follow()

    def _answered(self, lens: TokenLens) -> None:
        proposal, timeline = self.proposal, self.timeline
        if proposal is None or timeline is None:
            return
        layout = timeline.head_snapshot.state.tokens.layout
        cells = shown_cells(layout, lens)
        self._of = self._asked
        if cells is not None:
            image_side = self._image_side(proposal)
            square = seen_square(proposal, sites_across(layout), image_side)
            self.view = LensView(cells, lens, square)
            told = np.flatnonzero(self.view.told)
            if self.place not in told:
                self.place = int(told[0]) if len(told) else None
        self.changed.emit()

    def _image_side(self, proposal: Proposal) -> int:
        spec = self._wishes.spec_of(proposal.generator)
        assert spec is not None  # it has just told what the lens shows
        return spec.image_side

    @property
    def told(self) -> str:
        """The cell that is pointed at in words, and how many are marked in a second line."""
        view, place = self.view, self.place
        if view is None:
            return tr("Looking…")
        if place is None or not view.told[place]:
            return tr("No token has been drawn yet")
        sure = percent(float(view.confidence.reshape(-1)[place]))
        told = tr("{place}: {percent} sure").format(place=place_in_words(view, place), percent=sure)
        if not self.marked:
            return told
        marked = tr("{count} marked").format(count=len(self.marked))
        if place in self.marked:
            marked = tr("{told}, this one too").format(told=marked)
        return f"{told}\n{marked}"

    # -- marking ----------------------------------------------------------------------------

    def mark(self, cell: int, *, marked: bool) -> None:
        """Point at a cell, and mark it or take its mark away."""
        if self.view is None or not self.view.told[cell]:
            return
        one = frozenset((cell,))
        self.place, self.marked = cell, self.marked | one if marked else self.marked - one
        self.changed.emit()

    def mark_place(self) -> None:
        """The cell that is pointed at: marked, or no longer."""
        if self.place is not None:
            self.mark(self.place, marked=self.place not in self.marked)

    def mark_weakest(self) -> None:
        """The fifth of the cells with the lowest confidence, and no other."""
        if self.view is not None and (weakest := weakest_cells(self.view)):
            self.marked, self.place = frozenset(weakest), weakest[0]
            self.changed.emit()

    def go(self, cell: int) -> None:
        """Point at a cell."""
        if self.view is not None and self.view.told[cell] and cell != self.place:
            self.place = cell
            self.changed.emit()

    def move(self, across: int, down: int) -> None:
        """Point at the next cell with a token in a direction; at the edge nothing happens."""
        if self.view is None or self.place is None:
            return
        side = self.view.cells.side
        row, column = divmod(self.place, side)
        while 0 <= row + down < side and 0 <= column + across < side:
            row, column = row + down, column + across
            if self.view.told[row * side + column]:
                self.go(row * side + column)
                return

    def step_back(self) -> bool:
        """Esc: the marks go, then the lens; False when it is off."""
        if not self.on or self.view is None:
            return False
        if self.marked:
            self.marked = frozenset()
            self.changed.emit()
        else:
            self.turn()
        return True

    # -- drawing anew -----------------------------------------------------------------------

    @property
    def can_redraw(self) -> bool:
        return self.view is not None and bool(self.marked)

    def redraw(self) -> None:
        """The marked cells anew, as a branch; every other token stays as it is."""
        timeline, view = self.timeline, self.view
        if not self.can_redraw or timeline is None or view is None:
            return
        tokens = timeline.head_snapshot.state.tokens
        marked = np.zeros(view.told.shape, bool)
        marked[sorted(self.marked)] = True
        inside = ~timeline.snapshots[0].state.tokens.known
        opened = reopened_sites(tokens.layout, view.cells, marked) & inside
        self.redraw_asked.emit(timeline, tokens.without(opened))

    def redraw_weakest(self) -> None:
        self.mark_weakest()
        self.redraw()

    def with_token(self, cell: int, token: int) -> TokenMap | None:
        """The shown tokens with another one in a cell."""
        timeline, view = self.timeline, self.view
        if timeline is None or view is None:
            return None
        tokens = timeline.head_snapshot.state.tokens
        ids = tokens.ids.copy()
        ids[view.cells.first + cell] = token
        return replace(tokens, ids=ids)

    def put(self, cell: int, token: int) -> None:
        """A token in place of the shown one, as a branch. Every other known token stays; on the
        way through a decode what is still unknown is drawn."""
        timeline, tokens = self.timeline, self.with_token(cell, token)
        if timeline is None or tokens is None:
            return
        parent = timeline.head_snapshot.parent
        if tokens.known.all() and parent is not None:
            timeline = timeline.at(parent)
        self.redraw_asked.emit(timeline, tokens)


def percent(share: float) -> str:
    """`42 %`; small ones are not rounded to none."""
    return "< 1 %" if 0 < share < 0.005 else f"{share:.0%}".replace("%", " %")


def place_in_words(view: LensView, cell: int) -> str:
    row, column = divmod(cell, view.cells.side)
    return tr("Row {row}, column {column}").format(row=row + 1, column=column + 1)


def weakest_cells(view: LensView) -> list[int]:
    """The WEAKEST_SHARE of the cells that have a token, at least one, the least sure first."""
    told = np.flatnonzero(view.told)
    count = max(round(WEAKEST_SHARE * len(told)), 1)
    order = np.argsort(view.confidence.reshape(-1)[told], kind="stable")
    return [int(cell) for cell in told[order[:count]]]
