"""Several boxes at once: drawn, chosen, put in order, filled and stored, by mouse and by key."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.models.editor import Mode
from app.models.recovery import same_work
from app.models.scene import Moment, Scene, parts
from app.models.stored_scene import scene_of
from engine.document.document import Document
from engine.document.project import Offer, OpenBox, Option, Project
from engine.values.image import Picture
from engine.values.jobs import EditRequest
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap
from tests.app.driver import CTRL, LEFT, NONE, SHIFT, Driver
from tests.app.fake_engine import FakeEngine

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]
ALT = Qt.KeyboardModifier.AltModifier
PLACES = (((80, 60), (200, 160)), ((10, 10), (60, 50)), ((220, 20), (300, 120)))
PROMPTS = ("a red apple", "a blue apple", "a banana")


def three_boxes(driver: Driver, photo: Path) -> tuple[Region, ...]:
    """Drawn with the mouse, Ctrl for each but the first; the last is active."""
    driver.editor.wishes.set_candidates(2)
    driver.open(photo)
    regions = []
    for number, (place, prompt) in enumerate(zip(PLACES, PROMPTS, strict=True)):
        driver.drag(*place, CTRL if number else NONE)
        driver.type(prompt)
        assert driver.editor.region is not None
        regions.append(driver.editor.region)
    return tuple(regions)


def prompts(driver: Driver) -> list[str]:
    return [box.prompt for box in driver.editor.boxes.boxes]


def click(driver: Driver, x: float, y: float) -> None:
    QTest.mouseClick(driver.window.view.viewport(), LEFT, NONE, driver.point(x, y))


def fill_all(driver: Driver) -> None:
    with driver.qtbot.waitSignal(driver.window.queue.noticed, timeout=30_000):
        driver.press(Qt.Key.Key_Return, CTRL | SHIFT)


def test_each_box_keeps_its_prompt_and_settings(driver: Driver, photo: Path) -> None:
    regions = three_boxes(driver, photo)
    boxes, wishes = driver.editor.boxes, driver.editor.wishes
    assert [box.region for box in boxes.boxes] == list(regions) and boxes.active == 2
    assert prompts(driver) == list(PROMPTS)
    wishes.roll_seed()
    seed = wishes.params.seed

    click(driver, 140, 110)
    assert (boxes.active, driver.editor.region) == (0, regions[0])
    assert driver.window.workspace.prompt.field.text() == PROMPTS[0]
    assert wishes.params.seed != seed
    driver.press(Qt.Key.Key_BracketLeft)
    assert (boxes.active, wishes.prompt, wishes.params.seed) == (2, PROMPTS[2], seed)
    driver.press(Qt.Key.Key_BracketRight)
    assert boxes.active == 0


def test_a_press_on_a_box_that_waits_moves_it(driver: Driver, photo: Path) -> None:
    regions = three_boxes(driver, photo)
    driver.drag((30, 30), (40, 50))
    assert driver.editor.boxes.active == 1
    assert driver.editor.region == regions[1].moved(10, 20)
    driver.press(Qt.Key.Key_Z, CTRL)
    assert driver.editor.region == regions[1]


def test_a_number_lies_above_the_active_box(driver: Driver, photo: Path) -> None:
    three_boxes(driver, photo)
    driver.press(Qt.Key.Key_A, CTRL)
    corner = driver.window.view.mapFromScene(10, 10) + QPoint(10, 10)
    QTest.mouseClick(driver.window.view.viewport(), LEFT, NONE, corner)
    assert driver.editor.boxes.active == 1


def test_a_click_beside_lets_go_and_undo_walks_back(driver: Driver, photo: Path) -> None:
    regions = three_boxes(driver, photo)
    click(driver, 310, 230)
    boxes = driver.editor.boxes
    assert boxes.active is None and len(list(boxes.boxes)) == 3
    assert driver.editor.prompt == ""
    for count in (2, 1, 0):
        while len(boxes.boxes) > count:
            assert driver.documents.can_undo
            driver.press(Qt.Key.Key_Z, CTRL)
    while driver.documents.can_redo:
        driver.press(Qt.Key.Key_Z, CTRL | SHIFT)
    assert [box.region for box in boxes.boxes] == list(regions)
    assert prompts(driver) == list(PROMPTS)


def test_all_boxes_are_filled_in_the_order_of_the_list(
    driver: Driver, photo: Path, engine: FakeEngine
) -> None:
    three_boxes(driver, photo)
    window, boxes = driver.window, driver.editor.boxes
    window.workspace.boxes.setFocus()
    driver.press(Qt.Key.Key_Up, ALT, window.workspace.boxes)
    assert prompts(driver) == [PROMPTS[0], PROMPTS[2], PROMPTS[1]] and boxes.active == 1
    driver.press(Qt.Key.Key_Up, target=window.workspace.boxes)
    assert boxes.active == 0
    driver.press(Qt.Key.Key_Space, target=window.workspace.boxes)
    assert boxes.paused
    fill_all(driver)
    asked = [r.prompt for r in engine.requests if isinstance(r, EditRequest)]
    assert asked == [PROMPTS[2], PROMPTS[1]]
    told = [window.workspace.box_rows.index(row).data(Qt.ItemDataRole.UserRole) for row in range(3)]
    assert told == ["Left out", "2 candidates", "2 candidates"]
    assert not window.queue.on and window.queue.obstacle


def test_what_boxes_bring_is_applied_one_after_the_other(driver: Driver, photo: Path) -> None:
    regions = three_boxes(driver, photo)
    original = driver.document.picture.pixels
    fill_all(driver)
    patches = []
    for place in (1, 0, 2):
        driver.editor.boxes.activate(place)
        assert driver.mode_is(Mode.CHOOSING) and driver.editor.shown_pixels is not None
        patches.append((regions[place], driver.editor.shown_pixels))
        driver.press(Qt.Key.Key_Return)
    expected = original.copy()
    for region, patch in patches:
        expected[region.top : region.bottom, region.left : region.right] = patch
    assert np.array_equal(driver.document.picture.pixels, expected)
    assert len(list(driver.document.edits)) == 3
    assert driver.window.queue.next is None, "what is applied is not filled again"
    driver.press(Qt.Key.Key_Z, CTRL)
    assert len(list(driver.document.edits)) == 2 and driver.mode_is(Mode.CHOOSING)
    assert driver.editor.prompt == PROMPTS[2]


def test_an_applied_box_waits_again_when_something_else_is_asked_of_it(
    driver: Driver, photo: Path, engine: FakeEngine
) -> None:
    three_boxes(driver, photo)
    driver.editor.boxes.activate(0)
    driver.editor.wishes.set_prompt("a {red|blue|green} ball")
    driver.generate()
    driver.press(Qt.Key.Key_2)
    driver.press(Qt.Key.Key_Return)
    rows, queue = driver.window.workspace.box_rows, driver.window.queue
    assert rows.index(0).data(Qt.ItemDataRole.UserRole) == "Applied"
    assert not driver.editor.boxes.paused and queue.next == 1
    driver.editor.wishes.set_prompt("a cube")
    assert rows.index(0).data(Qt.ItemDataRole.UserRole) == "Waits" and queue.next == 0
    driver.editor.wishes.set_prompt("a {red|blue|green} ball")
    assert queue.next == 1
    driver.press(Qt.Key.Key_Right, CTRL, driver.window.view)
    assert rows.index(0).data(Qt.ItemDataRole.UserRole) == "Waits" and queue.next == 0
    driver.press(Qt.Key.Key_Z, CTRL)
    fill_all(driver)
    asked = [r.prompt for r in engine.requests if isinstance(r, EditRequest)]
    assert asked[1:] == [PROMPTS[1], PROMPTS[2]]


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_all_are_applied_at_once_each_one_undo_step(driver: Driver, photo: Path, by: str) -> None:
    three_boxes(driver, photo)
    fill_all(driver)
    driver.editor.boxes.activate(1)
    driver.editor.choosing.show(2)
    expected = []
    for box, prompt in zip(driver.editor.boxes.boxes, PROMPTS, strict=True):
        assert box.offer is not None
        option = box.offer.options[box.offer.shown - 1]
        expected.append(
            (box.region, prompt, box.offer.trees[option.tree].snapshot(option.tip).state)
        )
    if by == "key":
        driver.press(Qt.Key.Key_Return, SHIFT)
    else:
        (button,) = [
            each
            for each in driver.window.workspace.inspector.findChildren(QToolButton)
            if each.defaultAction() is driver.window.actions_table["apply_all"]
        ]
        QTest.mouseClick(button, LEFT)
    trees = [edit.timeline for edit in driver.document.edits]
    runs = [tree.head_run for tree in trees]
    found = zip(runs, trees, strict=True)
    assert [(run.region, run.prompt, tree.head_snapshot.state) for run, tree in found] == expected
    assert not driver.window.actions_table["apply_all"].isEnabled()
    for left in (2, 1, 0):
        driver.press(Qt.Key.Key_Z, CTRL)
        assert len(driver.document.edits) == left


def test_what_shows_the_original_or_an_earlier_step_is_not_applied(
    driver: Driver, photo: Path
) -> None:
    regions = three_boxes(driver, photo)
    fill_all(driver)
    boxes, choosing = driver.editor.boxes, driver.editor.choosing
    boxes.activate(0)
    choosing.show(0)
    boxes.activate(2)
    choosing.scrub(2)
    boxes.activate(1)
    assert list(boxes.ripe) == [1]
    driver.press(Qt.Key.Key_Return, SHIFT)
    assert [edit.region for edit in driver.document.edits] == [regions[1]]
    assert not list(boxes.ripe) and boxes.boxes[2].offer is not None


def test_the_queue_is_put_in_order_while_it_runs(
    slow_driver: Driver, photo: Path, slow_engine: FakeEngine, gate: threading.Semaphore
) -> None:
    driver = slow_driver
    three_boxes(driver, photo)
    driver.editor.boxes.move(2, 1)
    driver.press(Qt.Key.Key_Return, CTRL | SHIFT)
    assert driver.mode_is(Mode.RUNNING) and driver.window.queue.on
    driver.editor.boxes.activate(2)
    assert driver.window.workspace.boxes.currentIndex().row() == 0, (
        "the box that is filled stays active"
    )
    driver.editor.boxes.move(2, 1)
    driver.editor.boxes.pause(2, True)
    with driver.qtbot.waitSignal(driver.window.queue.noticed, timeout=30_000):
        gate.release(1000)
    asked = [r.prompt for r in slow_engine.requests if isinstance(r, EditRequest)]
    assert asked == [PROMPTS[0], PROMPTS[1]]


def test_stop_ends_the_queue(slow_driver: Driver, photo: Path, gate: threading.Semaphore) -> None:
    driver = slow_driver
    three_boxes(driver, photo)
    driver.press(Qt.Key.Key_Return, CTRL | SHIFT)
    driver.press(Qt.Key.Key_Escape)
    gate.release(1)
    driver.qtbot.waitUntil(lambda: not driver.window.queue.on)
    assert not driver.mode_is(Mode.RUNNING)
    assert sum(box.offer is not None for box in driver.editor.boxes.boxes) <= 1


def test_a_row_is_dragged_elsewhere(driver: Driver, photo: Path) -> None:
    three_boxes(driver, photo)
    rows = driver.window.workspace.box_rows
    data: QMimeData = rows.mimeData([rows.index(2)])
    assert rows.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert prompts(driver) == [PROMPTS[2], PROMPTS[0], PROMPTS[1]]
    assert driver.editor.boxes.active == 0


def test_one_box_more_and_one_less_by_key(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.window.view.setFocus()
    driver.press(Qt.Key.Key_N)
    boxes = driver.editor.boxes
    assert len(list(boxes.boxes)) == 2 and boxes.active == 1
    assert driver.editor.prompt == "" and driver.window.workspace.boxes.isVisible()
    driver.press(Qt.Key.Key_Backspace, CTRL)
    assert len(list(boxes.boxes)) == 1 and driver.editor.region is None
    driver.press(Qt.Key.Key_Z, CTRL)
    assert len(list(boxes.boxes)) == 2
    driver.window.workspace.boxes.setFocus()
    driver.press(Qt.Key.Key_Up, target=driver.window.workspace.boxes)
    assert boxes.active == 0
    driver.press(Qt.Key.Key_Delete, target=driver.window.workspace.boxes)
    assert [box.region for box in boxes.boxes] != [] and len(list(boxes.boxes)) == 1


def test_boxes_are_stored_with_what_is_on_offer(
    driver: Driver, photo: Path, tmp_path: Path
) -> None:
    regions = three_boxes(driver, photo)
    click(driver, 140, 110)
    driver.generate()
    driver.editor.boxes.activate(1)
    driver.editor.boxes.pause(2, True)
    path = tmp_path / "boxes.ellbox"
    with driver.qtbot.waitSignal(driver.documents.saved):
        driver.documents.save(path)
    driver.documents.close()
    assert driver.editor.boxes.boxes == ()
    driver.open(path)
    boxes = driver.editor.boxes
    assert [box.region for box in boxes.boxes] == list(regions) and boxes.active == 1
    assert prompts(driver) == list(PROMPTS)
    assert [box.paused for box in boxes.boxes] == [False, False, True]
    boxes.activate(0)
    assert driver.editor.proposal is not None and len(driver.editor.proposal.options) == 2


def test_boxes_are_kept_aside(driver: Driver, photo: Path) -> None:
    regions = three_boxes(driver, photo)
    recovery = driver.desk.recovery
    kept = recovery.gather(driver.document)
    assert [box.region for box in kept.boxes] == list(regions) and kept.active == 2
    driver.editor.boxes.move(0, 1)
    moved = recovery.gather(driver.document)
    assert not same_work(moved, kept) and same_work(moved, recovery.gather(driver.document))
    driver.editor.boxes.pause(0, True)
    assert not same_work(recovery.gather(driver.document), moved)


def test_what_waits_is_counted_in_undo() -> None:
    """Candidates of a box that waits are held in memory, and no part of them twice."""
    document = Document(Picture(np.zeros((8, 8, 3), np.uint8)))
    patch = np.ones((2, 2, 3), np.uint8)
    tokens = TokenMap(np.zeros(4, np.int32), Raster(2, 2), 8)
    tree = Timeline.started(Run("fake", "a cat", SamplingParams()), DecodeState(0, tokens))
    offer = Offer("fake", Region(0, 0, 2, 2), document, (tree,), (Option(0, 0, patch, 0.0),), 1, 0)
    box = OpenBox(Region(0, 0, 2, 2), "a cat", "fake", SamplingParams(), offer=offer)
    alone = dict(parts(Moment(document)))
    held = dict(parts(Moment(document, Scene(others=(box, box)))))
    assert sum(held.values()) - sum(alone.values()) == patch.nbytes + tokens.ids.nbytes


def test_a_stored_box_without_a_place_is_left_out() -> None:
    """A recipe may ask for a whole picture; only boxes wait."""
    asked = OpenBox(Region(0, 0, 2, 2), "a cat", "fake", SamplingParams())
    scene = scene_of(Project(None, (replace(asked, region=None), asked), active=1))
    assert (scene.others, scene.place, scene.asked) == ((), 0, asked)
    scene = scene_of(Project(None, (asked, replace(asked, prompt="a dog")), active=1))
    assert (scene.others, scene.place) == ((asked,), 1)
