"""`ellbox FILE...`, which is what a desktop's "Open with" does."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from app import __main__ as start
from tests.app.driver import Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def test_files_are_given_to_the_window_and_commands_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[list[str]] = []

    def opened(arguments: list[str]) -> int:
        given.append(arguments)
        return 0

    monkeypatch.setattr("app.application.main", opened)
    for arguments in (["holiday.png"], ["./export"], ["a b.ellbox", "c.jpg"], []):
        monkeypatch.setattr(sys, "argv", ["ellbox", *arguments])
        assert start.main() == 0
    assert given == [["holiday.png"], ["./export"], ["a b.ellbox", "c.jpg"], []]
    monkeypatch.setattr(sys, "argv", ["ellbox", "info", "--help"])
    with pytest.raises(SystemExit) as ended:
        start.main()
    assert ended.value.code == 0 and len(given) == 4


def test_a_picture_or_a_project_is_opened(
    driver: Driver, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photo.parent)
    beside: list[Path] = []

    def noted(files: Sequence[Path]) -> bool:
        """A real window would outlive the test."""
        beside.extend(files)
        return True

    driver.window.files.start_window = noted
    with driver.qtbot.waitSignal(driver.documents.opened) as opened:
        driver.desk.open([photo.name, "other.png"])
    assert opened.args == [photo]
    assert [path.name for path in beside] == ["other.png"]
    driver.documents.save(tmp_path / "my project.ellbox")
    driver.wait_idle()
    driver.documents.close()
    with driver.qtbot.waitSignal(driver.documents.opened):
        driver.desk.open([str(tmp_path / "my project.ellbox")])
    assert driver.documents.path == tmp_path / "my project.ellbox"


def test_a_name_that_begins_like_a_home_folder_is_a_name(
    driver: Driver, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    photo.rename(tmp_path / "~draft.png")
    with driver.qtbot.waitSignal(driver.documents.opened):
        driver.desk.open(["~draft.png"])


def test_a_file_that_is_not_there_is_told(driver: Driver, tmp_path: Path) -> None:
    driver.desk.open([str(tmp_path / "gone.png")])
    driver.qtbot.waitUntil(lambda: driver.window.workspace.error_bar.isVisible())
    assert "There is no file" in driver.window.workspace.error_bar.sentence.text()
