"""The composition root: builds everything, wires it, and takes it down again."""

import os
import sys
import traceback
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.bridge import Bridge
from app.models.document import DocumentModel
from app.models.editor import Editor
from app.models.files import FileRunner
from app.models.jobs import JobNumbers, Trouble
from app.settings import Settings, read_settings, settings_file, write_settings
from app.window import MainWindow

SAMPLES_SHOWN = 5


def main(arguments: list[str]) -> int:
    """Open the window with the given files; without a display take the tour instead."""
    if not has_display():
        from app.tour import take_tour

        print("There is no display, so Ellbox shows itself in a tour without one.", flush=True)
        return take_tour(None)
    app = build_application(sys.argv[:1])
    stored = settings_file()
    settings = read_settings(stored)
    desk = Desk(settings, build_torch_engine, keep=lambda new: keep_settings(new, stored))
    with ExceptionHook(desk.window.tell):
        desk.open(arguments)
        desk.window.show()
        code = app.exec()
        desk.close()
    return code


def has_display() -> bool:
    """False on a Linux machine where no window could appear."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def build_application(arguments: list[str]) -> QApplication:
    """The QApplication with name, style and colours; a running one is dressed and reused."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(arguments)
    app.setApplicationName("ellbox")
    app.setApplicationDisplayName("Ellbox")
    app.setDesktopFileName("org.ellbox.Ellbox")
    app.setStyle("Fusion")
    return app


def build_torch_engine() -> Any:
    """Called on the engine thread: the only place of the window where torch comes in."""
    from engine.runtime.engine import build_engine

    return build_engine()


class Desk(QObject):
    """The window, its models and its two background threads, as one thing to start and to end."""

    def __init__(
        self,
        settings: Settings,
        build: Callable[[], Any],
        *,
        keep: Callable[[Settings], None] = lambda _: None,
        draw_seed: Callable[[], int] | None = None,
    ) -> None:
        super().__init__()
        numbers = JobNumbers()
        # Events arrive only after the threads have been started, when the models are there.
        self.engine = Bridge(build, lambda event: self.editor.take(event), name="engine")
        self.files = Bridge(FileRunner, lambda event: self.documents.take(event), name="files")
        self.documents = DocumentModel(self.files, numbers, self)
        seeds = {} if draw_seed is None else {"draw_seed": draw_seed}
        self.editor = Editor(self.documents, self.engine, numbers, **seeds, parent=self)
        self.window = MainWindow(self.editor, self.documents, settings, sample_paths())
        self.window.settings_changed.connect(keep)
        self.window.first_painted.connect(self.start)
        self.window.closed.connect(QGuiApplication.quit)

    def start(self) -> None:
        """After the first paint: start the threads and ask the engine what it can do."""
        self.files.start()
        self.engine.start()
        self.editor.describe()

    def open(self, arguments: list[str]) -> None:
        """The first file is shown; Ellbox has one picture a window."""
        if arguments:
            self.documents.open(Path(arguments[0]).expanduser().absolute())
        if len(arguments) > 1:
            self.window.notice(f"Opened {Path(arguments[0]).name}; one picture at a time.")

    def close(self) -> None:
        """Cancel, join both threads, then let the window go."""
        self.engine.stop()
        self.files.stop()
        self.window.hide()
        self.window.deleteLater()


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
                "Something went wrong in the window.",
                "Your picture is still here; save it, then copy the details and report them.",
                details,
            )
        )


def sample_paths() -> tuple[Path, ...]:
    """The sample pictures that come with Ellbox."""
    folder = Path(str(files("assets") / "samples"))
    kinds = (".png", ".jpg", ".jpeg", ".webp")
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in kinds)
    return tuple(found[:SAMPLES_SHOWN])


def keep_settings(settings: Settings, path: Path) -> None:
    try:
        write_settings(settings, path)
    except OSError:
        # Not being able to remember a window size is no reason to stop anybody's work.
        return
