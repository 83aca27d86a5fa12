"""PictureView: a picture to zoom and pan, with mouse wheel, touchpad and touch screen."""

import math

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QInputDevice,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGestureEvent,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QPinchGesture,
    QWidget,
)

from app.canvas.items import Height, PictureItem
from app.models.sources import Source
from engine.document.project import View

MIN_SCALE, MAX_SCALE = 0.01, 64.0
KEY_FACTOR = 1.25
WHEEL_BASE = 1.0016
FIT_MARGIN_PX = 32
FIT_MAX_SCALE = 5.0
ANIMATION_MS = 140


class PictureView(QGraphicsView):
    """view_changed: zoomed, panned or resized. painted: once, after the first paint.

    bottom_room_px: of the view, that a fitted picture leaves free.
    """

    view_changed = Signal()
    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        self.picture = PictureItem()
        self.scene().addItem(self.picture)
        self.bottom_room_px = FIT_MARGIN_PX
        self._fitted = True
        self._was_painted = False
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
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)

    def lay(self, item: QGraphicsItem, height: Height) -> None:
        """One thing more over the picture, hidden until it has something to show."""
        item.setZValue(height)
        item.setVisible(False)
        self.scene().addItem(item)

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
        center = self.to_scene(QPointF(self.viewport().rect().center()))
        return View(self.scale_factor, center.x(), center.y())

    def look_at(self, view: View) -> None:
        """Show what was looked at before."""
        self._zoom_to(view.zoom, animated=False, center=QPointF(view.x, view.y))

    def zoom_at(self, anchor: QPointF, factor: float, *, keep_fit: bool = False) -> None:
        """Zoom so that the scene point under `anchor` (view coordinates) stays there."""
        scale = min(max(self.scale_factor * factor, MIN_SCALE), MAX_SCALE)
        below = self.to_scene(anchor)
        self._set_scale(scale)
        moved = self.viewportTransform().map(below) - anchor
        self._scroll_by(moved.x(), moved.y())
        self._fitted = keep_fit
        self.view_changed.emit()

    def to_scene(self, point: QPointF) -> QPointF:
        """Image pixels, not rounded, of a place in view coordinates."""
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

    # -- wheel and touch --------------------------------------------------------------------

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
