"""The result is pulled out of the window as a file."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest

from app.dialogs.export import ExportDialog
from tests.app.driver import LEFT, NONE, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def pull(driver: Driver) -> None:
    button = driver.window.tools.button("export")
    QTest.mousePress(button, LEFT, NONE, QPoint(10, 10))
    for way in (3, 40, 80):
        QTest.mouseMove(button, QPoint(10, 10 + way))


@pytest.fixture
def carried(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What another program would get. The system's own loop, which ends when a hand lets go, is
    the one thing that is left out."""
    paths: list[Path] = []

    def carry(drag: QDrag) -> None:
        (url,) = drag.mimeData().urls()
        paths.append(Path(url.toLocalFile()))
        drag.deleteLater()

    monkeypatch.setattr(driver.window.drag_out, "carry", carry)
    return paths


def test_a_pull_gives_the_picture_as_a_file(
    driver: Driver, photo: Path, carried: list[Path]
) -> None:
    driver.open(photo)
    recent = driver.desk.preferences.settings.recent
    pull(driver)
    driver.qtbot.waitUntil(lambda: bool(carried))
    (path,) = carried
    assert path.name == "photo.png"
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), driver.document.picture.pixels)
    assert driver.desk.preferences.settings.recent == recent
    QTest.mouseRelease(driver.window.tools.button("export"), LEFT)
    assert not driver.window.findChildren(ExportDialog)
    driver.desk.close()
    assert not path.exists()


def test_letting_go_before_the_file_is_there_gives_nothing(
    driver: Driver, photo: Path, carried: list[Path]
) -> None:
    driver.open(photo)
    pull(driver)
    QTest.mouseRelease(driver.window.tools.button("export"), LEFT)
    driver.wait_idle()
    assert not carried


def test_without_a_picture_there_is_nothing_to_pull(driver: Driver, carried: list[Path]) -> None:
    pull(driver)
    assert not driver.documents.busy and not carried
