"""Stage: the canvas with what floats over it, kept in place as the view moves."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.canvas.placing import GAP_PX, placed
from app.canvas.view import CanvasView
from app.theme import DARK, current_colors

EDGE_PX = 14
SHADOW_PX = 18
CARD_CORNER_PX = 12


class Stage(QWidget):
    """prompt: at the box. strip: bottom middle. start: in the middle. compare: upper right.
    lens: upper left. error: a bar at the top. Where one would lie over another, it gives way.

    fit_strip, fit_prompt, fit_start: tell each how wide it may be.
    """

    def __init__(
        self,
        view: CanvasView,
        *,
        prompt: QWidget,
        strip: QWidget,
        start: QWidget,
        error: QWidget,
        compare: QWidget,
        lens: QWidget,
        fit_strip: Callable[[int], None],
        fit_prompt: Callable[[int], None],
        fit_start: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._view = view
        self._prompt, self._strip, self._start, self._compare = prompt, strip, start, compare
        self._lens, self._fit_start = lens, fit_start
        self._fit_strip, self._fit_prompt = fit_strip, fit_prompt
        self.pill = _Pill(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(error)
        column.addWidget(view, 1)
        for floating in (prompt, strip, start, compare, lens):
            floating.setParent(self)
            floating.hide()
            _Shadow(floating, self)
        view.view_changed.connect(self.place)
        view.drawing_changed.connect(self.place)

    def show_floating(
        self, *, prompt: bool, strip: bool, start: bool, compare: bool, hint: str
    ) -> None:
        self._prompt.setVisible(prompt)
        self._strip.setVisible(strip)
        self._start.setVisible(start)
        self._compare.setVisible(compare)
        self.pill.tell(hint)
        self.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Move what floats to where it belongs now."""
        room = self._view.geometry().adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
        if not self._start.isHidden():
            self._fit_start(room.width())
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
        self._place_bars(room)
        self.pill.adjustSize()
        self.pill.move(
            room.center().x() - self.pill.width() // 2, room.bottom() - self.pill.height()
        )

    def _place_bars(self, room: QRect) -> None:
        """Those that go where the box and the others leave room."""
        box = self._view.field_in_view.toRect().translated(self._view.geometry().topLeft())
        self._fit_prompt(room.width())
        bars = (self._compare, self._lens, self._prompt)
        for bar, place in zip(bars, placed(room, box, *map(_shown_size, bars)), strict=True):
            if not bar.isHidden():
                bar.move(place.topLeft())
        self._prompt.raise_()


class _Shadow(QWidget):
    """A soft shadow under a floating card, drawn once a size.

    A graphics effect would draw and blur the whole card anew at every step of its progress.
    """

    def __init__(self, card: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._card = card
        self._drawn = QPixmap()
        self._drawn_for = DARK
        card.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if watched is self._card and event.type() in kinds:
            reach = SHADOW_PX
            self.setGeometry(self._card.geometry().adjusted(-reach, -reach + 5, reach, reach + 5))
            self.setVisible(event.type() != QEvent.Type.Hide and not self._card.isHidden())
            self.stackUnder(self._card)
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colors = current_colors()
        if self._drawn.size() != self.size() or colors is not self._drawn_for:
            self._drawn = _soft_rectangle(self.size(), 2 if colors is DARK else 1)
            self._drawn_for = colors
        QPainter(self).drawPixmap(0, 0, self._drawn)


def _soft_rectangle(size: QSize, strength: int) -> QPixmap:
    """Rounded rectangles on top of each other, each a little larger and paler at the rim."""
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, strength))
    for inset in range(SHADOW_PX):
        field = pixmap.rect().adjusted(inset, inset, -inset, -inset)
        corner = SHADOW_PX + CARD_CORNER_PX - inset
        painter.drawRoundedRect(field, corner, corner)
    painter.end()
    return pixmap


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


def _shown_size(bar: QWidget) -> QSize:
    """As large as it wants to be; empty where it is hidden."""
    if bar.isHidden():
        return QSize(0, 0)
    bar.adjustSize()
    return bar.size()
