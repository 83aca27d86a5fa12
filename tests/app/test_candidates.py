"""Candidates and undo: walk, star, discard, save, branch, and nothing is lost."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.models.editor import Mode
from app.models.scene import Moment, Scene, parts
from engine.document.document import Document
from engine.document.recipe import recipe_in
from tests.app.driver import CTRL, LEFT, SHIFT, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def offered(driver: Driver) -> int:
    return 0 if driver.editor.proposal is None else len(driver.editor.proposal.options)


def tool(driver: Driver, name: str) -> QToolButton:
    found = [
        each for each in driver.window.workspace.strip.findChildren(QToolButton) if each.isVisible()
    ]
    return next(each for each in found if each.accessibleName() == name)


def test_up_and_down_walk_round(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    shown = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        driver.press(key)
        shown.append(driver.shown)
    assert shown == [2, 1, 0, 4]


def test_discarded_candidates_come_back(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_2)
    kept = driver.editor.proposal
    assert kept is not None
    third = kept.options[2]
    driver.press(Qt.Key.Key_Delete)
    proposal = driver.editor.proposal
    assert proposal is not None and offered(driver) == 3
    assert driver.shown == 2 and proposal.option is third
    assert len(driver.window.workspace.strip.tiles) == 4
    driver.press(Qt.Key.Key_Z, CTRL)
    assert offered(driver) == 4 and driver.shown == 2
    QTest.mouseClick(tool(driver, "Discard"), LEFT)
    assert offered(driver) == 3
    for _ in range(3):
        driver.press(Qt.Key.Key_Delete)
    assert driver.mode_is(Mode.EDITING)
    driver.press(Qt.Key.Key_Z, CTRL)
    assert offered(driver) == 1


def test_esc_puts_candidates_away_and_undo_brings_them_back(driver: Driver, photo: Path) -> None:
    region = driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_3)
    shown = driver.editor.shown_pixels
    driver.press(Qt.Key.Key_Escape)
    assert driver.mode_is(Mode.EDITING) and driver.editor.region == region
    driver.press(Qt.Key.Key_Z, CTRL)
    assert driver.mode_is(Mode.CHOOSING)
    assert driver.shown == 3 and driver.editor.shown_pixels is shown
    driver.press(Qt.Key.Key_Left)
    driver.qtbot.waitUntil(lambda: driver.editor.shown_pixels is not None)
    driver.press(Qt.Key.Key_Z, CTRL | SHIFT)
    assert driver.mode_is(Mode.EDITING)


def test_candidates_of_a_picture_to_be_come_back_too(driver: Driver) -> None:
    driver.type("a red apple")
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_Return, target=driver.window.workspace.start_field)
    driver.press(Qt.Key.Key_Escape)
    assert driver.mode_is(Mode.EMPTY)
    driver.press(Qt.Key.Key_Z, CTRL)
    assert driver.mode_is(Mode.CHOOSING) and offered(driver) == 4
    driver.press(Qt.Key.Key_Return)
    assert driver.documents.name == "Generated picture"
    driver.press(Qt.Key.Key_Z, CTRL)
    assert driver.mode_is(Mode.CHOOSING) and driver.documents.document is None


def test_trying_again_can_be_undone(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    first = driver.editor.proposal
    driver.generate()
    assert driver.editor.proposal is not first
    driver.press(Qt.Key.Key_Z, CTRL)
    assert driver.editor.proposal is first
    driver.press(Qt.Key.Key_Z, CTRL)
    assert driver.mode_is(Mode.EDITING)


def test_a_star_marks_and_unmarks(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    plain = driver.window.workspace.strip.tiles[1].grab().toImage()
    driver.press(Qt.Key.Key_S)
    proposal = driver.editor.proposal
    assert proposal is not None and [each.starred for each in proposal.options] == [
        True, False, False, False,
    ]  # fmt: skip
    assert driver.window.actions_table["star"].isChecked()
    assert driver.window.workspace.strip.tiles[1].grab().toImage() != plain
    driver.press(Qt.Key.Key_2)
    assert not driver.window.actions_table["star"].isChecked()
    driver.press(Qt.Key.Key_1)
    QTest.mouseClick(tool(driver, "Star"), LEFT)
    assert driver.window.workspace.strip.tiles[1].grab().toImage() == plain
    assert not driver.window.actions_table["star"].isChecked()


def test_more_like_this_keeps_the_first_half(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_2)
    before = driver.editor.proposal
    assert before is not None
    half = len(before.path) // 2
    driver.type("another prompt")
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_M)
    grown = driver.editor.proposal
    assert grown is not None and len(grown.options) == 8 and grown.option is not None
    same = [each.state for each in before.path[: half + 1]]
    assert [each.state for each in grown.path[: half + 1]] == same
    assert grown.path[half + 1].state != before.path[half + 1].state
    assert grown.run_of(grown.option).prompt == "a red apple"


def test_a_candidate_is_saved_as_a_file(driver: Driver, photo: Path, tmp_path: Path) -> None:
    region = driver.boxed(photo)
    before = driver.document
    driver.generate()
    driver.press(Qt.Key.Key_2)
    shown = driver.editor.shown_pixels
    path = tmp_path / "second.png"
    driver.window.exports.save_candidate(path)
    driver.wait_idle()
    saved = np.asarray(Image.open(path))
    assert shown is not None
    inside = saved[region.top : region.bottom, region.left : region.right]
    assert np.array_equal(inside, shown)
    assert recipe_in(path.read_bytes(), "second.png").prompt == "a red apple"
    assert driver.document is before and driver.mode_is(Mode.CHOOSING)


def test_boxes_and_edits_share_one_undo_stack(driver: Driver, photo: Path) -> None:
    region = driver.boxed(photo)
    driver.window.view.setFocus()
    for _ in range(5):
        driver.press(Qt.Key.Key_Right)
    assert driver.editor.region == region.moved(5, 0)
    driver.press(Qt.Key.Key_Down)
    driver.press(Qt.Key.Key_Right, CTRL)
    driver.press(Qt.Key.Key_Z, CTRL)
    assert driver.editor.region == region.moved(5, 1), "another kind of step"
    driver.press(Qt.Key.Key_Z, CTRL)
    assert driver.editor.region == region, "arrows in a row are one step"
    driver.press(Qt.Key.Key_Z, CTRL)
    assert not driver.window.view.box.isVisible()
    assert not driver.documents.dirty and not driver.documents.can_undo
    for _ in range(2):
        driver.press(Qt.Key.Key_Y, CTRL)
    assert driver.editor.region == region.moved(5, 1)


def test_moments_count_what_they_share_once(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    document, scene = driver.document, driver.editor.scene
    alone = dict(parts(Moment(document)))
    assert sum(alone.values()) == document.base.pixels.nbytes
    held = dict(parts(Moment(document, scene)))
    assert alone.items() <= held.items()
    assert scene.proposal is not None
    patches = sum(option.patch.nbytes for option in scene.proposal.options)
    assert sum(held.values()) >= sum(alone.values()) + patches
    assert dict(parts(Moment(document, Scene(ground=document)))) == alone
    assert dict(parts(Moment(Document(document.base)))) == alone
