"""Desk: the window, its models and its two background threads, built and taken down together."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.bridge import Bridge
from app.models.document import DocumentModel
from app.models.editor import Editor
from app.models.files import FileRunner
from app.models.jobs import JobNumbers
from app.models.preferences import Preferences
from app.models.wishes import random_seed
from app.settings import Settings
from app.window import MainWindow
from engine.runtime.worker import Runs

SAMPLES_SHOWN = 5


def build_application(arguments: list[str]) -> QApplication:
    """The QApplication with name, style and colours; a running one is dressed and reused."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(arguments)
    app.setApplicationName("ellbox")
    app.setApplicationDisplayName("Ellbox")
    app.setDesktopFileName("org.ellbox.Ellbox")
    app.setStyle("Fusion")
    return app


def build_torch_engine() -> Runs:
    """Called on the engine thread: the only place of the window where torch comes in."""
    from engine.runtime.engine import build_engine

    return build_engine()


class Desk(QObject):
    """The window, its models and its two background threads, as one thing to start and to end."""

    def __init__(
        self,
        settings: Settings,
        build: Callable[[], Runs],
        *,
        keep: Callable[[Settings], None] = lambda _: None,
        draw_seed: Callable[[], int] = random_seed,
    ) -> None:
        super().__init__()
        numbers = JobNumbers()
        # Events arrive only after the threads have been started, when the models are there.
        self.engine = Bridge(build, lambda event: self.editor.take(event), name="engine")
        self.files = Bridge(FileRunner, lambda event: self.documents.take(event), name="files")
        self.documents = DocumentModel(self.files, numbers, self)
        self.editor = Editor(self.documents, self.engine, numbers, draw_seed=draw_seed, parent=self)
        self.preferences = Preferences(settings, self)
        self.preferences.changed.connect(keep)
        self.window = MainWindow(self.editor, self.documents, self.preferences, sample_paths())
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


def sample_paths() -> tuple[Path, ...]:
    """The sample pictures that come with Ellbox."""
    folder = Path(str(files("assets") / "samples"))
    kinds = (".png", ".jpg", ".jpeg", ".webp")
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in kinds)
    return tuple(found[:SAMPLES_SHOWN])
