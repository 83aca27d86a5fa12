"""CanvasView: the box on the picture, drawn and moved with the mouse."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessibleInterface,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainterPath,
)
from PySide6.QtWidgets import QWidget

from app.canvas.items import BoxItem, Height, PreviewItem, SitesItem, rect_of
from app.canvas.picture_view import PictureView
from app.canvas.tools import BoxTool
from app.models.boxes import Grip
from app.models.hints import Pointer, Pointing
from app.models.sources import Source
from app.models.spoken import SpokenBox
from engine.values.region import Region

CURSORS = {
    Grip.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Grip.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Grip.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Grip.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Grip.TOP: Qt.CursorShape.SizeVerCursor,
    Grip.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Grip.LEFT: Qt.CursorShape.SizeHorCursor,
    Grip.RIGHT: Qt.CursorShape.SizeHorCursor,
    Grip.INSIDE: Qt.CursorShape.SizeAllCursor,
}


class CanvasView(PictureView):
    """box_drawn: Region or None, once a drag ends. drawing_changed: a drag began or ended.

    pointed: what the mouse or a held key does now is another.
    """

    box_drawn = Signal(object)
    drawing_changed = Signal()
    pointed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preview = PreviewItem()
        self.sites = SitesItem(QColor("#9db2ff"))
        self.box = BoxItem()
        self.lay(self.preview, Height.PREVIEW)
        self.lay(self.sites, Height.OUTLINES)
        self.lay(self.box, Height.OUTLINES)
        self._tool = BoxTool()
        self._pan_from: QPoint | None = None
        self._space_held = self._shift_held = self._over = False
        self.locked = False
        self.spoken: Callable[[], tuple[SpokenBox, ...]] = tuple
        self.access: QAccessibleInterface | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        # Files dropped on the canvas are for the window.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)

    # -- what is shown ----------------------------------------------------------------------

    def _after_picture(self, resized: bool) -> None:
        # A press on the picture before, dragged already or not, means nothing on this one.
        self.abandon_drag()
        self._tool.abandon()
        super()._after_picture(resized)

    def show_box(self, region: Region | None, *, editable: bool) -> None:
        if not self._tool.dragging:
            self.box.set_box(region, self.picture.boundingRect(), editable=editable)
            self.view_changed.emit()

    def show_preview(self, source: Source | None, region: Region | None) -> None:
        field = self.picture.boundingRect() if region is None else rect_of(region)
        self.preview.show_source(source, field)

    def show_sites(self, path: QPainterPath) -> None:
        self.sites.set_path(path)

    @property
    def drawing(self) -> bool:
        return self._tool.dragging

    @property
    def pointing(self) -> Pointing:
        """What the mouse and the held keys do."""
        pointer = Pointer.OVER_CANVAS if self._over else Pointer.AWAY
        if self._pan_from is not None:
            pointer = Pointer.PANNING
        elif self._tool.dragging:
            pointer = Pointer.DRAWING
        grip = self._tool.grip if self._tool.dragging else self.box.hovered
        return Pointing(pointer, grip, self._space_held, self._shift_held)

    @property
    def field_in_view(self) -> QRectF:
        """The box, or without one the picture, in view coordinates."""
        region = self.box.region
        rect = self.picture.boundingRect() if region is None else rect_of(region)
        return self.mapFromScene(rect).boundingRect().toRectF()

    # -- mouse ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space_held):
            self._pan_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pointed.emit()
        elif left and not self.locked and not self.picture.boundingRect().isEmpty():
            at = self.to_scene(event.position())
            region = self.box.region if self.box.editable else None
            rect = self.picture.boundingRect()
            self._tool.press(
                region,
                at.x(),
                at.y(),
                scale=self.scale_factor,
                size=(round(rect.width()), round(rect.height())),
            )
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            here = event.position().toPoint()
            moved, self._pan_from = here - self._pan_from, here
            self.pan_by(-moved.x(), -moved.y())
        elif self._tool.active:
            self._drag_to(event)
        else:
            self._point_at(event.position())
        event.accept()

    def _drag_to(self, event: QMouseEvent) -> None:
        at = self.to_scene(event.position())
        square = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        was_dragging = self._tool.dragging
        region = self._tool.move(at.x(), at.y(), scale=self.scale_factor, square=square)
        if self._tool.dragging:
            self.box.drawing = True
            self.box.set_box(region, self.picture.boundingRect(), editable=True)
            if not was_dragging:
                self.drawing_changed.emit()

    def _point_at(self, position: QPointF) -> None:
        if self._space_held:
            return
        at = self.to_scene(position)
        region = self.box.region if self.box.editable else None
        grip = self._tool.hover(region, at.x(), at.y(), self.scale_factor)
        if grip is not self.box.hovered or not self._over:
            self.box.hovered, self._over = grip, True
            self.box.update()
            self.pointed.emit()
        idle = self.locked or self.picture.boundingRect().isEmpty()
        plain = Qt.CursorShape.ArrowCursor if idle else Qt.CursorShape.CrossCursor
        self.viewport().setCursor(plain if grip is None else CURSORS[grip])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            self._pan_from = None
            self.pointed.emit()
            shape = (
                Qt.CursorShape.OpenHandCursor if self._space_held else Qt.CursorShape.CrossCursor
            )
            self.viewport().setCursor(shape)
        elif event.button() == Qt.MouseButton.LeftButton and self._tool.active:
            self._finish_drag()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _finish_drag(self) -> None:
        region = self.box.region
        dragged, on_empty = self._tool.release()
        self.box.drawing = False
        self.box.update()
        if dragged:
            self.drawing_changed.emit()
            self.box_drawn.emit(region)
        elif on_empty and self.box.editable:
            self.box_drawn.emit(None)

    def abandon_drag(self) -> bool:
        """Esc: give up the drag in progress; False when there is none."""
        if not self._tool.dragging:
            return False
        before = self._tool.abandon()
        self.box.drawing = False
        self.box.set_box(before, self.picture.boundingRect(), editable=True)
        self.drawing_changed.emit()
        return True

    # -- keys -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            self.pointed.emit()
            event.accept()
            return
        self._hold_shift(event, held=True)
        # Everything else is in the table of actions; QGraphicsView would scroll with the arrows.
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._end_space()
            event.accept()
            return
        self._hold_shift(event, held=False)
        event.ignore()

    def _hold_shift(self, event: QKeyEvent, *, held: bool) -> None:
        if event.key() == Qt.Key.Key_Shift and held is not self._shift_held:
            self._shift_held = held
            self.pointed.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._over, self.box.hovered = False, None
        self.pointed.emit()
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end_space()
        super().focusOutEvent(event)

    def _end_space(self) -> None:
        if self._space_held:
            self._space_held = False
            self._pan_from = None
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
            self.pointed.emit()
