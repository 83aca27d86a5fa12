"""A step taken to another box: by mouse and by key, with every reason why not in words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.models.editor import Mode
from engine.values.jobs import EditRequest
from engine.values.layout import Pyramid, Sequence1D
from engine.values.region import Region
from engine.values.tokens import TokenMap
from tests.app.driver import CTRL, LEFT, SHIFT, Driver
from tests.app.fake_engine import SPEC, FakeEngine

KEY = Qt.Key.Key_R


def half_way(driver: Driver, photo: Path) -> TokenMap:
    """Candidates of a box, the first one shown in the middle of its steps; its tokens there."""
    driver.boxed(photo)
    driver.generate()
    proposal = driver.editor.proposal
    assert proposal is not None
    driver.editor.choosing.scrub(len(proposal.path) // 2)
    timeline = driver.editor.proposal.timeline if driver.editor.proposal else None
    assert timeline is not None
    return timeline.head_snapshot.state.tokens


def test_a_step_goes_on_in_a_box_that_was_moved(
    driver: Driver, photo: Path, engine: FakeEngine
) -> None:
    before = half_way(driver, photo)
    region = driver.editor.region
    assert region is not None
    driver.press(KEY, CTRL | SHIFT)
    assert driver.mode_is(Mode.EDITING) and driver.editor.region == region
    told = driver.window.workspace.timeline.empty.text()
    assert "goes along" in told and told.startswith("Block ")
    driver.press(Qt.Key.Key_Right, SHIFT)
    driver.generate()
    (*_, request) = [each for each in engine.requests if isinstance(each, EditRequest)]
    assert request.region == region.moved(10, 0) and request.timeline is None
    proposal = driver.editor.proposal
    assert proposal is not None and proposal.region == request.region
    assert driver.editor.carrying.carried is None
    root, tip = (proposal.path[place].state.tokens for place in (0, -1))
    brought = root.known & before.known
    assert np.array_equal(tip.ids[brought], root.ids[brought]) and not root.known.all()
    drawn_before = before.known & (before.ids != 3)
    assert np.isin(before.ids[drawn_before], root.ids).all()
    # The candidates that were put away for it are one step of undo behind the moved box.
    driver.press(Qt.Key.Key_Z, CTRL)
    driver.press(Qt.Key.Key_Z, CTRL)
    driver.press(Qt.Key.Key_Z, CTRL)
    assert driver.mode_is(Mode.CHOOSING) and driver.editor.region == region


def test_by_mouse_and_left_behind_again(driver: Driver, photo: Path) -> None:
    half_way(driver, photo)
    button = driver.window.workspace.timeline.carry_button
    QTest.mouseClick(button, LEFT)
    assert button.isVisible() and button.isChecked()
    QTest.mouseClick(button, LEFT)
    assert driver.editor.carrying.carried is None and not button.isVisible()
    assert driver.editor.region is not None


def test_escape_leaves_the_step_behind_and_then_the_box(driver: Driver, photo: Path) -> None:
    half_way(driver, photo)
    driver.press(KEY, CTRL | SHIFT)
    driver.press(Qt.Key.Key_Escape)
    assert driver.editor.carrying.carried is None and driver.editor.region is not None
    driver.press(Qt.Key.Key_Escape)
    assert driver.editor.region is None


@pytest.mark.parametrize("leave", ["undo", "close", "whole"])
def test_it_goes_with_what_it_belongs_to(driver: Driver, photo: Path, leave: str) -> None:
    half_way(driver, photo)
    driver.press(KEY, CTRL | SHIFT)
    assert driver.editor.carrying.carried is not None
    if leave == "undo":
        driver.documents.undo()
        assert driver.editor.mode is Mode.CHOOSING
    elif leave == "close":
        driver.documents.close()
    else:
        with driver.qtbot.waitSignal(driver.documents.opened):
            driver.window.files.open(photo)
    assert driver.editor.carrying.carried is None


def test_why_not(driver: Driver, photo: Path) -> None:
    carrying, wishes = driver.editor.carrying, driver.editor.wishes
    assert "Choose a candidate" in carrying.obstacle
    half_way(driver, photo)
    assert not carrying.obstacle
    wishes.generators = (replace(SPEC, layout=Sequence1D(32)),)
    assert "no place" in carrying.obstacle
    wishes.generators = (SPEC,)
    driver.press(Qt.Key.Key_End)
    assert "earlier step" in carrying.obstacle
    driver.press(KEY, CTRL | SHIFT)
    assert carrying.carried is None


def test_generating_waits_for_a_box_that_fits(driver: Driver, photo: Path) -> None:
    half_way(driver, photo)
    carrying, asking = driver.editor.carrying, driver.editor.asking
    carrying.turn()
    taken = carrying.carried
    assert taken is not None and not asking.obstacle
    scales = replace(SPEC, layout=Pyramid((1, 2, 4, 8, 16)))
    driver.editor.wishes.generator = scales
    assert "choose that generator" in asking.obstacle
    carrying.carried = replace(taken, spec=scales)
    assert not asking.obstacle
    driver.editor.set_region(Region(80, 60, 200, 100))
    assert "same size" in asking.obstacle
