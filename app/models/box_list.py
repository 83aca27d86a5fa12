"""BoxList: all boxes of a picture, of which one is active; choosing, ordering, removing them."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.models.choosing import Choosing
from app.models.wishes import MAX_CANDIDATES
from app.models.workbench import Workbench
from app.texts import QT_TR_NOOP, counted
from engine.document.project import OpenBox
from engine.values.prompts import resolved
from engine.values.region import Region
from engine.values.timeline import Run


class BoxList(QObject):
    """changed: another order, or another box is paused. noticed: a sentence.

    While a decode is running the same box stays active; the others can still be put in order and
    paused. Neither these nor choosing a box is a step of undo; removing one is.
    """

    changed = Signal()
    noticed = Signal(str)

    def __init__(self, bench: Workbench, choosing: Choosing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moments, self._offer, self._decodes = bench.moments, bench.offer, bench.decodes
        self._documents, self._choosing = bench.documents, choosing

    @property
    def boxes(self) -> tuple[OpenBox, ...]:
        return self._moments.boxes

    @property
    def active(self) -> int | None:
        """The place of the box that is worked on."""
        return None if self._moments.region is None else self._moments.place

    @property
    def others(self) -> tuple[tuple[int, OpenBox], ...]:
        """(place, box) of those that wait."""
        return tuple((i, box) for i, box in enumerate(self.boxes) if i != self.active)

    @property
    def several(self) -> bool:
        return bool(self._moments.others)

    @property
    def can_switch(self) -> bool:
        return self._decodes.running is None

    def is_waiting(self, box: OpenBox) -> bool:
        """Whether it is to be filled with all others."""
        asks = bool(box.prompt.strip()) and not box.paused and box.offer is None
        return asks and not self.is_applied(box)

    def is_applied(self, box: OpenBox) -> bool:
        """Whether the picture shows what it asks for: moved or asked anew, it waits again."""
        document = self._documents.document
        edits = () if document is None else document.edits
        return any(edit.visible and answers(edit.timeline.head_run, box) for edit in edits)

    def activate(self, place: int) -> None:
        """Work on another box; the one till now waits with what is on offer for it."""
        if place == self.active or not self.can_switch or not 0 <= place < len(self.boxes):
            return
        self.settle()
        self._moments.take(place)
        self._moments.stay()

    def step(self, by: int) -> None:
        """The next or previous box, round and round."""
        count = len(self.boxes)
        if count:
            here = self.active
            start = (-1 if by > 0 else 0) if here is None else here
            self.activate((start + by) % count)

    def let_go(self) -> None:
        """No box is active; the one till now waits."""
        if self.can_switch and self.active is not None:
            self.settle()
            self._moments.stay()

    def settle(self) -> None:
        """The active box waits; a whole picture on offer, which has no box to wait in, is kept."""
        if self._offer.proposal is not None and self._offer.proposal.region is None:
            self._choosing.keep_shown()
        self._moments.park()

    def add(self, region: Region) -> None:
        """One box more, which is active."""
        if self.can_switch:
            self.settle()
            self._moments.leave()
            self._moments.region = region
            self._moments.arrive()

    def remove(self, place: int) -> None:
        """A box goes, with what is on offer for it; undo brings it back."""
        if not self.can_switch or not 0 <= place < len(self.boxes):
            return
        self._moments.leave()
        if place == self.active:
            self._offer.clear()
            self._moments.region = None
        else:
            self._order([i for i in range(len(self.boxes)) if i != place])
        self._moments.arrive()

    @property
    def ripe(self) -> tuple[int, ...]:
        """The places of the boxes whose shown candidate can be applied: of one that waits the
        finished picture, for those of its steps are not at hand."""
        waiting = {i for i, box in self.others if shows_end(box)}
        active = {self.active} if self._choosing.can_apply else set()
        return tuple(i for i in range(len(self.boxes)) if i in waiting | active)

    def apply_all(self) -> None:
        """What is shown in each box becomes part of the picture, in order, each one undo step."""
        if not self.can_switch:
            return
        places = self.ripe
        for place in places:
            self.activate(place)
            self._choosing.apply()
        self.noticed.emit(
            counted(QT_TR_NOOP("1 box applied."), QT_TR_NOOP("{count} boxes applied."), len(places))
        )

    def move(self, place: int, to: int) -> None:
        """A box stands at another place; the earlier ones are filled first."""
        count = len(self.boxes)
        if place != to and 0 <= place < count and 0 <= to < count:
            order = [i for i in range(count) if i != place]
            order.insert(to, place)
            self._order(order)
            self.changed.emit()

    def shift(self, by: int) -> None:
        """The active box is filled so many places later."""
        if self.active is not None:
            self.move(self.active, self.active + by)

    def drop(self) -> None:
        """The active box goes."""
        if self.active is not None:
            self.remove(self.active)

    @property
    def paused(self) -> bool:
        """Whether the active box is left out when all are filled."""
        return self.active is not None and self._moments.paused

    def turn_paused(self) -> None:
        if self.active is not None:
            self.pause(self.active, not self.paused)

    def _order(self, places: list[int]) -> None:
        """Only these boxes, in this order; the active one is among them, if there is one."""
        boxes, active = self.boxes, self.active
        self._moments.others = tuple(boxes[i] for i in places if i != active)
        if active is not None:
            self._moments.place = places.index(active)

    def pause(self, place: int, paused: bool) -> None:
        """Leave a box out when all are filled, or take it in again."""
        if place == self.active:
            self._moments.paused = paused
        else:
            self._moments.others = tuple(
                replace(box, paused=paused) if i == place else box for i, box in self.others
            )
        self.changed.emit()


def answers(run: Run, box: OpenBox) -> bool:
    """Whether a candidate of this run is what a box asks for, whatever its seed."""
    if (run.region, run.generator) != (box.region, box.generator):
        return False
    # The prompt's wildcards were decided by the first candidate's seed, at most so many before.
    seeds = range(run.params.seed, max(run.params.seed - MAX_CANDIDATES, -1), -1)
    return any(resolved(box.prompt.strip(), seed) == run.prompt for seed in seeds)


def shows_end(box: OpenBox) -> bool:
    """Whether a box that waits shows a candidate, and that at its last step."""
    offer = box.offer
    if offer is None or not offer.shown:
        return False
    return offer.at == offer.options[offer.shown - 1].tip
