"""CompareOverlay: the picture as it was, over the picture as it is, with a divider to drag."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.items import Height, PictureItem, outline_pen
from app.canvas.view import CanvasView
from app.models.comparison import Comparison, Look
from app.models.differences import Compared
from app.models.pyramid import Pyramids
from app.models.sources import ImageSource

REACH_PX = 8.0
KNOB_PX = 26.0


class ClippedPicture(PictureItem):
    """A picture of which only the left part, up to `share` of its width, is drawn."""

    share = 1.0

    def show_share(self, share: float) -> None:
        self.share = share
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        rect = self.boundingRect()
        painter.save()
        painter.setClipRect(QRectF(0, 0, rect.width() * self.share, rect.height()))
        super().paint(painter, option, widget)
        painter.restore()


class Divider(QGraphicsItem):
    """An upright line over the picture, with a knob at half its height."""

    def __init__(self) -> None:
        super().__init__()
        self._field = QRectF()
        self._place = 0.5

    def put(self, field: QRectF, place: float) -> None:
        self.prepareGeometryChange()
        self._field, self._place = field, place
        self.update()

    @property
    def x_px(self) -> float:
        """In picture pixels."""
        return self._field.left() + self._field.width() * self._place

    def boundingRect(self) -> QRectF:
        margin = max(self._field.width(), self._field.height())
        return self._field.adjusted(-margin, 0, margin, 0)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del widget
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, bottom = (
            QPointF(self.x_px, self._field.top()),
            QPointF(self.x_px, self._field.bottom()),
        )
        for color, width in ((QColor(0, 0, 0, 150), 4.0), (QColor(255, 255, 255), 2.0)):
            painter.setPen(outline_pen(color, width))
            painter.drawLine(top, bottom)
        painter.translate((top + bottom) / 2)
        painter.scale(1 / scale, 1 / scale)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawEllipse(QPointF(0, 0), KNOB_PX / 2, KNOB_PX / 2)
        painter.setPen(QPen(QColor(60, 62, 68), 2, c=Qt.PenCapStyle.RoundCap))
        for side in (-1, 1):
            tip = QPointF(side * 8, 0)
            painter.drawLine(tip, QPointF(side * 4, -4))
            painter.drawLine(tip, QPointF(side * 4, 4))


class CompareOverlay(QObject):
    """Shows on the canvas what the comparison holds."""

    def __init__(self, comparison: Comparison, pyramids: Pyramids, view: CanvasView) -> None:
        super().__init__(view)
        self._comparison, self._pyramids, self._view = comparison, pyramids, view
        self._shown: QImage | None = None
        self._levels_job: int | None = None
        self._dragging = False
        self.picture = ClippedPicture()
        self.divider = Divider()
        view.lay(self.picture, Height.COMPARED)
        view.lay(self.divider, Height.DIVIDER)
        comparison.changed.connect(self._refresh)
        view.viewport().installEventFilter(self)

    def _refresh(self) -> None:
        look, answer = self._comparison.look, self._comparison.answer
        image = None if answer is None else image_of(answer, look)
        if image is not self._shown:
            self._show(image)
            self.picture.checkered = look is not Look.CHANGES
        self.picture.setVisible(image is not None)
        wiping = look is Look.WIPE and image is not None
        place = self._comparison.divider
        self.picture.show_share(place if wiping else 1.0)
        self.divider.setVisible(wiping)
        self.divider.put(self.picture.boundingRect(), place)
        self._dragging = self._dragging and wiping

    def _show(self, image: QImage | None) -> None:
        """Another picture over the picture, and its levels for zooming out."""
        if self._levels_job is not None:
            self._pyramids.give_up(self._levels_job)
        self._shown, self._levels_job = image, None
        source = None if image is None else ImageSource(image)
        self.picture.set_source(source)
        if source is not None:
            self._levels_job = self._pyramids.ask(source, self.picture.put_pyramid)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The divider is taken before the canvas hears of the mouse."""
        if not isinstance(event, QMouseEvent) or not self.divider.isVisible():
            return super().eventFilter(watched, event)
        at = self._view.mapToScene(event.position().toPoint()).x()
        near = abs(at - self.divider.x_px) * self._view.scale_factor <= REACH_PX
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and near:
            self._dragging = event.button() == Qt.MouseButton.LeftButton
            return self._dragging
        if kind == QEvent.Type.MouseButtonRelease and self._dragging:
            self._dragging = False
            return True
        if kind == QEvent.Type.MouseMove and self._dragging:
            self._comparison.move_divider(at / max(self.picture.boundingRect().width(), 1.0))
            return True
        if kind == QEvent.Type.MouseMove and near and not event.buttons():
            self._view.viewport().setCursor(Qt.CursorShape.SplitHCursor)
            return True
        return super().eventFilter(watched, event)


def image_of(answer: Compared, look: Look) -> QImage | None:
    """What lies over the picture for a way of looking; nothing for the picture as it is."""
    return {
        Look.BEFORE: answer.before,
        Look.WIPE: answer.before,
        Look.DIFFERENCE: answer.difference,
        Look.CHANGES: answer.changes,
    }.get(look)
