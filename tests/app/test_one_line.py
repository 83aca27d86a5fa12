"""What does not fit ends in an ellipsis and is told whole; in a small window nothing is cut."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.one_line import OneLine
from tests.app.driver import Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def last_drawn_px(label: OneLine) -> int:
    """The column, in points, of the last thing that is drawn."""
    image = label.grab().toImage()
    paper = image.pixelColor(0, 0)
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    drawn = max(x for x, y in places if image.pixelColor(x, y) != paper)
    return round(drawn / image.devicePixelRatio())


def test_it_ends_in_an_ellipsis_only_where_it_must(qtbot: QtBot) -> None:
    label = OneLine()
    qtbot.addWidget(label)
    label.show()
    label.setText("illi " * 20)
    label.resize(label.sizeHint().width() + 4, 20)
    assert label.toolTip() == ""
    label.resize(97, 20)
    assert label.toolTip() == label.text()
    narrow = last_drawn_px(label)
    shown = label.fontMetrics().elidedText(label.text(), Qt.TextElideMode.ElideRight, 97)
    assert abs(narrow - label.fontMetrics().horizontalAdvance(shown)) <= 3
    label.setText("short")
    assert label.toolTip() == "" and label.minimumSizeHint().width() == 0


def test_in_the_smallest_window_no_button_is_cut(driver: Driver, photo: Path) -> None:
    driver.window.resize(driver.window.minimumSize())
    space = driver.window.workspace
    for each in (space.start, *space.start.findChildren(QPushButton)):
        place = QRect(each.mapTo(space.stage, QPoint()), each.size())
        assert space.stage.rect().contains(place)
    driver.boxed(photo)
    driver.generate()
    buttons = [b for b in space.timeline.findChildren(QPushButton) if b.isVisible()]
    assert len(buttons) == 2

    def whole(button: QPushButton) -> bool:
        place = QRect(button.mapTo(space.timeline, QPoint()), button.size())
        return space.timeline.rect().contains(place) and place.width() >= button.sizeHint().width()

    driver.qtbot.waitUntil(lambda: all(map(whole, buttons)))


def test_the_seed_of_a_run_is_read_beside_a_long_prompt(driver: Driver, photo: Path) -> None:
    driver.window.resize(1280, 720)
    driver.boxed(photo, "a yellow sunflower on a very blue background, " * 4)
    driver.generate()
    label = driver.window.workspace.timeline.run_label
    seed = f"seed {driver.editor.wishes.params.seed}"[:8]
    assert label.text().startswith(seed) and label.toolTip() == label.text()
    assert label.fontMetrics().horizontalAdvance("seed 2147483647") < label.width()
