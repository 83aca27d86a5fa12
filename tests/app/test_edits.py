"""The list of applied edits: hide, show and remove, by mouse and by keyboard."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.app.driver import CTRL, LEFT, NONE, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def two_edits(driver: Driver, photo: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pixels as opened, after the first edit and after the second."""
    driver.editor.wishes.set_candidates(1)
    driver.boxed(photo)
    pictures = [driver.document.picture.pixels]
    for corners in (None, ((10, 10), (60, 50))):
        if corners is not None:
            driver.drag(*corners)
            driver.type("a blue apple")
        driver.generate()
        driver.press(Qt.Key.Key_Return)
        pictures.append(driver.document.picture.pixels)
    return pictures[0], pictures[1], pictures[2]


def test_edits_are_hidden_shown_and_removed(driver: Driver, photo: Path) -> None:
    opened, first, both = two_edits(driver, photo)
    edits, model = driver.window.workspace.edits, driver.window.workspace.edits_model
    assert edits.isVisible() and not driver.window.workspace.branches.isVisible()
    rows = [model.index(row).data() for row in range(model.rowCount())]
    assert rows == ["a blue apple", "a red apple"]

    edits.setFocus()
    box = driver.editor.region
    driver.press(Qt.Key.Key_Space, target=edits)
    assert np.array_equal(driver.document.picture.pixels, first)
    driver.press(Qt.Key.Key_Down, target=edits)
    driver.press(Qt.Key.Key_Space, target=edits)
    assert np.array_equal(driver.document.picture.pixels, opened)
    assert driver.editor.region == box, "the arrow was the list's own"
    for _ in range(2):
        driver.press(Qt.Key.Key_Z, CTRL)
    assert np.array_equal(driver.document.picture.pixels, both)

    edits.setCurrentIndex(model.index(0))
    driver.press(Qt.Key.Key_Delete, target=edits)
    assert np.array_equal(driver.document.picture.pixels, first)
    assert model.rowCount() == 1 and len(driver.document.edits) == 1
    driver.press(Qt.Key.Key_Z, CTRL)
    assert np.array_equal(driver.document.picture.pixels, both) and model.rowCount() == 2


def test_a_click_on_its_mark_hides_an_edit(driver: Driver, photo: Path) -> None:
    _, first, _ = two_edits(driver, photo)
    edits, model = driver.window.workspace.edits, driver.window.workspace.edits_model
    row = edits.visualRect(model.index(0))
    QTest.mouseClick(edits.viewport(), LEFT, NONE, QPoint(row.left() + 14, row.center().y()))
    assert np.array_equal(driver.document.picture.pixels, first)
    assert "hidden" in model.index(0).data(Qt.ItemDataRole.ToolTipRole)


def test_rows_stay_as_they_are_while_something_is_on_offer(driver: Driver, photo: Path) -> None:
    two_edits(driver, photo)
    driver.generate()
    model, before = driver.window.workspace.edits_model, driver.document
    unchecked = Qt.CheckState.Unchecked
    assert not model.setData(model.index(0), unchecked, Qt.ItemDataRole.CheckStateRole)
    model.remove(model.index(0))
    assert driver.document is before
    assert driver.window.workspace.branches.isVisible()
