"""A start, a generation and an edit open no socket: everything is on this machine."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desk import Desk, build_application
from app.settings import Settings
from engine.runtime.engine import build_engine
from tests.app.driver import CTRL, Driver
from tests.tiny_model import write_tiny_model

PATIENCE_MS = 60_000


class Ear:
    """Hears every socket that Python makes, by whatever library; hooks cannot be taken out."""

    def __init__(self) -> None:
        self.listens = True
        self.heard: list[str] = []

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.listens and event.startswith("socket."):
            self.heard.append(f"{event} {arguments[1:]}")


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    sys.addaudithook(ear)
    yield ear
    ear.listens = False


@pytest.mark.gui
@pytest.mark.qt_log_ignore("This plugin does not support")
def test_start_generation_and_edit_open_no_socket(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ear: Ear
) -> None:
    """As people start it: the tests' own "offline" is taken away."""
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    model = write_tiny_model(tmp_path / "model")
    build_application([])
    desk = Desk(Settings(candidates=1), lambda: build_engine("cpu", [model]))
    desk.window.show()
    try:
        qtbot.waitUntil(lambda: desk.editor.generator is not None, timeout=PATIENCE_MS)
        driver = Driver(qtbot, desk)
        driver.type("a red apple")
        with qtbot.waitSignal(desk.editor.finished, timeout=PATIENCE_MS):
            driver.press(Qt.Key.Key_Return, target=desk.window.workspace.start_field)
        driver.press(Qt.Key.Key_Return)
        side = driver.document.picture.pixels.shape[0]
        driver.drag((side * 0.3, side * 0.3), (side * 0.7, side * 0.7))
        driver.type("a blue box")
        with qtbot.waitSignal(desk.editor.finished, timeout=PATIENCE_MS):
            driver.press(Qt.Key.Key_Return, CTRL)
        driver.press(Qt.Key.Key_Return)
        assert len(driver.document.edits) == 2
        # Qt and native libraries are not heard, but what they open is seen.
        internet = [c for c in psutil.Process().net_connections("inet") if c.status != "NONE"]
    finally:
        desk.close()
    assert not ear.heard and not internet


def test_the_ear_hears(ear: Ear) -> None:
    """A test that can find nothing would prove nothing."""
    with socket.socket():
        pass
    assert ear.heard and ear.heard[0].startswith("socket.__new__")
