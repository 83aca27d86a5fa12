"""The window on the real engine with a tiny untrained model: every message, really sent."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desk import Desk, build_application
from app.models.editor import Mode
from app.settings import Settings
from engine.runtime.engine import build_engine
from tests.app.driver import CTRL, Driver
from tests.tiny_model import write_tiny_model


@pytest.mark.gui
@pytest.mark.qt_log_ignore("This plugin does not support")
def test_edit_scrub_and_branch_on_the_real_engine(qtbot: QtBot, tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "model")
    build_application([])
    desk = Desk(Settings(candidates=2), lambda: build_engine("cpu", [model]))
    desk.window.show()
    try:
        qtbot.waitUntil(lambda: desk.editor.generator is not None, timeout=60_000)
        driver = Driver(qtbot, desk)
        driver.type("a red apple")
        with qtbot.waitSignal(desk.editor.finished, timeout=60_000):
            driver.press(Qt.Key.Key_Return, target=desk.window.workspace.start_field)
        driver.press(Qt.Key.Key_Return)
        before = driver.document.picture.pixels
        side = before.shape[0]
        driver.drag((side * 0.3, side * 0.3), (side * 0.7, side * 0.7))
        driver.type("a blue box")
        with qtbot.waitSignal(desk.editor.finished, timeout=60_000):
            driver.press(Qt.Key.Key_Return, CTRL)
        qtbot.waitUntil(lambda: bool(desk.editor.frames()), timeout=60_000)
        driver.press(Qt.Key.Key_Home)
        with qtbot.waitSignal(desk.editor.finished, timeout=60_000):
            driver.press(Qt.Key.Key_R, CTRL)
        assert desk.editor.proposal is not None and len(desk.editor.proposal.options) == 4
        region = desk.editor.region
        assert region is not None
        driver.press(Qt.Key.Key_Return)
        assert desk.editor.mode is Mode.EDITING
        outside = np.ones(before.shape[:2], bool)
        outside[region.top : region.bottom, region.left : region.right] = False
        assert np.array_equal(driver.document.picture.pixels[outside], before[outside])
    finally:
        desk.close()
