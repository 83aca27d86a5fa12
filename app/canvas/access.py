"""The canvas for screen readers: its boxes as parts of it, and what happens as announcements."""

import time
from collections.abc import Callable

from PySide6 import QtGui
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QApplication

from app.canvas.items import rect_of
from app.canvas.view import CanvasView
from app.models.editor import Editor, Mode
from app.models.spoken import SpokenBox, spoken_boxes, spoken_candidate, spoken_picture
from app.texts import QT_TR_NOOP, counted, tr

INSTALLED = "canvasAccess"
PAUSE_SECONDS = 1.5
"""Between steps that are told: a screen reader shall be able to end its sentence."""


def install_access(app: QApplication) -> None:
    """Have Qt ask here for what it tells screen readers about a canvas; once an application."""
    if not app.property(INSTALLED):
        QAccessible.installFactory(_access)
        app.setProperty(INSTALLED, True)


def _access(_: str, widget: QObject | None) -> QAccessibleInterface | None:
    """None: Qt knows what to say of any other widget.

    The view keeps the wrapper, for Qt owns only what is wrapped.
    """
    if not isinstance(widget, CanvasView):
        return None
    widget.access = CanvasAccess(widget)
    return widget.access


class CanvasAccess(QAccessibleWidget):
    """The canvas, with its boxes as children."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view, QAccessible.Role.Canvas)
        self.view = view
        self._parts: list[BoxAccess] = []

    @property
    def boxes(self) -> tuple[SpokenBox, ...]:
        return self.view.spoken()

    def childCount(self) -> int:
        return len(self.boxes)

    # Qt takes None for "no such child"; PySide's types do not say so.
    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        # Kept although a box may go: Qt and the reader hold on to what they were given once.
        while len(self._parts) <= index < len(self.boxes):
            self._parts.append(BoxAccess(self, len(self._parts)))
        return self._parts[index] if 0 <= index < len(self._parts) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.place if isinstance(child, BoxAccess) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        for place in reversed(range(self.childCount())):
            child = self.child(place)
            if child is not None and child.rect().contains(x, y):
                return child
        return None


class BoxAccess(QAccessibleInterface):
    """One box of the canvas."""

    def __init__(self, canvas: CanvasAccess, place: int) -> None:
        super().__init__()
        self._canvas, self.place = canvas, place

    @property
    def _box(self) -> SpokenBox | None:
        boxes = self._canvas.boxes
        return boxes[self.place] if self.place < len(boxes) else None

    def isValid(self) -> bool:
        return self._box is not None

    def object(self) -> QObject | None:  # type: ignore[override] # a part of the view is none
        return None

    def parent(self) -> QAccessibleInterface:
        return self._canvas

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        del index
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        del child
        return -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        del x, y
        return None

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.Graphic

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        box = self._box
        state.selectable = 1
        state.selected = int(box is not None and box.active)
        return state

    def text(self, kind: QAccessible.Text) -> str:
        box = self._box
        if box is None:
            return ""
        if kind == QAccessible.Text.Name:
            return box.name
        keys = tr("Arrows move it, Ctrl and arrows resize it.")
        return keys if kind == QAccessible.Text.Description and box.active else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Boxes get their prompts in the field of that name."""

    def rect(self) -> QRect:
        """On the screen."""
        box, view = self._box, self._canvas.view
        if box is None:
            return QRect()
        seen = view.mapFromScene(rect_of(box.region)).boundingRect()
        return QRect(view.viewport().mapToGlobal(seen.topLeft()), seen.size())


class Announcer(QObject):
    """Tells screen readers what happens on the canvas. announced: each sentence."""

    announced = Signal(str)

    def __init__(
        self, editor: Editor, view: CanvasView, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(view)
        self._editor, self._view, self._clock = editor, view, clock
        self._told_at = float("-inf")
        self._last = ""
        view.spoken = lambda: spoken_boxes(editor)
        view.setAccessibleName(tr("Canvas"))
        editor.changed.connect(self.describe)
        editor.region_changed.connect(self._box_changed)
        editor.offer_changed.connect(self._shown_changed)
        editor.decodes.progressed.connect(self._step_done)
        editor.finished.connect(self._finished)
        editor.lens.changed.connect(self._lens_changed)
        self.describe()

    def describe(self) -> None:
        self._view.setAccessibleDescription(spoken_picture(self._editor))

    def _box_changed(self) -> None:
        self.describe()
        active = next((box for box in spoken_boxes(self._editor) if box.active), None)
        if self._editor.mode is Mode.EDITING:
            self._say(tr("No box") if active is None else active.name)

    def _shown_changed(self) -> None:
        told = spoken_candidate(self._editor)
        if told:
            self._say(told)

    def _lens_changed(self) -> None:
        """The token that is pointed at, while the lens shows something."""
        if self._editor.lens.view is not None:
            self._say(self._editor.lens.told.replace("\n", ", "))

    def _step_done(self) -> None:
        """Not every step: several a second cannot be listened to."""
        running = self._editor.running
        if running is None or self._clock() - self._told_at < PAUSE_SECONDS:
            return
        self._told_at = self._clock()
        self._say(running.progress.text)

    def _finished(self) -> None:
        proposal = self._editor.proposal
        if proposal is not None:
            ready = counted(
                QT_TR_NOOP("Done. 1 candidate is ready."),
                QT_TR_NOOP("Done. {count} candidates are ready."),
                len(proposal.options),
            )
            self._say(f"{ready} {spoken_candidate(self._editor)}")

    def _say(self, sentence: str) -> None:
        if sentence != self._last:
            self._last = sentence
            self.say(sentence)

    def say(self, sentence: str, *, urgent: bool = False) -> None:
        """Now; urgent: what is being said may be broken off."""
        self.announced.emit(sentence)
        # Qt before 6.8 has no announcements.
        if hasattr(QtGui, "QAccessibleAnnouncementEvent"):
            event = QtGui.QAccessibleAnnouncementEvent(self._view, sentence)
            ways = QAccessible.AnnouncementPoliteness
            event.setPoliteness(ways.Assertive if urgent else ways.Polite)
            QAccessible.updateAccessibility(event)
