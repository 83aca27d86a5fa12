"""Errors: a sentence in the window, and details to copy that do not tell a person's name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from app.dialogs.error import DetailsDialog
from app.models.jobs import Trouble, without_home
from tests.app.driver import LEFT, Driver

ANNA = Path("/") / "home" / "anna"
AT = str(ANNA)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (f'File "{AT}/app/x.py", line 3', 'File "~/app/x.py", line 3'),
        (f"cannot read {AT}.", "cannot read ~."),
        (f"{AT}bel/x is another person's", f"{AT}bel/x is another person's"),
        (f"{AT} and {AT}/b", "~ and ~/b"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_the_home_folder_is_not_told(told: str, shown: str) -> None:
    assert without_home(told, ANNA) == shown


def test_however_it_is_written() -> None:
    home = Path("/") / "home" / "anna maria"
    assert without_home(f"file://{home.as_posix().replace(' ', '%20')}/a", home) == "file://~/a"


def test_a_home_at_the_top_hides_nothing() -> None:
    assert without_home("/a/b", Path("/")) == "/a/b"


@given(st.text())
def test_hiding_twice_changes_nothing_more(text: str) -> None:
    once = without_home(text + AT + "/x", ANNA)
    assert f"{AT}/" not in once and without_home(once, ANNA) == once


@pytest.mark.gui
@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("details", ["", "Traceback: in {home}/ellbox.py"])
def test_details_are_copied_without_it(driver: Driver, details: str) -> None:
    home = str(Path.home())
    driver.window.tell(
        Trouble(f"Cannot read {home}/a.png.", "Choose another.", details.format(home=home))
    )
    QTest.mouseClick(driver.window.workspace.error_bar.details, LEFT)
    (dialog,) = driver.window.findChildren(DetailsDialog)
    copy = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Copy")
    QTest.mouseClick(copy, LEFT)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Cannot read ~/a.png.") and "Choose another." in copied
    text = dialog.findChildren(QPlainTextEdit)[0].toPlainText()
    assert home not in copied and home not in text
    assert copied.endswith(text)
    dialog.close()
