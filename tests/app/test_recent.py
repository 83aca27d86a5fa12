"""Recent files: in the menu and on the start card, also when they are gone."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from app.panels.recent import GONE, NAME_CHARACTERS, RecentMenu, shown_name
from tests.app.driver import LEFT, NONE, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def test_recent_files_are_opened_from_the_start_card(driver: Driver, photo: Path) -> None:
    assert not driver.window.workspace.recent.isVisible()
    driver.open(photo)
    driver.documents.close()
    (button,) = driver.window.workspace.recent.buttons
    assert button.isVisible() and button.text().startswith("photo.png in ")
    with driver.qtbot.waitSignal(driver.documents.opened) as opened:
        QTest.mouseClick(button, LEFT, NONE, QPoint(10, 10))
    assert opened.args == [photo]


def test_a_file_that_is_gone_is_grey(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    driver.documents.close()
    photo.unlink()
    driver.window.workspace.recent.show_files(driver.desk.preferences.settings.recent)
    (button,) = driver.window.workspace.recent.buttons
    assert not button.isEnabled() and button.toolTip() == GONE.format(name=photo)
    menu = driver.window.findChild(RecentMenu)
    assert menu is driver.window.actions_table["recent"].menu()
    assert isinstance(menu, RecentMenu)
    menu.aboutToShow.emit()
    (action,) = menu.actions()
    assert not action.isEnabled() and action.toolTip() == GONE.format(name=photo)


def test_names_stay_short_and_keep_their_ampersands() -> None:
    assert shown_name("/pictures/cats & dogs.png") == "cats && dogs.png in pictures"
    long = shown_name(f"/pictures/{'a' * 200}.png")
    assert len(long) <= NAME_CHARACTERS + 1 and long.endswith(".png in pictures")
