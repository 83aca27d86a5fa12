"""Closing while a file is being written: once, and never over work that came meanwhile."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from app.models.files import FileRequest
from tests.app.driver import Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def held(driver: Driver, photo: Path, monkeypatch: pytest.MonkeyPatch) -> list[FileRequest]:
    """An opened photo, and an export of it that the I/O thread has not been told of yet."""
    driver.open(photo)
    requests: list[FileRequest] = []
    monkeypatch.setattr(driver.desk.files, "submit", requests.append)
    driver.documents.export(photo.with_name("out.png"))
    monkeypatch.undo()
    assert driver.documents.busy and not driver.documents.dirty
    return requests


def release(driver: Driver, held: list[FileRequest]) -> None:
    with driver.qtbot.waitSignal(driver.documents.written):
        driver.desk.files.submit(held[0])


def test_it_closes_once_when_the_file_is_written(driver: Driver, held: list[FileRequest]) -> None:
    closed = []
    driver.window.closed.disconnect()
    driver.window.closed.connect(lambda: closed.append(True))
    driver.window.close()
    driver.window.close()
    assert driver.window.isVisible() and not closed
    release(driver, held)
    driver.qtbot.waitUntil(lambda: not driver.window.isVisible())
    assert len(closed) == 1


def test_work_that_came_meanwhile_is_asked_for(driver: Driver, held: list[FileRequest]) -> None:
    driver.window.close()
    driver.drag((80, 60), (200, 160))
    driver.type("a red apple")
    driver.generate()
    driver.press(Qt.Key.Key_Return)
    assert driver.documents.dirty
    release(driver, held)
    driver.qtbot.waitUntil(lambda: driver.window.findChild(QMessageBox) is not None)
    assert driver.window.isVisible()
