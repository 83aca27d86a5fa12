"""Stage: the canvas with what floats over it, kept in place as the view moves."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QLabel, QVBoxLayout, QWidget

from app.canvas.view import CanvasView

GAP_PX = 12
EDGE_PX = 14


class Stage(QWidget):
    """prompt: at the box. strip: bottom middle. start: in the middle. error: a bar at the top.

    fit_strip: tells the strip how wide it may be.
    """

    def __init__(
        self,
        view: CanvasView,
        *,
        prompt: QWidget,
        strip: QWidget,
        start: QWidget,
        error: QWidget,
        fit_strip: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._view = view
        self._prompt, self._strip, self._start, self._error = prompt, strip, start, error
        self._fit_strip = fit_strip
        self.pill = _Pill(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(error)
        column.addWidget(view, 1)
        for floating in (prompt, strip, start):
            floating.setParent(self)
            floating.hide()
            shadow = QGraphicsDropShadowEffect(floating)
            shadow.setBlurRadius(28)
            shadow.setOffset(0, 6)
            shadow.setColor(QColor(0, 0, 0, 90))
            floating.setGraphicsEffect(shadow)
        view.view_changed.connect(self.place)
        view.drawing_changed.connect(self.place)

    def show_floating(self, *, prompt: bool, strip: bool, start: bool, hint: str) -> None:
        self._prompt.setVisible(prompt)
        self._strip.setVisible(strip)
        self._start.setVisible(start)
        self.pill.tell(hint)
        self.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Move what floats to where it belongs now."""
        room = self._view.geometry().adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
        if not self._start.isHidden():
            self._start.adjustSize()
            self._start.move(_centered(self._start, room))
        strip = QRect()
        if not self._strip.isHidden():
            self._fit_strip(room.width())
            size = self._strip.size()
            strip = QRect(
                room.center().x() - size.width() // 2, room.bottom() - size.height(), 0, 0
            )
            strip.setSize(size)
            self._strip.setGeometry(strip)
            room.setBottom(strip.top() - GAP_PX)
        if not self._prompt.isHidden():
            self._place_prompt(room)
        self.pill.adjustSize()
        self.pill.move(
            room.center().x() - self.pill.width() // 2, room.bottom() - self.pill.height()
        )

    def _place_prompt(self, room: QRect) -> None:
        box = self._view.field_in_view.toRect().translated(self._view.geometry().topLeft())
        self._prompt.adjustSize()
        wide, high = self._prompt.width(), self._prompt.height()
        below, above = box.bottom() + GAP_PX, box.top() - GAP_PX - high
        if below + high <= room.bottom():
            y = below
        elif above >= room.top():
            y = above
        else:
            y = room.bottom() - high
        x = box.center().x() - wide // 2
        x = min(max(x, room.left()), max(room.right() - wide, room.left()))
        y = min(max(y, room.top()), max(room.bottom() - high, room.top()))
        self._prompt.move(x, y)
        self._prompt.raise_()


class _Pill(QFrame):
    """One short hint over the canvas; it lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pill")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label = QLabel(self)
        self._label.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 6, 14, 6)
        column.addWidget(self._label)
        self.hide()

    def tell(self, hint: str) -> None:
        self._label.setText(hint)
        self.setVisible(bool(hint))
        self.adjustSize()


def _centered(widget: QWidget, room: QRect) -> QPoint:
    size = widget.size()
    return QPoint(
        room.center().x() - size.width() // 2,
        max(room.center().y() - size.height() // 2, room.top()),
    )
