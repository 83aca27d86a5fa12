"""A whole window on a scripted engine."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.desk import Desk, build_application
from app.settings import Settings
from tests.app.driver import Driver
from tests.app.fake_engine import FakeEngine


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    from PySide6.QtWidgets import QApplication

    return QApplication


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A 320 x 240 picture that differs at every pixel."""
    rows, columns = np.mgrid[0:240, 0:320]
    pixels = np.stack([rows, columns % 256, (rows * 3 + columns * 7) % 256], axis=-1)
    path = tmp_path / "photo.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def driver(qtbot: QtBot, engine: FakeEngine) -> Iterator[Driver]:
    """The window, ready: model loaded, nothing open. Both threads are joined afterwards."""
    yield from driven(qtbot, lambda: engine)


@pytest.fixture
def gate() -> Iterator[threading.Semaphore]:
    """Lets the slow engine do one step for each release; afterwards it may do what is left."""
    semaphore = threading.Semaphore(0)
    yield semaphore
    semaphore.release(1000)


@pytest.fixture
def slow_engine(gate: threading.Semaphore) -> FakeEngine:
    return FakeEngine(lambda: bool(gate.acquire(timeout=5)))


@pytest.fixture
def slow_driver(qtbot: QtBot, slow_engine: FakeEngine) -> Iterator[Driver]:
    yield from driven(qtbot, lambda: slow_engine)


def driven(qtbot: QtBot, build: Callable[[], FakeEngine]) -> Iterator[Driver]:
    build_application([])
    seeds = iter(range(1000, 10**6, 100))
    desk = Desk(Settings(), build, draw_seed=lambda: next(seeds))
    desk.window.resize(1200, 800)
    with qtbot.captureExceptions() as exceptions:
        desk.window.show()
        qtbot.waitUntil(lambda: desk.editor.generator is not None)
        yield Driver(qtbot, desk)
        desk.close()
        qtbot.wait(1)
    assert not exceptions
