"""CanvasView: zoom, pan and the box on the picture."""

import math
from collections.abc import Callable

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QPoint,
    QPointF,
    QRectF,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QAccessibleInterface,
    QColor,
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGestureEvent,
    QGraphicsScene,
    QGraphicsView,
    QPinchGesture,
    QWidget,
)

from app.canvas.items import BoxItem, PictureItem, PreviewItem, SitesItem, rect_of
from app.canvas.tools import BoxTool
from app.models.boxes import Grip
from app.models.hints import Pointer, Pointing
from app.models.sources import Source
from app.models.spoken import SpokenBox
from engine.document.project import View
from engine.values.region import Region

MIN_SCALE, MAX_SCALE = 0.01, 64.0
KEY_FACTOR = 1.25
WHEEL_BASE = 1.0016
FIT_MARGIN_PX = 32
FIT_MAX_SCALE = 5.0
ANIMATION_MS = 140

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


class CanvasView(QGraphicsView):
    """box_drawn: Region or None, once a drag ends. view_changed: zoomed, panned or resized.

    painted: once, after the first paint. drawing_changed: a drag began or ended. pointed: what the
    mouse or a held key does now is another.
    """

    box_drawn = Signal(object)
    view_changed = Signal()
    drawing_changed = Signal()
    painted = Signal()
    pointed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.picture = PictureItem()
        self.preview = PreviewItem()
        self.sites = SitesItem(QColor("#9db2ff"))
        self.box = BoxItem()
        for item in (self.picture, self.preview, self.sites, self.box):
            self._scene.addItem(item)
        self._tool = BoxTool()
        self._pan_from: QPoint | None = None
        self._space_held = self._shift_held = self._over = False
        self._fitted = True
        self._was_painted = False
        self.locked = False
        self.spoken: Callable[[], tuple[SpokenBox, ...]] = tuple
        self.access: QAccessibleInterface | None = None
        self.bottom_room_px = FIT_MARGIN_PX
        self._zoom = QVariantAnimation(self)
        self._zoom.setDuration(ANIMATION_MS)
        self._zoom.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._zoom.valueChanged.connect(self._zoom_stepped)
        self._anchor = QPointF()
        self._dress()

    def _dress(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        # Files dropped on the canvas are for the window.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)

    # -- what is shown ----------------------------------------------------------------------

    def show_picture(self, source: Source | None) -> None:
        """Another picture; a new size is fitted into the window."""
        before = self.picture.boundingRect().size()
        self.picture.set_source(source)
        self._after_picture(before != self.picture.boundingRect().size())

    def show_blank(self, width: int, height: int, color: QColor) -> None:
        before = self.picture.boundingRect().size()
        self.picture.set_blank(width, height, color)
        self._after_picture(before != self.picture.boundingRect().size())

    def _after_picture(self, resized: bool) -> None:
        if resized:
            self.fit(animated=False)
        self.viewport().update()

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

    # -- zoom and pan -----------------------------------------------------------------------

    @property
    def scale_factor(self) -> float:
        return self.transform().m11()

    def fit(self, *, animated: bool = True) -> None:
        """The whole picture in the window; a small one at most five times enlarged."""
        rect = self.picture.boundingRect()
        if rect.isEmpty():
            return
        room = self.viewport().size()
        wide = max(room.width() - 2 * FIT_MARGIN_PX, 50) / rect.width()
        high = max(room.height() - FIT_MARGIN_PX - self.bottom_room_px, 50) / rect.height()
        scale = min(wide, high, FIT_MAX_SCALE)
        lower_px = (self.bottom_room_px - FIT_MARGIN_PX) / 2
        center = rect.center() + QPointF(0, lower_px / scale)
        self._zoom_to(scale, animated=animated, center=center)
        self._fitted = True

    def actual_size(self, anchor: QPointF | None = None) -> None:
        """One picture pixel a screen pixel; the anchor (view coordinates, the middle) stays."""
        self._zoom_to(1.0 / self.devicePixelRatioF(), animated=True, anchor=anchor)

    def zoom_in(self) -> None:
        self._zoom_to(self.scale_factor * KEY_FACTOR, animated=True)

    def zoom_out(self) -> None:
        self._zoom_to(self.scale_factor / KEY_FACTOR, animated=True)

    def pan(self, across: float, down: float) -> None:
        """By parts of what is seen; positive: to what lies right of it or below."""
        self._fitted = False
        room = self.viewport().size()
        self._scroll_by(across * room.width(), down * room.height())

    def _zoom_to(
        self,
        scale: float,
        *,
        animated: bool,
        center: QPointF | None = None,
        anchor: QPointF | None = None,
    ) -> None:
        scale = min(max(scale, MIN_SCALE), MAX_SCALE)
        self._zoom.stop()
        self._fitted = False
        if center is not None and not (animated and self.isVisible()):
            self._set_scale(scale)
            self.centerOn(center)
            self.view_changed.emit()
            return
        if center is not None:
            self.centerOn(center)
        self._anchor = QPointF(self.viewport().rect().center()) if anchor is None else anchor
        self._zoom.setStartValue(math.log(self.scale_factor))
        self._zoom.setEndValue(math.log(scale))
        self._zoom.start()

    def _zoom_stepped(self, value: float) -> None:
        self.zoom_at(self._anchor, math.exp(value) / self.scale_factor, keep_fit=self._fitted)

    def seen(self) -> View | None:
        """What is looked at; None while the whole picture is fitted in, however large."""
        if self._fitted or self.picture.boundingRect().isEmpty():
            return None
        center = self._to_scene(QPointF(self.viewport().rect().center()))
        return View(self.scale_factor, center.x(), center.y())

    def look_at(self, view: View) -> None:
        """Show what was looked at before."""
        self._zoom_to(view.zoom, animated=False, center=QPointF(view.x, view.y))

    def zoom_at(self, anchor: QPointF, factor: float, *, keep_fit: bool = False) -> None:
        """Zoom so that the scene point under `anchor` (view coordinates) stays there."""
        scale = min(max(self.scale_factor * factor, MIN_SCALE), MAX_SCALE)
        below = self._to_scene(anchor)
        self._set_scale(scale)
        moved = self.viewportTransform().map(below) - anchor
        self._scroll_by(moved.x(), moved.y())
        self._fitted = keep_fit
        self.view_changed.emit()

    def _to_scene(self, point: QPointF) -> QPointF:
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(point)

    def _set_scale(self, scale: float) -> None:
        # Room around the picture, so that any part of it can be brought to the middle.
        rect = self.picture.boundingRect()
        around_x = self.viewport().width() / scale
        around_y = self.viewport().height() / scale
        self.setSceneRect(rect.adjusted(-around_x, -around_y, around_x, around_y))
        self.setTransform(QTransform.fromScale(scale, scale))

    def _scroll_by(self, dx: float, dy: float) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(dx))
        down.setValue(down.value() + round(dy))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.view_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit(animated=False)
        self.view_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    # -- mouse, wheel, touch ----------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        touchpad = event.device().type() == QInputDevice.DeviceType.TouchPad
        zooming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier) or not touchpad
        if zooming:
            turned = event.angleDelta().y() or event.angleDelta().x()
            self._zoom.stop()
            self.zoom_at(event.position(), WHEEL_BASE**turned)
        else:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
            self.pan_by(-moved.x(), -moved.y())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and self._gestured(event):
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._pinched(pinch)
                event.accept(pinch)
                return True
        return super().viewportEvent(event)

    def _gestured(self, event: QNativeGestureEvent) -> bool:
        """Two fingers on a touchpad, as the system tells it."""
        kind = event.gestureType()
        if kind == Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom.stop()
            self.zoom_at(event.position(), 1.0 + event.value())
        elif kind == Qt.NativeGestureType.PanNativeGesture:
            self.pan_by(-event.delta().x(), -event.delta().y())
        elif kind == Qt.NativeGestureType.SmartZoomNativeGesture:
            if self._fitted:
                self.actual_size(event.position())
            else:
                self.fit()
        else:
            return False
        return True

    def _pinched(self, pinch: QPinchGesture) -> None:
        """Two fingers on the screen: what lies under their middle stays there."""
        self._zoom.stop()
        here = QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint()))
        before = QPointF(self.mapFromGlobal(pinch.lastCenterPoint().toPoint()))
        if pinch.state() != Qt.GestureState.GestureStarted:
            self.pan_by(before.x() - here.x(), before.y() - here.y())
        self.zoom_at(here, pinch.scaleFactor())

    def pan_by(self, dx: float, dy: float) -> None:
        """So many pixels of the window to the right and down, of what is looked at."""
        self._fitted = False
        self._scroll_by(dx, dy)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space_held):
            self._pan_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pointed.emit()
        elif left and not self.locked and not self.picture.boundingRect().isEmpty():
            at = self._to_scene(event.position())
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
        at = self._to_scene(event.position())
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
        at = self._to_scene(position)
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
