"""Compare: as it was, wipe, blink, difference and changed pixels, by mouse and by keyboard."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.models.comparison import Look
from app.models.convert import to_pixels
from app.models.differences import Compared, Comparer, CompareRequest, apart
from app.models.sources import ImageSource
from engine.document.document import Document
from engine.values.image import Picture
from engine.values.region import Region
from tests.app.driver import LEFT, NONE, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def compared(before: np.ndarray, after: np.ndarray, *boxes: Region) -> Compared:
    answers: list[Compared] = []
    request = CompareRequest(1, Document(Picture(before)), Document(Picture(after)), boxes)
    Comparer().run(request, answers.append, lambda: False)
    return answers[0]


def test_pixels_outside_the_boxes_are_counted() -> None:
    before = np.zeros((700, 40, 3), np.uint8)
    after = before.copy()
    after[10:14, 10:15] = 9
    after[690, 3, 1] = 1
    box = Region(8, 8, 20, 20)
    answer = compared(before, after, box)
    assert (answer.changed, answer.outside) == (21, 1)
    assert answer.text == "21 pixels have changed, 1 of them outside the boxes."
    assert "0 outside" in compared(before[:600], after[:600], box).text
    assert compared(before, before).text == "No pixel has changed."
    marked = to_pixels(answer.changes)[..., 3] > 0
    assert np.array_equal(marked, (before != after).any(axis=2))


def test_depth_and_alpha_count() -> None:
    """A change of one in 65,535, and one of alpha alone, are changes."""
    before = np.zeros((4, 4, 4), np.uint16)
    after = before.copy()
    after[0, 0, 0] = 1
    after[1, 1, 3] = 1
    assert compared(before, after).changed == 2
    assert apart(before, after)[0, 0, 0] == 1


def test_differences_are_seen_however_small() -> None:
    before = np.full((2, 2, 3), 100, np.uint8)
    after = before + np.array([[0, 1], [20, 90]], np.uint8)[..., None]
    assert apart(before, after)[..., 0].tolist() == [[0, 4], [80, 255]]
    assert np.array_equal(apart(before, after), apart(after, before))


def applied(driver: Driver, photo: Path) -> Region:
    region = driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Return)
    return region


def on_canvas(driver: Driver) -> np.ndarray:
    """(H, W, 3): the overlay's picture."""
    source = driver.window.workspace.overlay.picture.source
    assert isinstance(source, ImageSource)
    return to_pixels(source.image)[..., :3]


def test_holding_a_key_shows_it_as_it_was(driver: Driver, photo: Path) -> None:
    original = np.asarray(to_pixels_of(photo))
    applied(driver, photo)
    overlay = driver.window.workspace.overlay.picture
    assert not overlay.isVisible()
    QTest.keyPress(driver.window.view, Qt.Key.Key_C)
    driver.qtbot.waitUntil(overlay.isVisible)
    assert np.array_equal(on_canvas(driver), original)
    QTest.keyRelease(driver.window.view, Qt.Key.Key_C)
    assert not overlay.isVisible() and driver.window.comparison.look is Look.AFTER


def to_pixels_of(path: Path) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(path).convert("RGB"))


def test_holding_the_button_shows_it_as_it_was(driver: Driver, photo: Path) -> None:
    """Of a candidate, too, which is not applied yet."""
    driver.boxed(photo)
    driver.generate()
    button = driver.window.workspace.compare.hold_button
    assert button.isVisible()
    QTest.mousePress(button, LEFT)
    driver.qtbot.waitUntil(driver.window.workspace.overlay.picture.isVisible)
    assert np.array_equal(on_canvas(driver), to_pixels_of(photo))
    assert driver.window.workspace.compare.told.text() == "As it was"
    QTest.mouseRelease(button, LEFT)
    assert not driver.window.workspace.overlay.picture.isVisible()


