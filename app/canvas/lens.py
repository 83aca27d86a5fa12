"""LensOverlay: the heat map of confidence over the box; its cells are brushed and walked over."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.items import Height, outline_pen
from app.canvas.view import CanvasView
from app.models.convert import to_qimage
from app.models.lens import Lens, LensView

UNSURE, SURE = (240, 126, 32, 225), (40, 92, 225, 165)
"""RGBA. Orange and blue stay apart in every kind of colour blindness; the unsure cover more."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def heat(confidence: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(h, w) in 0..1 -> (h, w, 4) RGBA from UNSURE to SURE; NaN is see-through."""
    share = np.nan_to_num(confidence)[..., None]
    colors = np.rint(np.array(UNSURE) * (1 - share) + np.array(SURE) * share).astype(np.uint8)
    colors[np.isnan(confidence)] = 0
    return colors


class LensItem(QGraphicsItem):
    """One coloured cell a token; marked ones are crossed, the one pointed at is ringed."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._square = QRectF()
        self._view: LensView | None = None
        self._marked: frozenset[int] = frozenset()
        self._place: int | None = None

    def show_lens(self, view: LensView | None, marked: frozenset[int], place: int | None) -> None:
        if view is not self._view:
            self.prepareGeometryChange()
            self._view = view
            self._image = None if view is None else to_qimage(heat(view.confidence))
            left, top, side = (0.0, 0.0, 0.0) if view is None else view.square
            self._square = QRectF(left, top, side, side)
            self.setVisible(view is not None)
        self._marked, self._place = marked, place
        self.update()

    def boundingRect(self) -> QRectF:
        return self._square.adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del option, widget
        if self._image is None or self._view is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self._square, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cells = [QRectF(*self._view.box_of(cell)) for cell in sorted(self._marked)]
        for color, width in ((QColor(0, 0, 0, 170), 3.5), (QColor(255, 255, 255), 1.5)):
            painter.setPen(outline_pen(color, width))
            for cell in cells:
                inner = _shrunk(cell, 0.12)
                painter.drawRect(inner)
                painter.drawLine(inner.topLeft(), inner.bottomRight())
                painter.drawLine(inner.topRight(), inner.bottomLeft())
        if self._place is not None:
            self._ring(painter, QRectF(*self._view.box_of(self._place)))

    def _ring(self, painter: QPainter, cell: QRectF) -> None:
        for color, width in ((QColor(0, 0, 0), 5.0), (QColor(255, 255, 255), 2.5)):
            painter.setPen(outline_pen(color, width))
            painter.drawRect(cell)


class LensOverlay(QObject):
    """alternatives_asked: a cell, and where on the screen it is; by Alt+click or a right click."""

    alternatives_asked = Signal(int, QPoint)

    def __init__(self, lens: Lens, view: CanvasView) -> None:
        super().__init__(view)
        self._lens, self._view = lens, view
        self._brush: bool | None = None
        self._last: QPointF | None = None
        self.item = LensItem()
        view.lay(self.item, Height.LENS)
        lens.changed.connect(self._refresh)
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)

    def _refresh(self) -> None:
        self.item.show_lens(self._lens.view, self._lens.marked, self._lens.place)
        if self._lens.view is None:
            self._brush = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cells take the mouse and the keys before the canvas and the table of actions do."""
        if self._lens.view is None:
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and watched is self._view:
            return self._key(event) or super().eventFilter(watched, event)
        if isinstance(event, QMouseEvent) and watched is self._view.viewport():
            return self._mouse(event) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    # -- mouse ------------------------------------------------------------------------------

    def _mouse(self, event: QMouseEvent) -> bool:
        """Whether it was for the cells."""
        at = self._view.mapToScene(event.position().toPoint())
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                return self._pressed(event, at)
            case QEvent.Type.MouseMove:
                return self._moved(at)
            case QEvent.Type.MouseButtonRelease:
                brushed, self._brush = self._brush is not None, None
                return brushed
            case _:
                return False

    def _cell_at(self, at: QPointF) -> int | None:
        view = self._lens.view
        return None if view is None else view.cell_at(at.x(), at.y())

    def _pressed(self, event: QMouseEvent, at: QPointF) -> bool:
        cell = self._cell_at(at)
        if cell is None:
            return False
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.RightButton or (left and alt):
            self._lens.go(cell)
            self.alternatives_asked.emit(cell, event.globalPosition().toPoint())
            return True
        if not left:
            return False
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        self._brush, self._last = cell not in self._lens.marked, at
        self._lens.mark(cell, marked=self._brush)
        return True

    def _moved(self, at: QPointF) -> bool:
        if self._brush is None or self._last is None:
            cell = self._cell_at(at)
            if cell is not None:
                self._lens.go(cell)
            return False
        for cell in self._cells_between(self._last, at):
            if (cell in self._lens.marked) is not self._brush:
                self._lens.mark(cell, marked=self._brush)
        self._last = at
        return True

    def _cells_between(self, start: QPointF, end: QPointF) -> list[int]:
        """Of a stroke: a fast hand skips no cell."""
        view = self._lens.view
        assert view is not None
        moved = end - start
        steps = int(4 * moved.manhattanLength() / (view.square[2] / view.cells.side)) + 1
        found = (self._cell_at(start + moved * step / steps) for step in range(1, steps + 1))
        return list(dict.fromkeys(cell for cell in found if cell is not None))

    # -- keys -------------------------------------------------------------------------------

    def _key(self, event: QKeyEvent) -> bool:
        """Arrows walk over the cells, Space marks; both mean something else without a lens."""
        key = Qt.Key(event.key())
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if not plain or (key not in ARROWS and key != Qt.Key.Key_Space):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            if key == Qt.Key.Key_Space:
                self._lens.mark_place()
            else:
                self._lens.move(*ARROWS[key])
        return True

    def ask_alternatives(self) -> None:
        """Of the cell that is pointed at, by the keyboard."""
        view, place = self._lens.view, self._lens.place
        if view is not None and place is not None:
            corner = QRectF(*view.box_of(place)).bottomRight()
            self.alternatives_asked.emit(
                place, self._view.viewport().mapToGlobal(self._view.mapFromScene(corner))
            )


def _shrunk(rect: QRectF, share: float) -> QRectF:
    across, down = rect.width() * share, rect.height() * share
    return rect.adjusted(across, down, -across, -down)
