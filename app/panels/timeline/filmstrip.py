"""Filmstrip: a slider whose positions are pictures of steps."""

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from app.texts import tr
from app.theme import current_colors

STRIP_HEIGHT_PX = 66
CELL_MOST_PX = 66


class Filmstrip(QAbstractSlider):
    """A slider whose positions are pictures.

    scrubbed: a position chosen by hand. pointed: the position under the mouse, -1 for none.
    """

    scrubbed = Signal(int)
    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(STRIP_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Steps"))
        self.setToolTip(tr("Drag through the steps (Left, Right, Home, End)"))
        self.setMouseTracking(True)
        self.setPageStep(4)
        self._images: list[QImage | None] = []
        self._labels: list[str] = []
        self._begins: int | None = None
        self._pointed = -1
        self.valueChanged.connect(self._changed)

    def show_steps(
        self, images: list[QImage | None], labels: list[str], position: int, begins: int | None
    ) -> None:
        """begins: where the shown branch left its parent."""
        self._images, self._labels, self._begins = images, labels, begins
        self.blockSignals(True)
        self.setRange(0, max(len(images) - 1, 0))
        self.setValue(position)
        self.blockSignals(False)
        self.setEnabled(bool(images))
        if images:
            told = tr("{place} of {count}").format(place=labels[position], count=labels[-1])
            self.setAccessibleDescription(told)
        self.update()

    def _changed(self, value: int) -> None:
        self.scrubbed.emit(value)
        self.update()

    def _cell_width(self) -> float:
        return min(self.width() / max(len(self._images), 1), CELL_MOST_PX)

    def cell(self, position: int) -> QRect:
        """Where a step is drawn."""
        wide = self._cell_width()
        left = round(position * wide)
        return QRect(left, 0, round((position + 1) * wide) - left, self.height())

    def _position_at(self, x: float) -> int:
        return min(max(int(x / self._cell_width()), 0), self.maximum())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._images:
            self._point_at(-1)
            self.setSliderDown(True)
            self.setValue(self._position_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._position_at(event.position().x()))
        else:
            x = event.position().x()
            inside = 0 <= x < len(self._images) * self._cell_width()
            self._point_at(self._position_at(x) if inside else -1)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._point_at(-1)
        super().hideEvent(event)

    def _point_at(self, position: int) -> None:
        if position != self._pointed:
            self._pointed = position
            self.pointed.emit(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for position, image in enumerate(self._images):
            self._draw_cell(painter, position, image)
        if self._images:
            self._draw_marks(painter)

    def _draw_cell(self, painter: QPainter, position: int, image: QImage | None) -> None:
        colors = current_colors()
        cell = self.cell(position).adjusted(1, 3, -1, -17)
        rounded = QPainterPath()
        rounded.addRoundedRect(cell, 5, 5)
        painter.fillPath(rounded, QColor(colors.raised))
        if image is not None:
            painter.setClipPath(rounded)
            painter.setOpacity(1.0 if position <= self.value() else 0.45)
            painter.drawImage(cell, image, _middle_part(image, cell))
            painter.setOpacity(1.0)
            painter.setClipping(False)
        font = self.font()
        font.setPixelSize(10)
        current = position == self.value()
        font.setBold(current)
        painter.setFont(font)
        painter.setPen(QColor(colors.text if current else colors.muted))
        below = QRect(cell.left(), cell.bottom() + 2, cell.width(), 14)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._labels[position])

    def _draw_marks(self, painter: QPainter) -> None:
        colors = current_colors()
        cell = self.cell(self.value()).adjusted(1, 3, -1, -17)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.accent if self.isEnabled() else colors.border), 2.5))
        painter.drawRoundedRect(cell.adjusted(-1, -1, 0, 0), 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent_text), 1))
            painter.drawRoundedRect(cell.adjusted(2, 2, -3, -3), 4, 4)
        if self._begins is not None:
            x = self.cell(self._begins).right()
            painter.setPen(QPen(QColor(colors.accent_text), 2))
            painter.drawLine(x, 1, x, self.height() - 17)


def _middle_part(image: QImage, cell: QRect) -> QRect:
    """The largest part of the image, from its middle, with the proportions of the cell."""
    wide, high = max(cell.width(), 1), max(cell.height(), 1)
    scale = min(image.width() / wide, image.height() / high)
    width, height = max(int(wide * scale), 1), max(int(high * scale), 1)
    return QRect((image.width() - width) // 2, (image.height() - height) // 2, width, height)
