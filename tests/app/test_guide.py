"""The guide: offered once, goes on as each thing is done, and can be skipped and taken again."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.models.editor import Mode
from app.models.guide import STAGES
from app.panels.guide import GAP_PX, beside
from tests.app.driver import CTRL, LEFT, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def stage(driver: Driver) -> str:
    now = driver.window.guide.stage
    return "" if now is None else now.target


def test_it_goes_on_as_things_are_done(driver: Driver, tmp_path: Path) -> None:
    window, card = driver.window, driver.window.guide_card
    with driver.qtbot.waitSignal(driver.documents.opened):
        window.actions_table["guide"].trigger()
    assert driver.documents.name == "coffee.jpg"
    passed = []

    def see() -> None:
        driver.qtbot.waitUntil(card.isVisible)
        passed.append(stage(driver))
        assert card.title.text() == STAGES[len(passed) - 1].title
        driver.qtbot.waitUntil(lambda: window.rect().contains(card.geometry()))

    see()
    driver.drag((100, 100), (250, 220))
    see()
    driver.type("a red apple")
    driver.generate()
    see()
    driver.press(Qt.Key.Key_2)
    see()
    driver.press(Qt.Key.Key_Left)
    see()
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_R, CTRL)
    see()
    driver.press(Qt.Key.Key_Return)
    see()
    assert not window.preferences.settings.toured
    driver.documents.export(tmp_path / "out.png")
    driver.qtbot.waitUntil(lambda: stage(driver) == "")
    assert passed == [each.target for each in STAGES]
    assert not card.isVisible() and window.preferences.settings.toured


def test_it_points_at_what_it_is_about(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    driver.generate()
    driver.window.guide.begin()
    for each in STAGES[:5]:
        assert stage(driver) == each.target
        driver.qtbot.waitUntil(driver.window.guide_card.frame.isVisible)
        QTest.mouseClick(driver.window.guide_card.on, LEFT)
    assert stage(driver) == "apply"
    card, button = driver.window.guide_card, driver.window.workspace.strip.apply_button
    around = QRect(button.mapTo(driver.window, QPoint()), button.size())

    def framed() -> bool:
        return card.frame.isVisible() and card.frame.geometry().contains(around)

    driver.qtbot.waitUntil(framed)
    assert not card.geometry().intersects(around)
    driver.press(Qt.Key.Key_Escape)
    driver.qtbot.waitUntil(lambda: not card.frame.isVisible())
    assert card.isVisible() and driver.editor.mode is Mode.EDITING


def test_it_is_offered_once_and_can_be_skipped(driver: Driver) -> None:
    with driver.qtbot.waitSignal(driver.documents.opened):
        driver.window.offer_guide()
    QTest.mouseClick(driver.window.guide_card.skip, LEFT)
    assert not driver.window.guide_card.isVisible()
    driver.window.offer_guide()
    assert not driver.window.guide_card.isVisible()
    driver.window.actions_table["guide"].trigger()
    assert driver.window.guide_card.isVisible() and driver.documents.name == "coffee.jpg"


def test_it_takes_the_side_where_nothing_else_is_covered() -> None:
    room, around, card = QRect(0, 0, 1200, 700), QRect(400, 400, 300, 60), QSize(320, 150)
    above, below = QRect(400, 340, 300, 40), QRect(400, 480, 300, 100)
    assert beside(around, card, room).y() == around.top() - GAP_PX - card.height()
    assert beside(around, card, room, [above]).y() == around.bottom() + GAP_PX
    right = beside(around, card, room, [above, below])
    assert right == QPoint(around.right() + GAP_PX, around.bottom() + 1 - card.height())


def test_what_tells_of_the_candidates_leaves_the_prompt_free(driver: Driver, photo: Path) -> None:
    driver.window.resize(1280, 720)
    driver.boxed(photo)
    driver.generate()
    driver.window.guide.begin()
    card, prompt = driver.window.guide_card, driver.window.workspace.prompt
    for _ in range(2):
        driver.qtbot.waitUntil(card.frame.isVisible)
        QTest.mouseClick(card.on, LEFT)
    assert stage(driver) == "candidates"
    strip = driver.window.workspace.strip

    def settled() -> bool:
        return card.frame.geometry().contains(QRect(place(strip), strip.size()))

    def place(widget: QWidget) -> QPoint:
        return widget.mapTo(driver.window, QPoint())

    driver.qtbot.waitUntil(settled)
    assert not card.geometry().intersects(QRect(place(prompt), prompt.size()))
    assert not card.geometry().intersects(QRect(place(strip), strip.size()))
    branch = driver.window.workspace.timeline.branch_button
    assert not card.geometry().intersects(QRect(place(branch), branch.size()))
