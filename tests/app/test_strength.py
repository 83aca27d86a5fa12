"""The strength of a box: by mouse and key, in words, and remembered with the box."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from app.models.box_rows import measures
from app.models.editor import Mode
from app.models.strength_stops import EVENLY, MOST_STOPS, strength_stops
from app.panels.inspector.strength import Strength
from engine.values.jobs import EditRequest, ReachRequest
from engine.values.strength import share
from tests.app.driver import CTRL, LEFT, NONE, Driver
from tests.app.fake_engine import SPEC, FakeEngine, planned


def control(driver: Driver) -> Strength:
    return driver.window.workspace.inspector.sampling.strength


def drag_to(slider: QSlider, part: float) -> None:
    """The handle, with the left button, to a part of the slider's length."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    start, end = handle.center(), QPoint(round(slider.width() * part), handle.center().y())
    QTest.mousePress(slider, LEFT, NONE, start)
    QTest.mouseMove(slider, end)
    QTest.mouseRelease(slider, LEFT, NONE, end)


def type_strength(driver: Driver, percent: int) -> None:
    field = control(driver).field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, str(percent))
    QTest.keyClick(field, Qt.Key.Key_Return)


def strength(driver: Driver) -> float:
    return driver.editor.wishes.params.strength


def newest(engine: FakeEngine) -> EditRequest:
    return [each for each in engine.requests if isinstance(each, EditRequest)][-1]


def sites_of(request: EditRequest) -> int:
    edit = planned(request)
    assert edit is not None
    return int(edit.editable(SPEC.layout).sum())


def test_without_a_box_it_is_disabled_and_says_why(driver: Driver, photo: Path) -> None:
    own = control(driver)
    assert not own.slider.isEnabled() and not own.field.isEnabled()
    assert own.told.text() == own.slider.toolTip() == "A whole new picture has nothing to keep."
    driver.open(photo)
    assert not own.slider.isEnabled()
    assert own.told.text() == "Draw a box first."
    driver.drag((80, 60), (200, 160))
    assert own.slider.isEnabled() and own.field.isEnabled()
    assert own.told.text() == "All of the box is drawn anew"
    assert "some of what it shows stays" in own.slider.toolTip()


def test_the_mouse_draws_less_of_the_box(driver: Driver, engine: FakeEngine, photo: Path) -> None:
    driver.boxed(photo)
    own = control(driver)
    drag_to(own.slider, 0.4)
    assert 0.2 < strength(driver) < 0.6
    assert own.field.value() == own.slider.value() == round(strength(driver) * 100)
    driver.qtbot.waitUntil(lambda: " of " in own.told.text())
    driver.generate()
    request = newest(engine)
    whole = sites_of(request)
    done = share(request.params.strength, whole)
    assert request.params.strength == strength(driver)
    assert own.told.text() == f"{done} of {whole} sites"
    assert own.slider.accessibleDescription() == f"{own.field.text()}, {own.told.text()}"
    assert driver.editor.proposal is not None and driver.editor.proposal.timeline is not None
    begun = driver.editor.proposal.timeline.snapshots[0].state.tokens
    assert np.count_nonzero(~begun.known) == done


@pytest.mark.parametrize("whole", [1, 2, 5, 12, MOST_STOPS])
def test_few_sites_have_a_stop_each(whole: int) -> None:
    counts = [share(percent / 100, whole) for percent in strength_stops(whole)]
    assert counts == list(range(1, whole + 1))


@pytest.mark.parametrize("whole", [MOST_STOPS + 1, 64, 1024])
def test_many_sites_have_stops_that_all_differ(whole: int) -> None:
    stops = strength_stops(whole)
    assert stops == EVENLY == strength_stops(None)
    assert len({share(percent / 100, whole) for percent in stops}) == len(stops)


def test_the_handle_snaps_to_what_changes_the_count(
    driver: Driver, engine: FakeEngine, photo: Path
) -> None:
    driver.open(photo)
    driver.drag((20, 100), (300, 110))
    own = control(driver)
    own.slider.setFocus()
    driver.press(Qt.Key.Key_Left, target=own.slider)
    driver.qtbot.waitUntil(lambda: " of " in own.told.text())
    driver.type("a red apple")
    driver.generate()
    whole = sites_of(newest(engine))
    assert 2 < whole < MOST_STOPS, "a thin box has few sites"
    driver.press(Qt.Key.Key_Escape)
    counts = set()
    for part in np.linspace(0, 1, 41):
        drag_to(own.slider, float(part))
        assert own.slider.value() == own.field.value() and own.slider.value() in own.slider.stops
        counts.add(own.told.text())
    assert len(counts) == whole == len(own.slider.stops)


def test_the_wheel_takes_it_from_stop_to_stop(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    own = control(driver)
    own.slider.setFocus()
    for turn, percent in ((-120, 95), (-120, 90), (120, 95)):
        driver.turn_wheel(own.slider, turn)
        assert own.field.value() == percent
    type_strength(driver, 42)
    own.slider.setFocus()
    driver.turn_wheel(own.slider, -120)
    assert own.field.value() == 40, "from between two stops to the next one"


def test_keys_set_it_and_leave_the_box_alone(driver: Driver, photo: Path) -> None:
    region = driver.boxed(photo)
    own = control(driver)
    own.slider.setFocus()
    for key, percent in (
        (Qt.Key.Key_Left, 95),
        (Qt.Key.Key_Down, 90),
        (Qt.Key.Key_PageDown, 65),
        (Qt.Key.Key_Home, 5),
        (Qt.Key.Key_Right, 10),
        (Qt.Key.Key_PageUp, 35),
        (Qt.Key.Key_End, 100),
    ):
        driver.press(key, target=own.slider)
        assert own.field.value() == percent == round(strength(driver) * 100)
    type_strength(driver, 40)
    assert strength(driver) == 0.4 and own.slider.value() == 40
    assert driver.editor.region == region and driver.editor.mode is Mode.EDITING


def test_each_box_keeps_its_own(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    type_strength(driver, 40)
    driver.window.view.setFocus()
    driver.drag((220, 30), (300, 120), CTRL)
    boxes = driver.editor.boxes
    assert len(boxes.boxes) == 2
    type_strength(driver, 70)
    boxes.activate(0)
    assert strength(driver) == 0.4 and control(driver).field.value() == 40
    assert [box.params.strength for box in boxes.boxes] == [0.4, 0.7]
    assert measures(boxes.boxes[1])[-1] == "Strength 70 %"


def test_one_question_a_box_and_none_at_full_strength(
    driver: Driver, engine: FakeEngine, photo: Path
) -> None:
    def asked() -> int:
        return sum(isinstance(each, ReachRequest) for each in engine.requests)

    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Escape)
    assert asked() == 0
    for percent in (50, 60, 70):
        type_strength(driver, percent)
        driver.qtbot.waitUntil(lambda: " of " in control(driver).told.text())
    assert asked() == 1
    before = control(driver).told.text()
    driver.drag((20, 20), (60, 50))
    driver.qtbot.waitUntil(lambda: asked() == 2 and " of " in control(driver).told.text())
    assert control(driver).told.text() != before


def test_another_generator_leaves_it(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    type_strength(driver, 30)
    wishes = driver.editor.wishes
    wishes.set_generators((*wishes.generators, replace(SPEC, key="other", title="Other")))
    combo = driver.window.workspace.inspector.sampling.generator
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert driver.editor.generator is not None and driver.editor.generator.key == "other"
    assert strength(driver) == 0.3
