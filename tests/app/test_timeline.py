"""The timeline: drag, keys, play, a glance at a step, its outline, and branching from it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.models.convert import to_qimage
from app.models.proposal import Proposal
from app.models.sites import filled_sites
from app.models.thumbnails import THUMBNAIL_PX, Thumbnails, shrunk
from engine.document.project import Option
from engine.values.layout import Pyramid
from engine.values.params import SamplingParams
from engine.values.state import DecodeState
from engine.values.timeline import Run, Snapshot, Timeline
from engine.values.tokens import UNKNOWN, TokenMap
from tests.app.driver import CTRL, LEFT, NONE, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def decoded(driver: Driver, photo: Path) -> Proposal:
    """Two candidates, all their pictures drawn."""
    driver.editor.wishes.set_candidates(2)
    driver.boxed(photo)
    driver.generate()
    driver.qtbot.waitUntil(lambda: bool(driver.editor.frames()))
    assert driver.editor.proposal is not None
    return driver.editor.proposal


def cell(driver: Driver, position: int) -> QPoint:
    return driver.window.workspace.timeline.strip.cell(position).center()


def position(driver: Driver) -> int:
    assert driver.editor.proposal is not None
    return driver.editor.proposal.position


def test_steps_are_dragged_through_and_walked_by_key(driver: Driver, photo: Path) -> None:
    last = len(decoded(driver, photo).path) - 1
    strip = driver.window.workspace.timeline.strip
    QTest.mousePress(strip, LEFT, NONE, cell(driver, 2))
    seen = [position(driver)]
    for place in (4, last, 1):
        QTest.mouseMove(strip, cell(driver, place))
        seen.append(position(driver))
    QTest.mouseRelease(strip, LEFT, NONE, cell(driver, 1))
    assert seen == [2, 4, last, 1]
    for key, place in (
        (Qt.Key.Key_Home, 0), (Qt.Key.Key_Right, 1), (Qt.Key.Key_End, last),
        (Qt.Key.Key_Left, last - 1),
    ):  # fmt: skip
        driver.press(key)
        assert position(driver) == place


def test_play_runs_from_the_first_step_to_the_last(driver: Driver, photo: Path) -> None:
    last = len(decoded(driver, photo).path) - 1
    driver.window.workspace.timeline._timer.setInterval(0)
    seen: list[int] = []
    driver.editor.offer_changed.connect(lambda: seen.append(position(driver)))
    driver.press(Qt.Key.Key_P)
    driver.qtbot.waitUntil(lambda: seen[-1:] == [last])
    assert sorted(set(seen)) == list(range(last + 1))


def test_a_glance_shows_the_step_under_the_mouse(driver: Driver, photo: Path) -> None:
    proposal = decoded(driver, photo)
    panel, before = driver.window.workspace.timeline, position(driver)
    QTest.mouseMove(panel.strip, cell(driver, 3))
    driver.qtbot.waitUntil(lambda: panel.glance is not None and panel.glance.isVisible())
    assert panel.glance is not None and panel.glance.told.text() == "Block 3"
    picture = driver.editor.preview(proposal.options[0].tree, proposal.path[3].id)
    assert picture is not None and position(driver) == before
    shown = panel.glance.picture.pixmap().toImage()
    assert shown.convertToFormat(QImage.Format.Format_RGB888) == to_qimage(picture).scaled(
        shown.size(), mode=Qt.TransformationMode.SmoothTransformation
    ).convertToFormat(QImage.Format.Format_RGB888)
    QTest.mouseMove(panel, QPoint(2, 2))
    driver.press(Qt.Key.Key_Escape)
    assert not panel.glance.isVisible()


def test_pictures_of_other_candidates_are_not_shown(driver: Driver, photo: Path) -> None:
    decoded(driver, photo)
    strip = driver.window.workspace.timeline.strip
    first = [image.copy() for image in strip._images if image is not None]
    driver.type("a blue apple")
    driver.generate()
    driver.qtbot.waitUntil(lambda: bool(driver.editor.frames()))
    second = [image for image in strip._images if image is not None]
    assert len(first) == len(second) and first[-1] != second[-1]
    driver.window.view.setFocus()
    driver.press(Qt.Key.Key_Z, CTRL)
    driver.qtbot.waitUntil(lambda: bool(driver.editor.frames()))
    assert [image for image in strip._images if image is not None][-1] == first[-1]


def test_a_thumbnail_of_a_long_box_is_no_larger_than_others() -> None:
    long = np.zeros((8, 4000, 3), np.uint8)
    long[:, 1996:2004] = 200
    image = shrunk(long)
    assert (image.width(), image.height()) == (THUMBNAIL_PX, THUMBNAIL_PX)
    assert {image.pixelColor(x, 40).red() for x in range(THUMBNAIL_PX)} == {200}


def test_thumbnails_are_bounded_by_bytes() -> None:
    layout = Pyramid((1,))
    state = DecodeState(0, TokenMap(np.array([UNKNOWN]), layout, 4))
    snapshots = [Snapshot(i, None, 0, state) for i in range(5)]
    picture = np.zeros((200, 200, 3), np.uint8)
    one = Thumbnails()
    size = one.put(snapshots[0], picture).sizeInBytes()
    kept = Thumbnails(3 * size)
    for snapshot in snapshots:
        kept.put(snapshot, picture)
        kept.get(snapshots[0])
    there = [kept.get(snapshot) is not None for snapshot in snapshots]
    assert there == [True, False, False, True, True] and kept.held_bytes == 3 * size


def test_the_block_of_a_step_is_outlined_inside_the_box(driver: Driver, photo: Path) -> None:
    decoded(driver, photo)
    driver.press(Qt.Key.Key_Home)
    assert not driver.window.view.sites.isVisible()
    region = driver.editor.region
    assert region is not None
    sizes = []
    for _ in range(3):
        driver.press(Qt.Key.Key_Right)
        outline = driver.window.view.sites._path.boundingRect()
        assert region.left <= outline.left() and outline.right() <= region.right
        sizes.append(outline.width() * outline.height())
    assert sizes == sorted(sizes) and sizes[0] > 0
    driver.press(Qt.Key.Key_End)
    assert not driver.window.view.sites.isVisible()


def test_a_scale_is_outlined_as_a_chessboard_of_its_sites() -> None:
    layout = Pyramid((1, 2, 4))
    run = Run("star", "a cat", SamplingParams())
    ids = np.full(layout.length, UNKNOWN)
    timeline = Timeline.started(run, DecodeState(0, TokenMap(ids, layout, 8)))
    for step, end in enumerate((1, 5, 21), start=1):
        ids = np.where(np.arange(21) < end, 3, UNKNOWN)
        timeline = timeline.appended(DecodeState(step, TokenMap(ids, layout, 8)))
    patch = np.zeros((8, 8, 3), np.uint8)
    option = Option(0, 3, patch, 0.0)
    proposal = Proposal("star", None, None, (timeline,), (option,), 1, 3)
    boxes = [filled_sites(proposal.scrubbed(step), 8) for step in range(4)]
    assert boxes[:3] == [(), ((0, 0, 8, 8),), ((0, 0, 4, 4), (4, 4, 4, 4))]
    assert len(boxes[3]) == 8 and all(box[2:] == (2, 2) for box in boxes[3])


def test_a_branch_takes_other_settings_and_keeps_a_locked_seed(driver: Driver, photo: Path) -> None:
    before = decoded(driver, photo)
    wishes = driver.editor.wishes
    wishes.set_seed_locked(True)
    seed = wishes.params.seed
    for _ in range(4):
        driver.press(Qt.Key.Key_Left)
    wishes.set_params(replace(wishes.params, guidance_scale=7.0))
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_R, CTRL)
    grown = driver.editor.proposal
    assert grown is not None and grown.option is not None
    run = grown.run_of(grown.options[-1])
    assert {grown.run_of(option).params.seed for option in grown.options[2:]} == {seed, seed + 1}
    assert run.params.guidance_scale == 7.0
    kept = len(before.path) - 4
    assert all(a is b for a, b in zip(grown.path[:kept], before.path[:kept], strict=True))
    assert grown.trees[0].snapshots[: len(before.trees[0].snapshots)] == before.trees[0].snapshots