def test_the_divider_is_dragged_and_moved_by_keys(driver: Driver, photo: Path) -> None:
    region = applied(driver, photo)
    driver.press(Qt.Key.Key_W)
    comparison, overlay = driver.window.comparison, driver.window.workspace.overlay
    driver.qtbot.waitUntil(overlay.divider.isVisible)
    assert driver.window.actions_table["wipe"].isChecked()
    target, y = driver.window.view.viewport(), driver.point(0, 30).y()
    start, end = QPoint(driver.point(160, 0).x(), y), QPoint(driver.point(80, 0).x(), y)
    QTest.mousePress(target, LEFT, NONE, start)
    QTest.mouseMove(target, end)
    QTest.mouseRelease(target, LEFT, NONE, end)
    assert abs(comparison.divider - 0.25) < 0.02
    assert overlay.picture.share == comparison.divider
    assert driver.editor.region == region, "the box was left alone"
    before = comparison.divider
    driver.press(Qt.Key.Key_Period)
    assert comparison.divider == pytest.approx(before + 0.02)
    driver.press(Qt.Key.Key_Comma)
    assert comparison.divider == pytest.approx(before)
    driver.press(Qt.Key.Key_W)
    assert not overlay.divider.isVisible() and not overlay.picture.isVisible()


def test_blink_shows_both_in_turn(driver: Driver, photo: Path) -> None:
    applied(driver, photo)
    driver.press(Qt.Key.Key_K)
    comparison = driver.window.comparison
    shown: list[Look] = []
    comparison.changed.connect(lambda: shown.append(comparison.look))
    driver.qtbot.waitUntil(lambda: set(shown) == {Look.BEFORE, Look.AFTER})
    driver.press(Qt.Key.Key_K)
    assert comparison.chosen is Look.AFTER


def test_the_words_stand_still_while_it_blinks(driver: Driver, photo: Path) -> None:
    applied(driver, photo)
    driver.press(Qt.Key.Key_K)
    comparison, told = driver.window.comparison, driver.window.workspace.compare.told
    driver.qtbot.waitUntil(lambda: comparison.answer is not None)
    seen: dict[Look, str] = {}
    comparison.changed.connect(lambda: seen.update({comparison.look: told.text()}))
    driver.qtbot.waitUntil(lambda: len(seen) == 2)
    assert set(seen.values()) == {"In turn: as it is, as it was"}
    driver.press(Qt.Key.Key_K)


def test_a_comparison_that_fails_is_told_and_over(
    driver: Driver, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Comparer, "run", short)
    applied(driver, photo)
    with driver.qtbot.waitSignal(driver.window.comparison.failed):
        driver.press(Qt.Key.Key_D)
    assert driver.window.workspace.error_bar.isVisible()
    assert driver.window.comparison.chosen is Look.AFTER
    assert not driver.window.actions_table["difference"].isChecked()
    assert driver.window.workspace.compare.told.text() == ""


def test_changed_pixels_are_shown_and_counted(driver: Driver, photo: Path) -> None:
    region = applied(driver, photo)
    QTest.mouseClick(driver.window.workspace.compare.buttons[3], LEFT)
    told = driver.window.workspace.compare.told
    driver.qtbot.waitUntil(lambda: "changed" in told.text())
    differ = (driver.document.base.pixels != driver.document.picture.pixels).any(axis=2)
    assert told.text() == f"{differ.sum():,} pixels have changed, all inside the boxes; 0 outside."
    assert differ.sum() <= region.width * region.height
    driver.press(Qt.Key.Key_D)
    driver.qtbot.waitUntil(lambda: driver.window.comparison.look is Look.DIFFERENCE)
    assert ((on_canvas(driver) > 0).any(axis=2) == differ).all()


def test_another_candidate_is_compared_anew(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_D)
    overlay = driver.window.workspace.overlay
    driver.qtbot.waitUntil(overlay.picture.isVisible)
    first = on_canvas(driver)
    driver.press(Qt.Key.Key_2)
    driver.qtbot.waitUntil(
        lambda: overlay.picture.isVisible() and not np.array_equal(on_canvas(driver), first)
    )


def test_without_an_edit_there_is_nothing_to_compare(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    assert not driver.window.workspace.compare.isVisible()
    driver.press(Qt.Key.Key_X)
    assert driver.window.comparison.look is Look.AFTER
    assert "nothing yet" in driver.window.comparison.obstacle
