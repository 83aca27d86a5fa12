"""DragOut: a button that can be pulled into another program, which then gets a file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication


class DragOut(QObject):
    """The file is asked for when the pull begins, and the drag begins when it lies on the disk:
    no program is given the name of a file that is not there.

    wanted: asks for the file, whose path is put in with `give`.
    """

    def __init__(self, button: QAbstractButton, wanted: Callable[[], None]) -> None:
        super().__init__(button)
        self._button, self._wanted = button, wanted
        self._pressed_at: QPoint | None = None
        self._waits = False
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            match event.type():
                case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                    self._pressed_at = event.position().toPoint()
                case QEvent.Type.MouseMove if self._pulled(event):
                    self._begin()
                    return True
                case QEvent.Type.MouseButtonRelease:
                    self._pressed_at, self._waits = None, False
        return super().eventFilter(watched, event)

    def _pulled(self, event: QMouseEvent) -> bool:
        if self._pressed_at is None or not self._button.isEnabled():
            return False
        way = event.position().toPoint() - self._pressed_at
        return way.manhattanLength() >= QApplication.startDragDistance()

    def _begin(self) -> None:
        self._pressed_at, self._waits = None, True
        # It is not pressed any more: letting go shall not click it.
        self._button.setDown(False)
        self._wanted()

    def give(self, path: Path) -> None:
        """The file is there. Nothing happens when the button was let go meanwhile."""
        if self._waits:
            self._waits = False
            drag = QDrag(self._button)
            drag.setMimeData(file_data(path))
            drag.setPixmap(self._button.icon().pixmap(self._button.iconSize()))
            self.carry(drag)

    def carry(self, drag: QDrag) -> None:
        """Until it is let go somewhere. The file stays: it may be read later."""
        drag.exec(Qt.DropAction.CopyAction)


def file_data(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data
