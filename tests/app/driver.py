"""Driver: does with the window what a person does, with real key and mouse events."""

from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.models.editor import Mode
from engine.document.document import Document
from engine.values.region import Region

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


class Driver:
    """Waits for signals and states, never for time."""

    def __init__(self, qtbot: QtBot, desk: Desk) -> None:
        self.qtbot, self.desk = qtbot, desk
        self.window, self.editor, self.documents = desk.window, desk.editor, desk.documents

    def open(self, path: Path) -> None:
        with self.qtbot.waitSignal(self.documents.opened):
            self.window.files.open(path)

    def point(self, x: float, y: float) -> QPoint:
        return self.window.view.mapFromScene(x, y)

    def drag(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        modifier: Qt.KeyboardModifier = NONE,
    ) -> None:
        """The left button from one place of the picture to another, in four moves."""
        target = self.window.view.viewport()
        first, last = self.point(*start), self.point(*end)
        QTest.mousePress(target, LEFT, modifier, first)
        for step in range(1, 5):
            QTest.mouseMove(target, first + (last - first) * step / 4)
        QTest.mouseRelease(target, LEFT, modifier, last)

    def type(self, prompt: str) -> None:
        field = self.window.workspace.prompt.field
        if self.editor.mode is Mode.EMPTY:
            field = self.window.workspace.start_field
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, prompt)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE, target: QWidget | None = None
    ) -> None:
        QTest.keyClick(self.window.view if target is None else target, key, modifier)

    def turn_wheel(self, control: QWidget, turned: int) -> None:
        """Over the middle of it, as the window system tells it: to the window."""
        middle = QPointF(control.mapTo(self.window, control.rect().center()))
        QTest.wheelEvent(self.window.windowHandle(), middle, QPoint(0, turned))

    def generate(self) -> None:
        """Ctrl+Return in the prompt field, and wait for the candidates."""
        with self.qtbot.waitSignal(self.editor.finished):
            self.press(Qt.Key.Key_Return, CTRL)

    def boxed(self, photo: Path, prompt: str = "a red apple") -> Region:
        """Open, draw a box, type: everything up to Generate."""
        self.open(photo)
        self.drag((80, 60), (200, 160))
        self.type(prompt)
        assert self.editor.region is not None
        return self.editor.region

    def mode_is(self, mode: Mode) -> bool:
        return self.editor.mode is mode

    @property
    def shown(self) -> int:
        """The number of the candidate that is shown."""
        assert self.editor.proposal is not None
        return self.editor.proposal.shown

    @property
    def document(self) -> Document:
        assert self.documents.document is not None
        return self.documents.document

    def wait_idle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.documents.busy)
