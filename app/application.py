"""The composition root: which engine, which settings, and what an uncaught error becomes."""

import logging
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtWidgets import QApplication

from app import tour
from app.desk import Desk, build_application, build_torch_engine
from app.models.jobs import Trouble
from app.models.memory import Memory, memory_file, read_memory, write_memory
from app.settings import Settings, read_settings, settings_file, write_settings
from app.texts import speak, tr

log = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Open the window with the given files; without a display take the tour instead.

    `--tour [--out DIR]` asks for the tour.
    """
    if arguments[:1] == ["--tour"]:
        return tour.main(arguments[1:])
    if not has_display():
        sys.stdout.write("There is no display, so Ellbox shows itself in a tour without one.\n")
        return tour.take_tour()
    app = build_application(sys.argv[:1])
    stored = settings_file()
    settings = read_settings(stored)
    speak(app, settings.language)
    learned = memory_file()
    desk = Desk(
        settings,
        build_torch_engine,
        keep=lambda new: keep_settings(new, stored),
        memory=read_memory(learned),
        remember=lambda memory: keep_memory(memory, learned),
    )
    with ExceptionHook(desk.window.tell):
        try:
            desk.open(arguments)
            desk.window.show()
            if not arguments:
                desk.window.first_painted.connect(desk.window.offer_guide)
            return app.exec()
        finally:
            # Without this the background threads would keep a dead program alive.
            desk.close()


def has_display() -> bool:
    """False on a Linux machine where no window could appear."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class ExceptionHook:
    """While it is open, an exception on the GUI thread is told in the window instead of lost."""

    def __init__(self, tell: Callable[[Trouble], None]) -> None:
        self._tell = tell
        self._before = sys.excepthook

    def __enter__(self) -> "ExceptionHook":
        sys.excepthook = self._caught
        return self

    def __exit__(self, *_: object) -> None:
        sys.excepthook = self._before

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._before(kind, error, trace)
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        self._tell(
            Trouble(
                tr("Something went wrong in the window."),
                tr("Your picture is still here; save it, then copy the details and report them."),
                details,
            )
        )


def keep_memory(memory: Memory, path: Path) -> None:
    try:
        write_memory(memory, path)
    except OSError:
        log.info("what was learned could not be written to %s", path)


def keep_settings(settings: Settings, path: Path) -> None:
    try:
        write_settings(settings, path)
    except OSError:
        # Not being able to remember a window size is no reason to stop anybody's work.
        log.info("settings could not be written to %s", path)
