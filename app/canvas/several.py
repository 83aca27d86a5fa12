"""Several boxes on the canvas: those that wait are drawn with numbers, and taken with a press."""

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.items import Height, outline_pen, rect_of, with_room
from app.canvas.tools import REACH_PX
from app.canvas.view import CanvasView
from app.models.boxes import grip_at
from app.models.convert import to_qimage
from app.models.editor import Editor, Mode
from engine.document.project import OpenBox
from engine.values.jobs import Pixels
from engine.values.region import Region

BADGE_PX = QSizeF(20, 18)


class WaitingBoxes(QGraphicsItem):
    """Dashed boxes with what is on offer for them."""

    def __init__(self) -> None:
        super().__init__()
        self._field = QRectF()
        self._boxes: tuple[OpenBox, ...] = ()
        self._pictures: dict[int, tuple[Pixels, QImage]] = {}

    def show_boxes(self, boxes: tuple[OpenBox, ...], field: QRectF) -> None:
        """field: the picture's rectangle."""
        self.prepareGeometryChange()
        self._boxes, self._field = boxes, field
        shown = [patch for box in boxes for patch in [shown_patch(box)] if patch is not None]
        known = {id(patch): self._pictures.get(id(patch)) for patch in shown}
        self._pictures = {
            id(patch): known[id(patch)] or (patch, to_qimage(patch)) for patch in shown
        }
        self.update()

    def boundingRect(self) -> QRectF:
        return self._field.adjusted(-4, -4, 4, 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del option, widget
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for box in self._boxes:
            assert box.region is not None
            patch, place = shown_patch(box), rect_of(box.region)
            if patch is not None:
                painter.drawImage(place, self._pictures[id(patch)][1])
            painter.setPen(outline_pen(QColor(0, 0, 0, 150), 3.0))
            painter.drawRect(place)
            painter.setPen(outline_pen(QColor(255, 255, 255), 1.5, Qt.PenStyle.DashLine))
            painter.drawRect(place)


class Badges(QGraphicsItem):
    """The number of each box at its upper left corner, above all else."""

    def __init__(self) -> None:
        super().__init__()
        self._field = QRectF()
        self._places: tuple[tuple[int, Region], ...] = ()
        self._active: int | None = None

    def show_numbers(
        self, places: tuple[tuple[int, Region], ...], active: int | None, field: QRectF
    ) -> None:
        """places: (place in the list, box)."""
        self.prepareGeometryChange()
        self._places, self._active, self._field = places, active, field
        self.update()

    def boundingRect(self) -> QRectF:
        return with_room(self._field)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del widget
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(11)
        font.setBold(True)
        painter.setFont(font)
        for place, region in self._places:
            painter.save()
            painter.translate(region.left, region.top)
            painter.scale(1 / scale, 1 / scale)
            active = place == self._active
            badge = QRectF(QPointF(0, 0), BADGE_PX).translated(4, 4)
            painter.setPen(QPen(QColor(255, 255, 255, 220), 1.25))
            painter.setBrush(QColor("#4a6cf0") if active else QColor(20, 21, 24, 215))
            painter.drawRoundedRect(badge, 5, 5)
            painter.setPen(QColor(255, 255, 255))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(place + 1))
            painter.restore()


class SeveralBoxes(QObject):
    """Shows the boxes that wait; a press on one makes it active, Ctrl and a drag draw one more."""

    def __init__(self, editor: Editor, view: CanvasView) -> None:
        super().__init__(view)
        self._editor, self._view = editor, view
        self.waiting, self.badges = WaitingBoxes(), Badges()
        view.lay(self.waiting, Height.WAITING_BOXES)
        view.lay(self.badges, Height.NUMBERS)
        editor.region_changed.connect(self._refresh)
        editor.offer_changed.connect(self._refresh)
        editor.boxes.changed.connect(self._refresh)
        view.viewport().installEventFilter(self)

    def _refresh(self) -> None:
        boxes, field = self._editor.boxes, self._view.picture.boundingRect()
        for item in (self.waiting, self.badges):
            item.setVisible(boxes.several)
        self.waiting.show_boxes(tuple(box for _, box in boxes.others), field)
        places = ((i, box.region) for i, box in enumerate(boxes.boxes) if box.region is not None)
        self.badges.show_numbers(tuple(places), boxes.active, field)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press is looked at before the canvas hears of it."""
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonPress
            and event.button() == Qt.MouseButton.LeftButton
            and self._editor.mode in (Mode.EDITING, Mode.CHOOSING)
        ):
            return self._pressed(event)
        return super().eventFilter(watched, event)

    def _pressed(self, event: QMouseEvent) -> bool:
        """True for a press that is not for the canvas as well."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # What is drawn now is one box more.
            self._editor.boxes.let_go()
            return False
        place = self.box_at(event.position().toPoint())
        if place is None:
            return False
        self._editor.boxes.activate(place)
        # A box without candidates can be moved at once; with them a drag would draw another box.
        return self._editor.mode is Mode.CHOOSING

    def box_at(self, point: QPoint) -> int | None:
        """The place of the box that waits under a point of the view; numbers lie on top."""
        for place, box in self._editor.boxes.others:
            assert box.region is not None
            corner = self._view.mapFromScene(box.region.left, box.region.top)
            if QRectF(QPointF(corner), BADGE_PX).translated(4, 4).contains(QPointF(point)):
                return place
        at = self._view.mapToScene(point)
        mine, reach = self._editor.region, REACH_PX / self._view.scale_factor
        if mine is not None and grip_at(mine, at.x(), at.y(), reach) is not None:
            return None
        under = [
            (box.region.width * box.region.height, place)
            for place, box in self._editor.boxes.others
            if box.region is not None and rect_of(box.region).contains(at)
        ]
        return min(under)[1] if under else None


def shown_patch(box: OpenBox) -> Pixels | None:
    """The candidate that is shown in a box that waits."""
    if box.offer is None or not box.offer.shown:
        return None
    return box.offer.options[box.offer.shown - 1].patch
