"""The canvas in its window: the picture's own pixels on screen, and every way to move about."""

import threading
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QImage,
    QInputDevice,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.view import CanvasView
from app.models.convert import to_pixels
from engine.document.document import Document
from engine.values.image import Picture
from engine.values.region import Region
from tests.app.driver import CTRL, LEFT, NONE, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def screen(view: CanvasView, dpr: int = 1) -> np.ndarray:
    """(h, w, 3): the canvas as a screen with so many pixels a pixel would show it, settled."""
    image = QImage(view.viewport().size() * dpr, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    for _ in range(100):
        view.viewport().render(image)
        if view.picture.tiles is None or view.picture.tiles.whole:
            return to_pixels(image)
    raise AssertionError("the picture is never whole")


def at_scale(driver: Driver, scale: float) -> CanvasView:
    """The canvas with the picture around its middle."""
    view = driver.window.view
    view.zoom_at(QPointF(view.viewport().rect().center()), scale / view.scale_factor)
    assert view.scale_factor == pytest.approx(scale)
    return view


def shown(view: CanvasView, dpr: int, width: int, height: int) -> np.ndarray:
    """(height, width, 3): the screen from the picture's upper left corner on."""
    corner = view.mapFromScene(0, 0) * dpr
    assert corner.x() >= 0 and corner.y() >= 0
    return screen(view, dpr)[corner.y() : corner.y() + height, corner.x() : corner.x() + width]


def test_one_pixel_of_the_picture_is_one_of_the_screen(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    driver.press(Qt.Key.Key_1, CTRL)
    driver.qtbot.waitUntil(lambda: driver.window.view.scale_factor == 1.0)
    pixels = np.asarray(Image.open(photo))
    assert np.array_equal(shown(driver.window.view, 1, 320, 240), pixels)


@pytest.mark.parametrize("enlarged", [1, 2, 4])
def test_on_a_dense_screen_too(driver: Driver, photo: Path, enlarged: int) -> None:
    driver.open(photo)
    view = at_scale(driver, enlarged / 2)
    pixels = np.asarray(Image.open(photo))[:120, :160]
    expected = pixels.repeat(enlarged, axis=0).repeat(enlarged, axis=1)
    assert np.array_equal(shown(view, 2, 160 * enlarged, 120 * enlarged), expected)


def test_lines_are_as_thick_at_every_zoom(driver: Driver, photo: Path) -> None:
    """The box has a white line of a pixel and a half on a darker one of three and a half."""
    driver.open(photo)
    driver.drag((80, 60), (200, 160))
    for scale in (0.5, 1.0, 3.0):
        view = at_scale(driver, scale)
        for dpr in (1, 2):
            corner = view.mapFromScene(0, 0) * dpr
            row = corner.y() + round(85 * scale * dpr)
            left = corner.x() + round(80 * scale * dpr)
            line = screen(view, dpr)[row, left - 6 * dpr : left + 6 * dpr].astype(int)
            white = int((line.min(axis=1) > 250).sum())
            assert dpr <= white <= 2 * dpr, f"{white} px at {scale} on a screen of {dpr}"


def test_the_screen_never_waits_for_the_whole_picture(
    driver: Driver, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Applied, zoomed and undone: parts are composed here, a whole one on another thread only."""
    here, composed = threading.current_thread(), []

    def picture(document: Document) -> Picture:
        composed.append(threading.current_thread())
        return document.part(Region(0, 0, document.base.width, document.base.height))

    driver.boxed(photo)
    driver.generate()
    whole = cached_property(picture)
    whole.__set_name__(Document, "picture")
    monkeypatch.setattr(Document, "picture", whole)
    driver.press(Qt.Key.Key_Return)
    at_scale(driver, 0.5)
    applied = driver.document
    driver.qtbot.waitUntil(lambda: not driver.desk.pyramids.busy)
    screen(driver.window.view)
    driver.press(Qt.Key.Key_Z, CTRL)
    assert len(applied.edits) == 1 and composed and here not in composed
    assert "picture" not in vars(applied), "what is undone keeps no picture of its own"


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5])
def test_an_applied_edit_is_what_is_shown(driver: Driver, photo: Path, scale: float) -> None:
    """At every zoom as if the picture had been opened with it, at once and afterwards."""
    region = driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Return)
    driver.editor.set_region(None)
    view = at_scale(driver, scale)
    driver.qtbot.waitUntil(lambda: not driver.desk.pyramids.busy)
    edited = screen(view)
    anew = driver.document.picture
    view.picture.set_source(None)
    driver.documents.adopt(type(driver.document)(anew), "anew", clean=True)
    driver.qtbot.waitUntil(lambda: not driver.desk.pyramids.busy)
    at_scale(driver, scale)
    assert np.array_equal(screen(view), edited)
    assert region.width > 100


# -- moving about ---------------------------------------------------------------------------


TOUCHPAD = QPointingDevice(
    "pad",
    1,
    QInputDevice.DeviceType.TouchPad,
    QPointingDevice.PointerType.Finger,
    QInputDevice.Capability.Position | QInputDevice.Capability.Scroll,
    2,
    0,
)


def wheel(view: CanvasView, at: QPoint, turned: int, moved: QPoint | None = None) -> None:
    """moved: in pixels, by two fingers on a touchpad."""
    device = QPointingDevice.primaryPointingDevice() if moved is None else TOUCHPAD
    event = QWheelEvent(
        QPointF(at),
        view.viewport().mapToGlobal(QPointF(at)),
        QPoint() if moved is None else moved,
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
        Qt.MouseEventSource.MouseEventNotSynthesized,
        device,
    )
    QApplication.sendEvent(view.viewport(), event)


def gesture(view: CanvasView, kind: Qt.NativeGestureType, at: QPoint, value: float) -> None:
    place = QPointF(at)
    delta = QPointF(value, value) if kind == Qt.NativeGestureType.PanNativeGesture else QPointF()
    event = QNativeGestureEvent(
        kind, TOUCHPAD, 2, place, place, view.viewport().mapToGlobal(place), value, delta
    )
    QApplication.sendEvent(view.viewport(), event)


def test_a_wheel_of_fine_steps_zooms_as_far_as_a_coarse_one(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    view, at = driver.window.view, QPoint(400, 300)
    begun = view.scale_factor
    wheel(view, at, 120)
    coarse = view.scale_factor
    wheel(view, at, -120)
    assert view.scale_factor == pytest.approx(begun)
    for _ in range(40):
        wheel(view, at, 3)
    assert view.scale_factor == pytest.approx(coarse) and coarse > 1.1 * begun


def test_two_fingers_pan_and_do_not_zoom(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    view = at_scale(driver, 6.0)
    before = view.mapFromScene(100, 100)
    wheel(view, QPoint(300, 300), 0, QPoint(-30, 20))
    assert view.mapFromScene(100, 100) - before == QPoint(-30, 20)
    gesture(view, Qt.NativeGestureType.PanNativeGesture, QPoint(300, 300), 15)
    assert view.mapFromScene(100, 100) - before == QPoint(-15, 35)
    assert view.scale_factor == pytest.approx(6.0)


def test_a_pinch_zooms_at_the_fingers(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    view, at = driver.window.view, QPoint(350, 260)
    begun, below = view.scale_factor, view.mapToScene(at)
    for _ in range(5):
        gesture(view, Qt.NativeGestureType.ZoomNativeGesture, at, 0.1)
    assert view.scale_factor == pytest.approx(begun * 1.1**5)
    assert (view.mapToScene(at) - below).manhattanLength() < 2.0
    kind = Qt.NativeGestureType.SmartZoomNativeGesture
    gesture(view, kind, at, 0.0)
    driver.qtbot.waitUntil(lambda: view.scale_factor == pytest.approx(begun, rel=0.01))
    gesture(view, kind, at, 1.0)
    driver.qtbot.waitUntil(lambda: view.scale_factor == pytest.approx(1.0))


def test_two_fingers_on_a_touch_screen_pinch_and_move(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    view = driver.window.view
    begun = view.scale_factor
    screen_device = QTest.createTouchDevice()
    target = view.viewport()
    for step in range(12):
        fingers = QTest.touchEvent(target, screen_device, autoCommit=False)
        spread = 40 + 12 * step
        left, right = QPoint(400 - spread, 300), QPoint(400 + spread, 300)
        if step == 0:
            fingers.press(0, left, target).press(1, right, target)
        elif step < 11:
            fingers.move(0, left, target).move(1, right, target)
        else:
            fingers.release(0, left, target).release(1, right, target)
        fingers.commit()
    assert view.scale_factor > 1.5 * begun
    assert driver.editor.region is None


def test_space_drag_leaves_the_box_alone(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    driver.drag((80, 60), (200, 160))
    region, view = driver.editor.region, at_scale(driver, 3.0)
    QTest.keyPress(view, Qt.Key.Key_Space)
    at, before = driver.point(140, 110), view.mapFromScene(0, 0)
    QTest.mousePress(view.viewport(), LEFT, NONE, at)
    QTest.mouseMove(view.viewport(), at + QPoint(50, 30))
    QTest.mouseRelease(view.viewport(), LEFT, NONE, at + QPoint(50, 30))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert view.mapFromScene(0, 0) - before == QPoint(50, 30)
    assert driver.editor.region == region


@pytest.mark.parametrize("moved", [False, True])
def test_a_drag_ends_where_its_picture_does(driver: Driver, photo: Path, moved: bool) -> None:
    """Another picture arrives while the button is down."""
    driver.open(photo)
    view = driver.window.view
    QTest.mousePress(view.viewport(), LEFT, NONE, driver.point(20, 10))
    if moved:
        QTest.mouseMove(view.viewport(), driver.point(200, 150))
    small = Document(Picture(np.zeros((40, 60, 3), np.uint8)))
    driver.documents.adopt(small, "small")
    QTest.mouseMove(view.viewport(), driver.point(50, 30))
    QTest.mouseMove(view.viewport(), driver.point(190, 140))
    QTest.mouseRelease(view.viewport(), LEFT, NONE, driver.point(190, 140))
    assert driver.editor.region is None
    assert view.box.region is None and not view.drawing


def test_a_box_never_leaves_the_picture(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    width, height = driver.editor.picture_size or (0, 0)
    driver.editor.set_region(Region(-5, 10, width + 50, 60))
    assert driver.editor.region == Region(0, 10, width, 60)
    driver.editor.set_region(Region(width, 0, width + 9, height))
    assert driver.editor.region is None
