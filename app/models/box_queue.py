"""BoxQueue: fills one box after the other, in the order of the list."""

from PySide6.QtCore import QObject, Signal

from app.models.decodes import Running
from app.models.document import DocumentModel
from app.models.editor import Editor
from app.texts import QT_TR_NOOP, counted, tr
from engine.values.jobs import Candidate


class BoxQueue(QObject):
    """Fills boxes that are not paused, have a prompt, and neither candidates nor an edit of it.

    Which one is next is decided when the one before is done, so that the list can be put in order
    meanwhile. changed: begun or ended. noticed: a sentence.
    """

    changed = Signal()
    noticed = Signal(str)

    def __init__(
        self, editor: Editor, documents: DocumentModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor, self._boxes = editor, editor.boxes
        self._filled = 0
        self.on = False
        editor.finished.connect(self._go_on)
        editor.decodes.done.connect(self._done)
        editor.decodes.given_up.connect(self._stop)
        documents.document_changed.connect(self._stop)

    @property
    def next(self) -> int | None:
        """The place of the box that comes next."""
        places = (i for i, box in enumerate(self._boxes.boxes) if self._boxes.is_waiting(box))
        return next(places, None)

    @property
    def obstacle(self) -> str:
        """Why the boxes cannot be filled now, in words for a tooltip; empty when they can."""
        if self._editor.generator is None:
            return self._editor.machine.absence
        if not self.on and self.next is None:
            return tr("No box waits: each is empty, left out, applied or has its candidates.")
        return "" if self.on or self._boxes.can_switch else tr("A picture is being made.")

    def turn(self) -> None:
        """Begin with the first box that waits, or end when the one that is being filled is done."""
        if self.on:
            self._stop()
        elif not self.obstacle:
            self.on, self._filled = True, 0
            self.changed.emit()
            self._fill_next()

    def _fill_next(self) -> None:
        place = self.next
        if place is None:
            self.noticed.emit(told(self._filled))
            self._stop()
            return
        self._boxes.activate(place)
        if self._editor.asking.obstacle:
            self._stop()
        else:
            self._editor.asking.generate()

    def _go_on(self) -> None:
        if self.on:
            self._filled += 1
            self._fill_next()

    def _done(self, running: Running, candidates: tuple[Candidate, ...], whole: bool) -> None:
        del running, candidates
        if not whole:
            self._stop()

    def _stop(self) -> None:
        if self.on:
            self.on = False
            self.changed.emit()


def told(count: int) -> str:
    return counted(
        QT_TR_NOOP("1 box has candidates to choose from."),
        QT_TR_NOOP("{count} boxes have candidates to choose from."),
        count,
    )
