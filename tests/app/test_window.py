"""The window, driven with mouse and keys, on a scripted engine."""

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.application import ExceptionHook
from app.desk import Desk, build_application
from app.models.editor import Mode
from app.settings import Appearance, Settings
from engine.document.recipe import recipe_in
from engine.values.jobs import (
    Described,
    DescribeRequest,
    EditRequest,
    PreviewRequest,
)
from engine.values.region import Region
from tests.app.driver import CTRL, LEFT, NONE, SHIFT, Driver
from tests.app.fake_engine import FakeEngine

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def test_a_whole_picture_is_generated_and_applied(driver: Driver) -> None:
    driver.type("a red apple")
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_Return, target=driver.window.workspace.start_field)
    assert driver.editor.mode is Mode.CHOOSING
    assert len(driver.window.workspace.strip.tiles) == 5
    driver.press(Qt.Key.Key_Return)
    assert driver.documents.document is not None
    assert driver.document.picture.pixels.shape == (128, 128, 3)
    assert driver.documents.dirty


def test_draw_type_generate_scrub_branch_apply_undo_export_reopen(
    driver: Driver, photo: Path, tmp_path: Path
) -> None:
    region = driver.boxed(photo)
    original = driver.document.picture.pixels
    driver.generate()
    proposal = driver.editor.proposal
    assert proposal is not None and len(proposal.options) == 4

    driver.press(Qt.Key.Key_2)
    assert driver.editor.proposal is not None and driver.editor.proposal.shown == 2
    for _ in range(3):
        driver.press(Qt.Key.Key_Left)
    position = len(driver.editor.proposal.path) - 4
    assert driver.editor.proposal.position == position

    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_R, CTRL)
    grown = driver.editor.proposal
    assert len(grown.options) == 8 and grown.shown == 5
    kept = [snapshot.state for snapshot in grown.path[: position + 1]]
    assert kept == [snapshot.state for snapshot in proposal.showing(2).path[: position + 1]]

    shown = driver.editor.shown_pixels
    assert shown is not None
    driver.press(Qt.Key.Key_Return)
    applied = driver.document.picture.pixels
    outside = np.ones(original.shape[:2], bool)
    outside[region.top : region.bottom, region.left : region.right] = False
    assert np.array_equal(applied[outside], original[outside])
    assert np.array_equal(applied[~outside].reshape(shown.shape), shown)

    driver.press(Qt.Key.Key_Z, CTRL)
    assert np.array_equal(driver.document.picture.pixels, original)
    driver.press(Qt.Key.Key_Z, CTRL | SHIFT)
    driver.press(Qt.Key.Key_Z, CTRL)
    driver.press(Qt.Key.Key_Y, CTRL)
    assert np.array_equal(driver.document.picture.pixels, applied)

    exported = tmp_path / "edited.png"
    driver.documents.export(exported)
    driver.wait_idle()
    assert np.array_equal(np.asarray(Image.open(exported)), applied)
    assert recipe_in(exported.read_bytes(), "edited.png").prompt == "a red apple"

    project = tmp_path / "edited.ellbox"
    driver.documents.save(project)
    driver.wait_idle()
    assert not driver.documents.dirty
    driver.open(project)
    assert np.array_equal(driver.document.picture.pixels, applied)
    assert len(driver.document.edits) == 1 and not driver.documents.dirty


