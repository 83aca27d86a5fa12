"""The token lens: a heat map over the box, tokens drawn anew, put in place, by mouse and keys."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.canvas.lens import SURE, UNSURE, heat
from app.models.alternatives import patch_around
from app.models.editor import Mode
from app.models.lens import LensView
from engine.values.jobs import EditRequest, LensRequest
from engine.values.region import Region
from engine.values.timeline import Timeline
from tests.app.driver import LEFT, NONE, SHIFT, Driver
from tests.app.fake_engine import GRID, FakeEngine

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]

ALT = Qt.KeyboardModifier.AltModifier


def test_the_colours_run_from_unsure_to_sure() -> None:
    colors = heat(np.array([[0, 1], [0.5, np.nan]], np.float32))
    assert tuple(colors[0, 0]) == UNSURE and tuple(colors[0, 1]) == SURE
    assert colors[1, 1, 3] == 0, "nothing shows where nothing was drawn"
    middle = colors[1, 0].astype(int)
    assert (abs(middle - (np.array(UNSURE) + np.array(SURE)) / 2) <= 1).all()


def test_the_picture_of_an_alternative_shows_what_is_around_it() -> None:
    rows, columns = patch_around((50.0, 30.0, 8.0, 8.0), Region(40, 20, 90, 80))
    assert (rows, columns) == (slice(2, 26), slice(2, 26))
    rows, columns = patch_around((0.0, 0.0, 8.0, 8.0), None)
    assert (rows, columns) == (slice(0, 16), slice(0, 16))


def looking(driver: Driver, photo: Path) -> LensView:
    """Candidates for a box, the lens switched on with its key, the answer there."""
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_L)
    return wait_for_view(driver)


def wait_for_view(driver: Driver) -> LensView:
    driver.qtbot.waitUntil(lambda: driver.editor.lens.view is not None)
    view = driver.editor.lens.view
    assert view is not None
    return view


def shown(driver: Driver) -> Timeline:
    timeline = driver.editor.lens.timeline
    assert timeline is not None
    return timeline


def ids(driver: Driver) -> np.ndarray:
    return shown(driver).head_snapshot.state.tokens.ids


def place_of(driver: Driver, view: LensView, cell: int) -> QPoint:
    left, top, wide, high = view.box_of(cell)
    return driver.point(left + wide / 2, top + high / 2)


def two_neighbours(view: LensView) -> tuple[int, int]:
    """A cell in the middle of the drawn ones, and the one at its right."""
    told = np.flatnonzero(view.told)
    first = int(told[len(told) // 2 - 3])
    assert view.told[first + 1]
    return first, first + 1


def redo(driver: Driver, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(key, modifier)


def test_the_lens_shows_the_drawn_sites_of_the_box(driver: Driver, photo: Path) -> None:
    view = looking(driver, photo)
    assert (
        driver.window.workspace.lens_overlay.item.isVisible()
        and driver.window.workspace.lens_bar.isVisible()
    )
    assert driver.window.actions_table["lens"].isChecked()
    drawn = ~shown(driver).snapshots[0].state.tokens.known
    assert np.array_equal(view.told, drawn) and 0 < drawn.sum() < GRID * GRID
    region = driver.editor.region
    assert region is not None
    for cell in np.flatnonzero(view.told):
        left, top, wide, high = view.box_of(int(cell))
        assert left + wide > region.left and left < region.right, "the cell touches the box"
        assert top + high > region.top and top < region.bottom
    assert "sure" in driver.window.workspace.lens_bar.told.text()
    driver.press(Qt.Key.Key_L)
    assert not driver.window.workspace.lens_overlay.item.isVisible()
    assert not driver.window.workspace.lens_bar.isVisible()


def test_another_step_and_another_candidate_are_looked_at_anew(driver: Driver, photo: Path) -> None:
    looking(driver, photo)
    driver.press(Qt.Key.Key_Home)
    view = wait_for_view(driver)
    assert not view.told.any() and "No token" in driver.window.workspace.lens_bar.told.text()
    driver.press(Qt.Key.Key_End)
    assert wait_for_view(driver).told.any()
    driver.editor.choosing.scrub_by(-3)
    fewer = wait_for_view(driver)
    assert np.array_equal(fewer.told, wait_known(driver))
    driver.press(Qt.Key.Key_2)
    assert wait_for_view(driver) is not fewer


def wait_known(driver: Driver) -> np.ndarray:
    timeline = shown(driver)
    known = timeline.head_snapshot.state.tokens.known
    return known & ~timeline.snapshots[0].state.tokens.known


def test_switched_off_it_asks_nothing_and_on_again_it_looks_again(
    driver: Driver, photo: Path, engine: FakeEngine
) -> None:
    looking(driver, photo)
    driver.press(Qt.Key.Key_L)
    assert driver.editor.lens.view is None
    driver.generate()
    assert sum(isinstance(each, LensRequest) for each in engine.requests) == 1
    driver.press(Qt.Key.Key_L)
    wait_for_view(driver)


def test_brushed_tokens_are_drawn_anew_and_no_others(
    driver: Driver, photo: Path, engine: FakeEngine
) -> None:
    view = looking(driver, photo)
    before, options = ids(driver).copy(), len(driver.editor.proposal.options)  # type: ignore[union-attr]
    cells = two_neighbours(view)
    target = driver.window.view.viewport()
    start, end = (place_of(driver, view, cell) for cell in cells)
    QTest.mousePress(target, LEFT, NONE, start)
    QTest.mouseMove(target, end)
    QTest.mouseRelease(target, LEFT, NONE, end)
    assert driver.editor.lens.marked == set(cells)
    assert driver.mode_is(Mode.CHOOSING), "the stroke drew no box"
    assert "2 marked" in driver.window.workspace.lens_bar.told.text()
    redo(driver, Qt.Key.Key_R)
    request = [each for each in engine.requests if isinstance(each, EditRequest)][-1]
    assert request.kept is not None and request.candidates == 1
    assert set(np.flatnonzero(~request.kept.known)) == set(cells)
    after, changed = ids(driver), np.flatnonzero(ids(driver) != before)
    assert len(changed) > 0 and set(changed) <= set(cells) and (after >= 0).all()
    proposal = driver.editor.proposal
    assert proposal is not None and len(proposal.options) == options + 1
    assert proposal.shown == options + 1, "the new branch is shown, the others are kept"
    model = driver.window.workspace.branch_model
    assert model.branch(model.shown_index()).name == "2 tokens drawn anew"
    assert driver.editor.lens.marked == frozenset()
    assert wait_for_view(driver).told.any(), "the lens looks at the new branch"


def test_a_click_takes_a_mark_away(driver: Driver, photo: Path) -> None:
    view = looking(driver, photo)
    cell = two_neighbours(view)[0]
    target = driver.window.view.viewport()
    for marked in ({cell}, set()):
        QTest.mouseClick(target, LEFT, NONE, place_of(driver, view, cell))
        assert driver.editor.lens.marked == marked


def test_the_weakest_fifth_is_drawn_anew_at_once(
    driver: Driver, photo: Path, engine: FakeEngine
) -> None:
    view = looking(driver, photo)
    told = np.flatnonzero(view.told)
    redo(driver, Qt.Key.Key_R, SHIFT)
    request = [each for each in engine.requests if isinstance(each, EditRequest)][-1]
    assert request.kept is not None
    # The fake is the surer the later the site.
    assert set(np.flatnonzero(~request.kept.known)) == set(told[: round(len(told) / 5)])


def test_cells_are_walked_and_marked_by_keys(driver: Driver, photo: Path) -> None:
    view = looking(driver, photo)
    lens, proposal = driver.editor.lens, driver.editor.proposal
    first = int(np.flatnonzero(view.told)[0])
    assert lens.place == first
    driver.press(Qt.Key.Key_Left)
    driver.press(Qt.Key.Key_Up)
    assert lens.place == first, "at the edge of what was drawn"
    said: list[str] = []
    driver.window.workspace.announcer.announced.connect(said.append)
    driver.press(Qt.Key.Key_Right)
    driver.press(Qt.Key.Key_Space)
    driver.press(Qt.Key.Key_Down)
    driver.press(Qt.Key.Key_Space)
    assert lens.marked == {first + 1, first + 1 + GRID} and lens.place == first + 1 + GRID
    row, column = divmod(first + 1 + GRID, GRID)
    assert said[-1].startswith(f"Row {row + 1}, column {column + 1}: "), "it is spoken"
    assert said[-1].endswith(" sure, 2 marked, this one too")
    assert proposal is driver.editor.proposal, "no other step and no other candidate is shown"
    assert not driver.window.view.pointing.space, "Space marks and does not pan"
    driver.press(Qt.Key.Key_Space)
    assert lens.marked == {first + 1}
    driver.press(Qt.Key.Key_Escape)
    assert lens.marked == frozenset() and lens.view is not None
    driver.press(Qt.Key.Key_Escape)
    assert not driver.window.workspace.lens_bar.isVisible() and driver.mode_is(Mode.CHOOSING)
    driver.press(Qt.Key.Key_Left)
    assert proposal is not driver.editor.proposal, "the arrow is the timeline's again"
    driver.press(Qt.Key.Key_Escape)
    assert driver.mode_is(Mode.EDITING)


def test_another_token_is_picked(driver: Driver, photo: Path, engine: FakeEngine) -> None:
    view = looking(driver, photo)
    before, cell = ids(driver).copy(), two_neighbours(view)[0]
    popup, target = driver.window.workspace.alternatives, driver.window.view.viewport()
    with driver.qtbot.waitSignal(driver.editor.alternatives.drawn):
        QTest.mouseClick(target, LEFT, ALT, place_of(driver, view, cell))
    assert popup.isVisible() and driver.editor.lens.marked == frozenset()
    assert popup.list.count() == 4 and "as shown" in popup.list.item(0).text()
    assert "this token alone" in popup.note.text()
    for row in range(4):
        drawn = popup.list.item(row).icon().pixmap(48).toImage()
        assert drawn.pixelColor(24, 24).alpha() == 255, "its picture has come"
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_Down, target=popup.list)
        driver.press(Qt.Key.Key_Return, target=popup.list)
    assert not popup.isVisible()
    assert np.flatnonzero(ids(driver) != before).tolist() == [cell]
    assert ids(driver)[cell] == (before[cell] + 1) % 64
    request = [each for each in engine.requests if isinstance(each, EditRequest)][-1]
    assert request.kept is not None and request.kept.known.all()
    assert request.params.seed == shown(driver).runs[0].params.seed, "no chance had a part in it"
    model = driver.window.workspace.branch_model
    assert model.branch(model.shown_index()).name == "A token picked"
    driver.press(Qt.Key.Key_Return)
    assert driver.mode_is(Mode.EDITING) and len(driver.document.edits) == 1


def test_the_list_opens_by_key_and_closes_without_a_change(driver: Driver, photo: Path) -> None:
    looking(driver, photo)
    before = ids(driver).copy()
    popup = driver.window.workspace.alternatives
    driver.press(Qt.Key.Key_A)
    assert popup.isVisible() and popup.list.hasFocus()
    driver.press(Qt.Key.Key_Return, target=popup.list)
    assert not popup.isVisible(), "the shown token was taken: nothing is to be done"
    driver.press(Qt.Key.Key_A)
    driver.press(Qt.Key.Key_Escape, target=popup)
    assert not popup.isVisible() and np.array_equal(ids(driver), before)
    driver.press(Qt.Key.Key_A)
    QTest.mouseClick(popup.mark, LEFT)
    assert driver.editor.lens.marked == {driver.editor.lens.place}


def test_a_step_on_the_way_is_redone_to_the_end(driver: Driver, photo: Path) -> None:
    looking(driver, photo)
    driver.editor.choosing.scrub_by(-3)
    view = wait_for_view(driver)
    before, cell = ids(driver).copy(), int(np.flatnonzero(view.told)[0])
    assert (before < 0).any()
    driver.press(Qt.Key.Key_Space)
    redo(driver, Qt.Key.Key_R)
    stays = (before >= 0) & (np.arange(before.size) != cell)
    assert np.array_equal(ids(driver)[stays], before[stays]) and (ids(driver) >= 0).all()


def test_undo_takes_the_branch_away(driver: Driver, photo: Path) -> None:
    looking(driver, photo)
    before = ids(driver).copy()
    redo(driver, Qt.Key.Key_R, SHIFT)
    assert not np.array_equal(ids(driver), before)
    driver.documents.undo()
    assert np.array_equal(ids(driver), before)


def test_without_candidates_there_is_nothing_to_look_at(
    driver: Driver, photo: Path, engine: FakeEngine
) -> None:
    driver.boxed(photo)
    driver.press(Qt.Key.Key_L)
    assert not driver.editor.lens.on and "candidate" in driver.editor.lens.obstacle
    driver.generate()
    assert not any(isinstance(each, LensRequest) for each in engine.requests)
