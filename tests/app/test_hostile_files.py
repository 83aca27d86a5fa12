"""Broken files opened over work that is open: a sentence, and the work as it was."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.models.jobs import Trouble
from tests.app.driver import Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]

BROKEN = {
    "cut.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "text.jpg": b"no picture",
    "empty.webp": b"",
    "cut.ellbox": b"PK\x03\x04" + bytes(60),
    "picture.ellbox": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("name", [*BROKEN, "missing.png", "missing.ellbox"])
def test_a_broken_file_leaves_the_open_work_alone(
    driver: Driver, photo: Path, tmp_path: Path, name: str
) -> None:
    region = driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Return)
    before, scene = driver.document, driver.documents.scene
    driver.documents.save(tmp_path / "work")
    driver.wait_idle()
    if name in BROKEN:
        (tmp_path / name).write_bytes(BROKEN[name])
    troubles: list[Trouble] = []
    driver.documents.failed.connect(troubles.append)
    driver.window.files.open(tmp_path / name)
    driver.wait_idle()
    assert [trouble.sentence[-1] for trouble in troubles] == ["."]
    assert "unexpected" not in troubles[0].sentence
    assert driver.window.workspace.error_bar.isVisible()
    assert driver.document is before and driver.documents.scene == scene
    assert driver.documents.path == tmp_path / "work.ellbox" and driver.documents.can_undo
    assert not driver.documents.dirty and driver.editor.region == region