def test_keys_choose_and_esc_goes_back(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    before = driver.document
    driver.generate()
    driver.press(Qt.Key.Key_0)
    assert driver.editor.shown_pixels is None
    assert driver.shown == 0
    driver.press(Qt.Key.Key_4)
    assert driver.shown == 4
    driver.press(Qt.Key.Key_7)
    assert driver.shown == 4
    driver.press(Qt.Key.Key_Escape)
    assert driver.document is before and driver.editor.region is not None
    driver.press(Qt.Key.Key_Escape)
    assert driver.editor.region is None


def test_a_click_on_a_tile_shows_it(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    QTest.mouseClick(driver.window.workspace.strip.tiles[3], LEFT)
    assert driver.editor.proposal is not None and driver.editor.proposal.shown == 3


def test_the_filmstrip_is_dragged(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    strip = driver.window.workspace.timeline.strip
    QTest.mousePress(strip, LEFT, NONE, strip.cell(1).center())
    QTest.mouseMove(strip, strip.cell(3).center())
    QTest.mouseRelease(strip, LEFT, NONE, strip.cell(3).center())
    assert driver.editor.proposal is not None and driver.editor.proposal.position == 3
    driver.press(Qt.Key.Key_Home)
    assert driver.editor.proposal.position == 0
    driver.press(Qt.Key.Key_End)
    assert driver.editor.proposal.at_tip


def test_every_step_gets_its_picture(driver: Driver, photo: Path) -> None:
    """What was drawn while decoding is reused; only the first state has to be asked for."""
    driver.boxed(photo)
    driver.generate()
    driver.qtbot.waitUntil(lambda: bool(driver.editor.frames()))
    assert driver.editor.proposal is not None
    assert len(driver.editor.frames()) == len(driver.editor.proposal.path)


def test_branches_jump(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Left)
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_R, CTRL)
    model = driver.window.workspace.branch_model
    assert model.rowCount() == 4
    first = model.index(0, 0)
    assert model.rowCount(first) == 4
    tree = driver.window.workspace.branches
    QTest.mouseClick(tree.viewport(), LEFT, NONE, tree.visualRect(first).center())
    assert driver.editor.proposal is not None and driver.editor.proposal.shown == 1


def test_handles_nudges_and_numbers(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    driver.drag((80, 60), (200, 160))
    first = driver.editor.region
    assert first is not None
    driver.window.view.setFocus()
    driver.drag((first.right, first.bottom), (first.right + 40, first.bottom + 20))
    bigger = driver.editor.region
    assert bigger is not None
    assert (bigger.left, bigger.top) == (first.left, first.top)
    assert bigger.width > first.width + 30 and bigger.height > first.height + 10
    driver.drag((bigger.left + 60, bigger.top + 50), (bigger.left + 40, bigger.top + 40))
    moved = driver.editor.region
    assert moved is not None and (moved.width, moved.height) == (bigger.width, bigger.height)
    driver.press(Qt.Key.Key_Right)
    assert driver.editor.region == moved.moved(1, 0)
    driver.press(Qt.Key.Key_Up, SHIFT)
    assert driver.editor.region == moved.moved(1, -10)
    fields = driver.window.workspace.inspector.box.fields
    fields[2].setFocus()
    fields[2].selectAll()
    QTest.keyClicks(fields[2], "64")
    driver.press(Qt.Key.Key_Return, target=fields[2])
    assert driver.editor.region.width == 64


def test_a_new_drag_keeps_what_was_seen(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    shown = driver.editor.shown_pixels
    driver.drag((10, 10), (60, 50))
    assert len(driver.document.edits) == 1
    assert shown is not None and np.array_equal(driver.document.edits[0].patch, shown)
    assert driver.editor.region is not None and driver.editor.region.left < 20


def test_an_applied_edit_is_reopened_with_its_steps(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Return)
    applied = driver.document.picture.pixels
    driver.press(Qt.Key.Key_L, CTRL)
    assert driver.editor.mode is Mode.CHOOSING
    driver.qtbot.waitUntil(lambda: bool(driver.editor.frames()))
    driver.press(Qt.Key.Key_Home)
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_R, CTRL)
    driver.press(Qt.Key.Key_Return)
    assert len(driver.document.edits) == 1
    assert not np.array_equal(driver.document.picture.pixels, applied)


def test_zoom_keeps_the_point_under_the_pointer(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    view = driver.window.view
    at = QPoint(300, 200)
    before, scale = view.mapToScene(at), view.scale_factor
    event = QWheelEvent(
        QPointF(at), view.viewport().mapToGlobal(QPointF(at)), QPoint(), QPoint(0, 360),
        Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)
    after = view.mapToScene(at)
    assert view.scale_factor > 1.5 * scale
    assert abs(after.x() - before.x()) < 1.5 and abs(after.y() - before.y()) < 1.5
    driver.press(Qt.Key.Key_0, CTRL)
    driver.qtbot.waitUntil(lambda: abs(view.scale_factor - scale) < 0.01 * scale)
    driver.press(Qt.Key.Key_1, CTRL)
    driver.qtbot.waitUntil(lambda: abs(view.scale_factor - 1.0) < 1e-3)


def test_space_and_the_middle_button_pan(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    view = driver.window.view
    target = view.viewport()
    start = view.mapToScene(0, 0)
    for button, held in ((LEFT, True), (Qt.MouseButton.MiddleButton, False)):
        if held:
            QTest.keyPress(view, Qt.Key.Key_Space)
        QTest.mousePress(target, button, NONE, QPoint(200, 200))
        QTest.mouseMove(target, QPoint(260, 230))
        QTest.mouseRelease(target, button, NONE, QPoint(260, 230))
        if held:
            QTest.keyRelease(view, Qt.Key.Key_Space)
        moved = view.mapToScene(0, 0) - start
        assert moved.x() < -5 and moved.y() < -2
        start = view.mapToScene(0, 0)
    assert driver.editor.region is None


def test_completion_knows_the_vocabulary(driver: Driver) -> None:
    field = driver.window.workspace.start_field
    driver.type("a red ap")
    assert field.completions.isVisible()
    driver.press(Qt.Key.Key_Down, target=field)
    driver.press(Qt.Key.Key_Tab, target=field)
    assert field.text() == "a red apricot "
    assert driver.editor.prompt == "a red apricot "


def test_an_error_is_a_sentence_with_details(driver: Driver, photo: Path) -> None:
    driver.boxed(photo, "explode")
    with driver.qtbot.waitSignal(driver.editor.failed):
        driver.press(Qt.Key.Key_Return, CTRL)
    bar = driver.window.workspace.error_bar
    assert bar.isVisible() and "wrong" in bar.sentence.text()
    QTest.mouseClick(bar.details, LEFT)
    dialogs = [w for w in QApplication.topLevelWidgets() if w.windowTitle().startswith("Details")]
    copy = next(b for b in dialogs[0].findChildren(QAbstractButton) if b.text() == "Copy")
    QTest.mouseClick(copy, LEFT)
    assert "a scripted failure" in QGuiApplication.clipboard().text()
    dialogs[0].close()
    driver.type("a red apple")
    driver.generate()
    assert driver.editor.mode is Mode.CHOOSING


def test_a_file_that_is_no_picture_is_told(driver: Driver, tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("no picture")
    with driver.qtbot.waitSignal(driver.documents.failed):
        driver.window.files.open(path)
    assert driver.window.workspace.error_bar.isVisible()
    assert driver.editor.mode is Mode.EMPTY and not driver.documents.busy


def test_paste_and_copy(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.press(Qt.Key.Key_C, CTRL, target=driver.window.view)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (320, 240)
    driver.press(Qt.Key.Key_V, CTRL, target=driver.window.view)
    assert driver.documents.name == "Pasted picture"
    assert np.array_equal(driver.document.picture.rgb8, np.asarray(Image.open(photo)))


def test_nothing_is_pasted_from_an_empty_clipboard(driver: Driver) -> None:
    """It may hold None where other data would be; found by tests/stress/soak.py."""
    QGuiApplication.clipboard().clear()
    driver.press(Qt.Key.Key_V, CTRL, target=driver.window.view)
    assert driver.editor.mode is Mode.EMPTY
    assert not driver.window.files.take(None, "Pasted picture")
    assert "no picture on the clipboard" in driver.window.statusBar().currentMessage()


def test_unsaved_work_is_asked_for(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Return)
    driver.window.close()
    assert driver.window.isVisible()
    asked = [w for w in QApplication.topLevelWidgets() if w.windowTitle() == "Unsaved work"]
    discard = next(
        b
        for b in asked[0].findChildren(QAbstractButton)
        if "Discard" in b.text() or "Don't" in b.text() or "without" in b.text().lower()
    )
    QTest.mouseClick(discard, LEFT)
    assert not driver.window.isVisible()


def test_the_request_says_what_was_asked(driver: Driver, photo: Path, engine: FakeEngine) -> None:
    region = driver.boxed(photo)
    driver.editor.wishes.set_candidates(2)
    driver.generate()
    request = [each for each in engine.requests if isinstance(each, EditRequest)][-1]
    assert (request.prompt, request.region, request.candidates) == ("a red apple", region, 2)
    assert request.image is not None and request.image.shape == (240, 320, 3)
    assert request.params.temperature == 0.5


def test_a_locked_seed_repeats_the_picture(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    first = driver.editor.shown_pixels
    driver.window.workspace.inspector.sampling.lock.click()
    driver.generate()
    assert np.array_equal(driver.editor.shown_pixels, first)  # type: ignore[arg-type]
    driver.window.workspace.inspector.sampling.lock.click()
    driver.generate()
    assert not np.array_equal(driver.editor.shown_pixels, first)  # type: ignore[arg-type]


def test_live_pictures_progress_and_stop(
    slow_driver: Driver, photo: Path, gate: threading.Semaphore
) -> None:
    driver = slow_driver
    driver.boxed(photo)
    driver.press(Qt.Key.Key_Return, CTRL)
    assert driver.editor.mode is Mode.RUNNING
    for _ in range(3):
        with driver.qtbot.waitSignal(driver.editor.decodes.progressed):
            gate.release()
    assert driver.editor.shown_pixels is not None
    assert driver.window.workspace.prompt.told.text().startswith("Block 3 of ")
    driver.drag((10, 10), (60, 50))
    assert driver.editor.region is not None and driver.editor.region.left > 50
    driver.press(Qt.Key.Key_Escape)
    gate.release()
    driver.qtbot.waitUntil(lambda: driver.editor.mode is Mode.CHOOSING)
    proposal = driver.editor.proposal
    assert proposal is not None and proposal.option is not None and not proposal.option.whole
    steps = len(proposal.path)
    for _ in range(40):
        gate.release()
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_R, CTRL)
    assert driver.editor.proposal is not None
    assert len(driver.editor.proposal.path) > steps


def test_closing_while_decoding_joins_the_thread(
    slow_driver: Driver, photo: Path, gate: threading.Semaphore
) -> None:
    slow_driver.boxed(photo)
    slow_driver.press(Qt.Key.Key_Return, CTRL)
    gate.release()
    gate.release()
    slow_driver.window.close()
    slow_driver.desk.close()
    assert not any(thread.name == "engine" for thread in threading.enumerate())


def test_every_control_has_a_name_and_a_tip(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    kinds = (QAbstractButton, QLineEdit, QAbstractSpinBox)
    for kind in kinds:
        for control in driver.window.findChildren(kind):
            inner = control.objectName() in ("qt_spinbox_lineedit", "qt_toolbar_ext_button")
            if control.isVisible() and not inner:
                assert control.accessibleName(), control
                assert control.toolTip(), control.accessibleName()


def test_both_schemes_show_text(driver: Driver, photo: Path) -> None:
    """The text of the status line is drawn, and in a colour that stands out."""
    driver.open(photo)
    schemes: tuple[tuple[Appearance, bool], ...] = (("dark", True), ("light", False))
    for appearance, dark in schemes:
        driver.window.set_appearance(appearance)
        hint = driver.window.status.hint
        place = QRect(hint.mapTo(driver.window, QPoint()), QSize(300, hint.height()))
        image = driver.window.grab(place).toImage()
        lightness = sorted(
            image.pixelColor(x, y).lightness()
            for x in range(image.width())
            for y in range(image.height())
        )
        assert lightness[-1] - lightness[0] > 80
        assert (lightness[len(lightness) // 2] < 128) is dark


def test_a_notice_takes_the_place_of_the_hint(driver: Driver, photo: Path) -> None:
    """Whatever is set meanwhile: written over each other, neither could be read."""
    driver.open(photo)
    window = driver.window
    window.notice("Saved.")
    window.preferences.keep(replace(window.preferences.settings, dim_outside=False))
    assert not window.status.hint.isVisible()
    window.statusBar().clearMessage()
    assert window.status.hint.isVisible()


def test_whole_picture_and_middle_box(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    driver.press(Qt.Key.Key_A, CTRL)
    assert driver.editor.region == Region(0, 0, 320, 240)
    driver.press(Qt.Key.Key_B)
    assert driver.editor.region == Region(80, 60, 240, 180)


def test_previews_are_asked_with_the_same_box(
    driver: Driver, photo: Path, engine: FakeEngine
) -> None:
    region = driver.boxed(photo)
    driver.generate()
    driver.qtbot.waitUntil(lambda: bool(driver.editor.frames()))
    asked = [each for each in engine.requests if isinstance(each, PreviewRequest)]
    assert asked and all(each.region == region for each in asked)


class NoModel(FakeEngine):
    """An engine that starts but has nothing to draw with."""

    def described(self, request: DescribeRequest) -> Described:
        return replace(super().described(request), generators=())


def broken_engine() -> FakeEngine:
    raise RuntimeError("a scripted failure to start")


@pytest.mark.parametrize(
    ("build", "told"), [(NoModel, "No model"), (broken_engine, "could not be loaded")]
)
def test_without_a_model_pictures_can_still_be_opened(
    qtbot: QtBot, photo: Path, build: Callable[[], FakeEngine], told: str
) -> None:
    build_application([])
    desk = Desk(Settings(), build)
    desk.window.show()
    try:
        qtbot.waitUntil(lambda: told in desk.editor.asking.obstacle)
        assert not desk.window.actions_table["generate"].isEnabled()
        with qtbot.waitSignal(desk.documents.opened):
            desk.window.files.open(photo)
        assert desk.editor.mode is Mode.EDITING
    finally:
        desk.close()


def test_an_uncaught_exception_is_told_in_the_window(
    driver: Driver, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    with ExceptionHook(driver.window.tell):
        try:
            raise ValueError("a slip of ours")
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
    assert driver.window.workspace.error_bar.isVisible()
    assert "a slip of ours" in capsys.readouterr().err


def test_a_hint_without_room_ends_in_an_ellipsis(driver: Driver, photo: Path) -> None:
    """It was cut in the middle of a letter, and nothing told the rest."""
    driver.open(photo)
    hint = driver.window.status.hint
    assert hint.text() and hint.toolTip() == ""
    wide = driver.window.width()
    hint.setText("Drag to draw a box, or more. " * 20)
    assert hint.toolTip() == hint.text() and driver.window.width() == wide
