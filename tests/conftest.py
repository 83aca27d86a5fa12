"""House rules for every test: offscreen Qt, an own home, and nothing may be left behind."""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

# Read by Qt and torch when they are first imported, so this stands before any such import.
# One core of two is left to the window and to the machine.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
from hypothesis import settings

# No deadline: the first example pays for imports, and the machine may be busy. Derandomised, so
# that a red run is red again.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

GRACE_SECONDS = 2.0


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, caches and data of the person who runs the tests stay untouched."""
    home = tmp_path / "home"
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    monkeypatch.setenv("APPDATA", str(home))
    monkeypatch.setenv("LOCALAPPDATA", str(home))


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails a test that leaves a thread or a top-level widget."""
    threads, widgets = set(threading.enumerate()), _parentless_widgets()
    yield
    left = _threads_after_grace(threads)
    assert not left, f"threads left running: {', '.join(thread.name for thread in left)}"
    if _parentless_widgets() - widgets:
        gc.collect()  # a widget in a reference cycle is not left behind, only not collected yet
    forgotten = _parentless_widgets() - widgets
    assert not forgotten, f"left behind: {', '.join(sorted(forgotten))}"


@pytest.fixture(autouse=True, scope="session")
def no_timer_ticks_on() -> Iterator[None]:
    """Fails the last test when a timer still runs; looking at every object is too slow for each."""
    yield
    if "PySide6.QtCore" not in sys.modules:
        return
    from PySide6.QtCore import QTimer
    from shiboken6 import isValid

    gc.collect()
    # The class, not isinstance: some lazy objects warn when asked.
    timers = [thing for thing in gc.get_objects() if issubclass(type(thing), QTimer)]
    ticking = [timer for timer in timers if isValid(timer) and timer.isActive()]
    assert not ticking, f"timers left running, children of {[timer.parent() for timer in ticking]}"


@pytest.fixture(autouse=True)
def no_warnings_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test that logged a warning; one that means to checks it and calls caplog.clear()."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    loud = [record.getMessage() for record in records if record.levelno >= logging.WARNING]
    assert not loud, f"logged at warning or above: {loud}"


def _threads_after_grace(known: set[threading.Thread]) -> list[threading.Thread]:
    """New threads that are still alive after the grace time."""
    deadline = time.monotonic() + GRACE_SECONDS
    while True:
        left = [thread for thread in threading.enumerate() if thread not in known]
        if not left or time.monotonic() > deadline:
            return left
        left[0].join(0.05)


def _parentless_widgets() -> set[str]:
    """One name for each; none while Qt's widgets are not even imported."""
    if "PySide6.QtWidgets" not in sys.modules:
        return set()
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return set()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return {
        f"{type(widget).__name__} {widget.objectName()!r} at {id(widget):#x}"
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None
    }
