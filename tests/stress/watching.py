"""What the long drivers keep an eye on: whatever is logged or lost, memory and threads."""

import ctypes
import gc
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from types import TracebackType

import psutil

EXPECTED = ("This plugin does not support", "QTest::", "occurs outside target window")
"""Parts of Qt messages that are about the platform without a screen, or about the driver."""


class Watch(logging.Handler):
    """While it is open, warnings and errors of any source are faults instead of lines of a log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.faults: list[str] = []

    def __enter__(self) -> "Watch":
        logging.getLogger().addHandler(self)
        logging.captureWarnings(True)
        self._filters = warnings.catch_warnings()
        self._filters.__enter__()
        warnings.simplefilter("always")
        self._hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._lost
        threading.excepthook = lambda lost: self._lost(
            lost.exc_type, lost.exc_value, lost.exc_traceback
        )
        sys.unraisablehook = lambda lost: self._lost(
            lost.exc_type, lost.exc_value, lost.exc_traceback
        )
        return self

    def __exit__(self, *_: object) -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
        logging.captureWarnings(False)
        self._filters.__exit__(None, None, None)
        logging.getLogger().removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.faults.append(f"logged: {self.format(record)}")

    def _lost(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        formatted = logging.Formatter().formatException((kind, error or kind(), trace))
        self.faults.append(f"not caught: {formatted}")

    def said_by_qt(self, _kind: object, _place: object, text: str | None) -> None:
        """For qInstallMessageHandler."""
        if text and not any(part in text for part in EXPECTED):
            self.faults.append(f"Qt: {text}")


def resident_mib() -> float:
    """Memory that the process holds, once what nobody uses has been given back."""
    gc.collect()
    trim: Callable[[int], int] | None = None
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    return float(psutil.Process().memory_info().rss) / 2**20


def thread_names() -> set[str]:
    return {thread.name for thread in threading.enumerate()}
