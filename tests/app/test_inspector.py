"""The inspector: all that it says can be read, in the smallest window and with the widest seed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QSpinBox, QWidget

from engine.values.params import MAX_SEED
from tests.app.driver import Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def seen_whole(widget: QWidget, inside: QWidget) -> bool:
    place = QRect(widget.mapTo(inside, QPoint()), widget.size())
    return inside.rect().contains(place)


def room_for_text(field: QSpinBox) -> int:
    """Pixels of its line that digits may take; the cursor takes some."""
    line = field.lineEdit()
    margins = line.textMargins()
    return line.contentsRect().width() - margins.left() - margins.right() - 2


@pytest.mark.parametrize("size", [(1280, 720), (820, 560)])
def test_the_widest_seed_is_read_whole(driver: Driver, photo: Path, size: tuple[int, int]) -> None:
    driver.window.resize(*size)
    driver.boxed(photo)
    inspector = driver.window.workspace.inspector
    field = inspector.sampling.seed
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, str(MAX_SEED))
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert driver.editor.wishes.params.seed == MAX_SEED
    assert field.fontMetrics().horizontalAdvance(field.text()) <= room_for_text(field)
    for widget in (field, inspector.sampling.dice, inspector.sampling.lock):
        assert seen_whole(widget, inspector)


def test_on_a_small_screen_nothing_is_cut(driver: Driver, photo: Path) -> None:
    driver.window.resize(1280, 720)
    driver.boxed(photo)
    space = driver.window.workspace
    assert seen_whole(space.edits, space.inspector)
    driver.generate()
    assert seen_whole(space.branches, space.inspector)


def test_the_slider_has_the_whole_width(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    sampling = driver.window.workspace.inspector.sampling
    assert sampling.strength.slider.width() == sampling.width() > 200
    assert sampling.strength.field.width() == sampling.temperature.width()


def test_the_wheel_scrolls_and_changes_only_what_has_the_keyboard(
    driver: Driver, photo: Path
) -> None:
    driver.window.resize(driver.window.minimumSize())
    driver.boxed(photo)
    inspector = driver.window.workspace.inspector
    wishes, sampling = driver.editor.wishes, inspector.sampling
    area = inspector.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    bar = area.verticalScrollBar()
    driver.qtbot.waitUntil(lambda: bar.maximum() > 0)
    before = wishes.params, wishes.candidates, wishes.generator
    for control in (sampling.guidance, sampling.candidates, sampling.generator):
        bar.setValue(0)
        driver.turn_wheel(control, -120)
        assert bar.value() > 0 and not control.hasFocus()
    assert (wishes.params, wishes.candidates, wishes.generator) == before
    bar.setValue(0)
    sampling.guidance.setFocus()
    driver.turn_wheel(sampling.guidance, 120)
    assert wishes.params.guidance_scale > before[0].guidance_scale
