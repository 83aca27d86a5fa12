"""Several pictures: each in a window of its own, which is a process of its own."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl

from app.commands import MOST_BESIDE
from app.models.windows import open_window, window_command
from tests.app.driver import CTRL, SHIFT, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def started(driver: Driver) -> list[Sequence[Path]]:
    """The files of every window that was asked for; none is opened."""
    asked: list[Sequence[Path]] = []

    def start(files: Sequence[Path]) -> bool:
        asked.append(files)
        return True

    driver.window.files.start_window = start
    return asked


def test_a_key_opens_an_empty_window(driver: Driver, started: list[Sequence[Path]]) -> None:
    driver.press(Qt.Key.Key_N, CTRL | SHIFT)
    assert started == [[]]


def test_of_several_files_the_first_opens_here(
    driver: Driver, photo: Path, started: list[Sequence[Path]]
) -> None:
    others = [photo.with_name(f"{number}.png") for number in range(MOST_BESIDE + 2)]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (photo, *others)])
    told: list[str] = []
    driver.window.files.noticed.connect(told.append)
    with driver.qtbot.waitSignal(driver.documents.opened):
        assert driver.window.files.take(data, "Dropped picture")
    assert driver.documents.name == photo.name
    assert started == [[path] for path in others[:MOST_BESIDE]]
    assert told == [f"Opened {MOST_BESIDE} windows; 2 files not."]


def test_files_of_the_command_line_too(
    driver: Driver, photo: Path, started: list[Sequence[Path]]
) -> None:
    with driver.qtbot.waitSignal(driver.documents.opened):
        driver.desk.open([str(photo), "two.png"])
    assert started == [[Path("two.png").absolute()]]


def test_a_window_that_does_not_open_is_told_of(driver: Driver) -> None:
    driver.window.files.start_window = lambda files: False
    told: list[str] = []
    driver.window.files.noticed.connect(told.append)
    driver.press(Qt.Key.Key_N, CTRL | SHIFT)
    assert told == ["The system did not let another window be opened."]


def test_the_command_starts_this_program(tmp_path: Path) -> None:
    """From any folder, even one with an `app` of its own."""
    (tmp_path / "app.py").write_text("raise SystemExit('another program')")
    command = [*window_command([]), "--version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "ellbox" in done.stdout.lower()
    assert window_command([Path("a.png")])[-1] == str(Path("a.png").absolute())


def test_a_program_that_is_not_there_is_not_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.models.windows.sys.executable", str(tmp_path / "gone"))
    assert not open_window([])
