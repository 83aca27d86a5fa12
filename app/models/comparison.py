"""Comparison: the picture as it was against the picture as it is shown."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.models.differences import Compared, CompareRequest
from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.models.jobs import JobNumbers, Trouble
from app.texts import tr
from engine.document.document import Document, Edit
from engine.values.jobs import Failed

BLINK_MS = 500
"""Slower than three flashes a second, which could harm."""


class Look(Enum):
    """What the canvas shows of the two."""

    AFTER = "the picture as it is"
    BEFORE = "the picture as it was"
    WIPE = "as it was at the left of a divider, as it is at the right"
    BLINK = "one after the other"
    DIFFERENCE = "how far apart they are"
    CHANGES = "which pixels differ"


@dataclass(frozen=True, slots=True, eq=False)
class Pinned:
    """A step to compare others with. ground: what lies under it. told: which it is."""

    ground: Document
    edit: Edit
    told: str


class CompareLine(Protocol):
    """Where comparing goes; the answers come as events."""

    def submit(self, request: CompareRequest) -> None: ...

    def cancel(self, job: int) -> None: ...


class Comparison(QObject):
    """changed: another look, another divider, or the answer has come. failed: Trouble.

    divider: 0 at the left edge of the picture, 1 at the right.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        editor: Editor,
        documents: DocumentModel,
        line: CompareLine,
        numbers: JobNumbers,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._documents = editor, documents
        self._line, self._numbers = line, numbers
        self._look, self._held, self._blinked = Look.AFTER, False, False
        self._job: int | None = None
        self._hindered = ""
        self.pinned: Pinned | None = None
        self.divider = 0.5
        self.answer: Compared | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(BLINK_MS)
        self._timer.timeout.connect(self._blink)
        documents.moved.connect(self._outdated)
        editor.picture_changed.connect(self._outdated)
        editor.changed.connect(self._told)

    @property
    def obstacle(self) -> str:
        """Why nothing can be compared now; empty when it can."""
        if self._editor.mode is Mode.RUNNING:
            return tr("A picture is being made.")
        return "" if self._comparable() else tr("There is nothing yet to compare the picture with.")

    def _comparable(self) -> bool:
        document, offer = self._documents.document, self._editor.offer
        if self._editor.mode is Mode.CHOOSING:
            return offer.ground is not None and offer.shown_pixels is not None
        return document is not None and bool(edits_since_opened(document))

    @property
    def chosen(self) -> Look:
        """What was switched on, whatever is held down now."""
        return self._look

    @property
    def look(self) -> Look:
        """What is to be shown now."""
        if self._held:
            return Look.BEFORE
        if self._look is Look.BLINK:
            return Look.BEFORE if self._blinked else Look.AFTER
        return self._look

    @property
    def told(self) -> Look:
        """What is shown, in words that stand still: blinking is one way of looking."""
        return Look.BEFORE if self._held else self._look

    def hold(self) -> None:
        """The picture as it was, until `release` or the next `hold`."""
        if self._held:
            self.release()
        elif not self.obstacle:
            self._held = True
            self._ask()

    def release(self) -> None:
        if self._held:
            self._held = False
            self.changed.emit()

    def turn(self, look: Look) -> None:
        """Switch a way of looking on, or off when it is on."""
        self._look = Look.AFTER if look is self._look or self.obstacle else look
        self._blinked = self._look is Look.BLINK
        if self._look is Look.BLINK:
            self._timer.start()
        else:
            self._timer.stop()
        self._ask()

    @property
    def before_told(self) -> str:
        """What the picture is compared with, in a few words."""
        return tr("as it was") if self.pinned is None else self.pinned.told

    def pin(self) -> None:
        """Compare with the shown step from now on; or again with the picture as it was."""
        offer, proposal = self._editor.offer, self._editor.proposal
        edit, ground = offer.edit, offer.ground
        if self.pinned is not None:
            self.pinned = None
        elif proposal is not None and edit is not None and ground is not None:
            told = tr("candidate {number}").format(number=proposal.shown)
            if not proposal.at_tip:
                name = self._editor.step_name(proposal.generator)
                told += f", {name} {proposal.position}"
            self.pinned = Pinned(ground, edit, told)
        self._outdated()

    @property
    def can_pin(self) -> bool:
        return self._editor.mode is Mode.CHOOSING and not self.obstacle

    def stop(self) -> None:
        """The window is going: blink no more."""
        self._timer.stop()

    def move_divider(self, place: float) -> None:
        self.divider = min(max(place, 0.0), 1.0)
        self.changed.emit()

    def _blink(self) -> None:
        self._blinked = not self._blinked
        self.changed.emit()

    def _request(self, job: int) -> CompareRequest:
        """As it was, as it is shown, and the boxes between the two."""
        if self._editor.mode is Mode.CHOOSING:
            ground, edit = self._editor.offer.ground, self._editor.offer.edit
            assert ground is not None and edit is not None
            before = ground if self.pinned is None else ground.applied(self.pinned.edit)
            return CompareRequest(job, before, ground.applied(edit), (edit.region,))
        document = self._documents.document
        assert document is not None
        edits = edits_since_opened(document)
        before = replace(document, edits=document.edits[: len(document.edits) - len(edits)])
        boxes = tuple(edit.region for edit in edits if edit.visible)
        return CompareRequest(job, before, document, boxes)

    def _outdated(self) -> None:
        """Other pixels are shown: what was compared before no longer counts."""
        # While a picture is being made every step comes here, and nobody compares.
        idle = self._job is None and self.answer is None and self.pinned is None
        if idle and not self._wanted and self.obstacle == self._hindered:
            return
        self._hindered = self.obstacle
        if self._job is not None:
            self._line.cancel(self._job)
        self._job, self.answer = None, None
        if self.pinned is not None and self.pinned.ground is not self._editor.offer.ground:
            self.pinned = None
        if self.obstacle:
            self._look_away()
        self._ask()

    def _look_away(self) -> None:
        self._held, self._look = False, Look.AFTER
        self._timer.stop()

    def _told(self) -> None:
        if self.obstacle and self._wanted:
            self._outdated()

    @property
    def _wanted(self) -> bool:
        return self._held or self._look is not Look.AFTER

    def _ask(self) -> None:
        if self._wanted and self.answer is None and self._job is None:
            self._job = self._numbers.next()
            self._line.submit(self._request(self._job))
        self.changed.emit()

    def take(self, event: Compared | Failed) -> None:
        """The answer, on the GUI thread."""
        if event.job != self._job:
            return
        self._job = None
        if isinstance(event, Compared):
            self.answer = event
        else:
            self._look_away()
            self.failed.emit(Trouble.of(event))
        self.changed.emit()


def edits_since_opened(document: Document) -> tuple[Edit, ...]:
    """All edits, but not the one that a generated picture began with."""
    first = document.edits[:1]
    made = bool(first) and first[0].timeline.runs[0].region is None
    return document.edits[1:] if made else document.edits
