"""The bars over the canvas: off each other, off the box where there is room, within reach."""

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

from app.canvas.placing import GAP_PX, Placed, placed
from tests.app.driver import Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]

COMPARE, LENS, PROMPT = QSize(210, 42), QSize(380, 82), QSize(600, 46)
LAPTOP = QRect(14, 14, 988, 380)
"""What 1280 x 720 pixels leave above the strip of candidates."""
NONE_SHOWN = QSize(0, 0)


def overlaps(bars: Placed) -> bool:
    return any(one.intersects(other) for one, other in combinations(bars, 2))


def test_with_room_each_has_its_own_place() -> None:
    box = QRect(450, 200, 100, 80)
    compare, lens, prompt = placed(LAPTOP, box, COMPARE, LENS, PROMPT)
    assert compare.topRight() == LAPTOP.topRight() and lens.topLeft() == LAPTOP.topLeft()
    assert prompt.top() == box.bottom() + GAP_PX
    assert abs(prompt.center().x() - box.center().x()) <= 1


def test_the_prompt_above_a_low_box_and_the_lens_keep_apart() -> None:
    """The prompt went above the box, under the bar of the lens."""
    bars = placed(LAPTOP, QRect(120, 110, 300, 270), COMPARE, LENS, PROMPT)
    assert not overlaps(bars)
    assert bars[2].top() == LAPTOP.top() or bars[2].bottom() <= LAPTOP.bottom()


def test_the_lens_leaves_a_box_in_the_upper_left_corner() -> None:
    box = QRect(30, 30, 200, 120)
    bars = placed(LAPTOP, box, COMPARE, LENS, PROMPT)
    assert not overlaps(bars) and not any(bar.intersects(box) for bar in bars)
    assert bars[2].top() == box.bottom() + GAP_PX, "the prompt stays at the box"


def test_bars_that_are_not_shown_take_no_room() -> None:
    box = QRect(30, 30, 200, 120)
    prompt = placed(LAPTOP, box, NONE_SHOWN, NONE_SHOWN, PROMPT)[2]
    assert prompt == placed(LAPTOP, box, COMPARE, NONE_SHOWN, PROMPT)[2]
    assert prompt.topLeft().y() == box.bottom() + GAP_PX


def test_over_a_box_that_fills_the_room_they_stay_at_home() -> None:
    everywhere = QRect(-500, -500, 3000, 3000)
    compare, lens, prompt = placed(LAPTOP, everywhere, COMPARE, LENS, PROMPT)
    assert compare.topRight() == LAPTOP.topRight() and lens.topLeft() == LAPTOP.topLeft()
    assert prompt.bottom() == LAPTOP.bottom()


@given(
    width=st.integers(620, 2000),
    height=st.integers(42 + 82 + 46 + 2 * GAP_PX, 1400),
    left=st.integers(-3000, 3000),
    top=st.integers(-3000, 3000),
    wide=st.integers(1, 4000),
    high=st.integers(1, 4000),
)
def test_they_never_cover_each_other_and_are_wholly_inside(
    width: int, height: int, left: int, top: int, wide: int, high: int
) -> None:
    room = QRect(14, 14, width, height)
    bars = placed(room, QRect(left, top, wide, high), COMPARE, LENS, PROMPT)
    assert not overlaps(bars)
    assert all(room.contains(bar) for bar in bars)


def shown(driver: Driver) -> list[QWidget]:
    space = driver.window.workspace
    return [space.compare, space.lens_bar, space.prompt, space.strip]


@pytest.mark.parametrize("size", [(1280, 720), (820, 560), (1024, 600)])
def test_in_the_window_no_bar_lies_over_another(
    driver: Driver, photo: Path, size: tuple[int, int]
) -> None:
    driver.window.resize(*size)
    driver.open(photo)
    stage = driver.window.workspace.stage
    driver.drag((10, 10), (150, 200))
    driver.type("a red apple")
    driver.generate()
    driver.press(Qt.Key.Key_L)
    driver.qtbot.waitUntil(lambda: driver.editor.lens.view is not None)
    for place in ((0, 0), (160, 120), (320, 240)):
        driver.window.view.centerOn(*place)
        bars = [bar.geometry() for bar in shown(driver) if bar.isVisible()]
        assert len(bars) == 4
        for one, other in combinations(bars, 2):
            assert not one.intersects(other), (size, place, bars)
        assert all(stage.rect().contains(bar) for bar in bars), (size, place, bars)
