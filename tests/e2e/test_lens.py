"""The token lens with the weights that ship with Ellbox, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desk import Desk, build_application
from app.models.lens import Lens
from app.settings import Settings
from engine.catalog import catalog
from engine.runtime.engine import build_engine
from tests.app.driver import SHIFT, Driver

LONG_MS = 120_000


def ids(lens: Lens) -> np.ndarray:
    timeline = lens.timeline
    assert timeline is not None
    return timeline.head_snapshot.state.tokens.ids


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.gui
@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_weakest_tokens_are_drawn_anew_and_one_is_picked(qtbot: QtBot) -> None:
    if not catalog():
        pytest.skip("assets/embedded holds no model")
    build_application([])
    seeds = iter(range(7, 10**6))
    desk = Desk(Settings(candidates=1), lambda: build_engine("cpu"), draw_seed=lambda: next(seeds))
    desk.window.show()
    try:
        qtbot.waitUntil(lambda: desk.editor.generator is not None, timeout=LONG_MS)
        driver, lens = Driver(qtbot, desk), desk.editor.lens
        driver.type("a red apple on a blue background")
        with qtbot.waitSignal(desk.editor.finished, timeout=LONG_MS):
            driver.press(Qt.Key.Key_Return, target=desk.window.workspace.start_field)
        driver.press(Qt.Key.Key_L)
        qtbot.waitUntil(lambda: lens.view is not None, timeout=LONG_MS)
        assert lens.view is not None
        sure, first = lens.view.confidence.reshape(-1), ids(lens).copy()
        assert lens.view.told.all(), "of a whole picture every site was drawn"
        assert ((sure >= 0) & (sure <= 1)).all()
        assert np.median(sure) > 0.1, "a trained network knows more than one in a thousand"
        assert np.quantile(sure, 0.9) > 2 * np.quantile(sure, 0.1), "and some sites better"
        with qtbot.waitSignal(desk.editor.finished, timeout=LONG_MS):
            driver.press(Qt.Key.Key_R, SHIFT)
        weakest = np.argsort(sure, kind="stable")[: round(len(sure) / 5)]
        stays = np.setdiff1d(np.arange(len(sure)), weakest)
        second = ids(lens).copy()
        assert np.array_equal(second[stays], first[stays]), "all others are the same"
        assert (second[weakest] != first[weakest]).sum() > len(weakest) / 2
        qtbot.waitUntil(lambda: lens.view is not None, timeout=LONG_MS)
        assert lens.place is not None
        place, choice = lens.place, desk.editor.alternatives.of(lens.place)[1]
        popup = desk.window.workspace.alternatives
        with qtbot.waitSignal(desk.editor.alternatives.drawn, timeout=LONG_MS):
            driver.press(Qt.Key.Key_A)
        driver.press(Qt.Key.Key_Down, target=popup.list)
        with qtbot.waitSignal(desk.editor.finished, timeout=LONG_MS):
            driver.press(Qt.Key.Key_Return, target=popup.list)
        assert np.flatnonzero(ids(lens) != second).tolist() == [place]
        assert ids(lens)[place] == choice.token
    finally:
        desk.close()
