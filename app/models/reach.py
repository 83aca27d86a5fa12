"""Reach: what the strength comes to for the box, in sites, scales, steps or tokens."""

from PySide6.QtCore import QObject, Signal

from app.models.inquiry import Inquiry
from app.models.strength_stops import strength_stops
from app.models.workbench import Workbench
from app.texts import QT_TR_NOOP, number, tr
from engine.values.jobs import Reached, ReachRequest
from engine.values.region import Region
from engine.values.spec import StepKind
from engine.values.strength import share

TOLD: dict[StepKind, str] = {
    "block": QT_TR_NOOP("{done} of {whole} sites"),
    "scale": QT_TR_NOOP("{done} of {whole} scales"),
    "denoise": QT_TR_NOOP("{done} of {whole} steps"),
    "unmask": QT_TR_NOOP("{done} of {whole} tokens"),
}
Question = tuple[str, tuple[int, int], Region, int]
"""Generator, width and height of the picture, box, steps that are wished for."""


class Reach(QObject):
    """changed: what there is to tell may be another."""

    changed = Signal()

    def __init__(self, bench: Workbench, inquiry: Inquiry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents, self._moments = bench.documents, bench.moments
        self._wishes, self._inquiry = bench.wishes, inquiry
        self._asked: Question | None = None
        self._whole: int | None = None

    @property
    def obstacle(self) -> str:
        """Why a strength means nothing now; empty where it means something."""
        if self._documents.document is None:
            return tr("A whole new picture has nothing to keep.")
        return "" if self._moments.region is not None else tr("Draw a box first.")

    @property
    def told(self) -> str:
        """`9 of 16 steps`; empty while that is not known."""
        spec, strength = self._wishes.generator, self._wishes.params.strength
        if strength == 1:
            return tr("All of the box is drawn anew")
        if spec is None or self._whole is None or self._asked != self._question:
            return ""
        done, whole = (number(each) for each in (share(strength, self._whole), self._whole))
        return tr(TOLD[spec.step_kind]).format(done=done, whole=whole)

    @property
    def stops(self) -> tuple[int, ...]:
        """The percents at which another part of the box is drawn."""
        return strength_stops(self._whole if self._asked == self._question else None)

    def follow(self) -> None:
        """Box, generator or settings may be others: asks one question at a time, if at all."""
        question = self._question if self._wishes.params.strength < 1 else None
        if question is not None and question != self._asked and not self._inquiry.is_open:
            self._asked, self._whole = question, None
            self._inquiry.ask(lambda job: ReachRequest(job, *question))
        self.changed.emit()

    def take(self, event: Reached) -> None:
        if self._inquiry.close(event.job):
            self._whole = event.whole
            self.follow()

    def give_up(self, job: int) -> bool:
        """Whether a failed job was this one: then nothing is told, which hinders nobody."""
        if not self._inquiry.close(job):
            return False
        self.follow()
        return True

    @property
    def _question(self) -> Question | None:
        document, region = self._documents.document, self._moments.region
        spec = self._wishes.generator
        if document is None or region is None or spec is None:
            return None
        size = (document.base.width, document.base.height)
        return spec.key, size, region, self._wishes.params.steps
