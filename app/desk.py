"""Desk: the window, its models and its background threads, built and taken down together."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.bridge import Bridge
from app.canvas.access import install_access
from app.models.comparison import Comparison
from app.models.differences import Comparer
from app.models.document import DocumentModel
from app.models.editor import Editor
from app.models.export import ExportModel
from app.models.fetching import WeightsRunner
from app.models.files import FileEvent, FileRunner, RecoveryEvent
from app.models.jobs import JobNumbers
from app.models.memory import Memory, Remembered
from app.models.preferences import Preferences
from app.models.pyramid import Pyramids, Shrinker
from app.models.recovery import KeptFirst, Recovery, state_folder
from app.models.weights import WeightsModel
from app.models.wishes import random_seed
from app.settings import Settings
from app.window import MainWindow
from engine.runtime.worker import Runs
from engine.values.jobs import EngineEvent, Failed

SAMPLES_SHOWN = 5
MB = 2**20


def build_application(arguments: list[str]) -> QApplication:
    """The QApplication with name, style and colours; a running one is dressed and reused."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(arguments)
    app.setApplicationName("ellbox")
    app.setApplicationDisplayName("Ellbox")
    app.setDesktopFileName("org.ellbox.Ellbox")
    app.setStyle("Fusion")
    install_access(app)
    return app


def build_torch_engine() -> Runs:
    """Called on the engine thread: the only place of the window where torch comes in."""
    with uncollected():
        from engine.runtime.engine import build_engine

        return build_engine()


@contextmanager
def uncollected() -> Iterator[None]:
    """Leaves out of garbage collection what is made inside, until `gc.unfreeze`.

    torch brings half a million objects. Each look through all of them, of which loading alone
    causes several, holds Python's lock and with it the window for a quarter of a second.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
    gc.freeze()


class Desk(QObject):
    """The window, its models and its background threads, as one thing to start and to end."""

    def __init__(
        self,
        settings: Settings,
        build: Callable[[], Runs],
        *,
        keep: Callable[[Settings], None] = lambda _: None,
        draw_seed: Callable[[], int] = random_seed,
        memory: Memory | None = None,
        remember: Callable[[Memory], None] = lambda _: None,
        state: Path | None = None,
        weights: Callable[[], WeightsRunner] = WeightsRunner,
    ) -> None:
        """state: where work is kept aside; default, the state folder of this user."""
        super().__init__()
        numbers = JobNumbers()
        self._closed_properly = False
        # Events arrive only after the threads have been started, when the models are there.
        self.engine = Bridge(build, self._take_engine_event, name="engine")
        chosen = Path(settings.keep_folder) if settings.keep_folder else state_folder()
        self.file_runner = FileRunner(chosen if state is None else state)
        self.files = Bridge(lambda: self.file_runner, self._take_file_event, name="files")
        self.documents = DocumentModel(self.files, numbers, self)
        self.remembered = Remembered(memory or Memory(), self)
        self.remembered.changed.connect(remember)
        self.editor = Editor(
            self.documents,
            KeptFirst(self.engine, lambda: self.recovery.keep()),
            numbers,
            draw_seed=draw_seed,
            remembered=self.remembered,
            parent=self,
        )
        self.recovery = Recovery(self.documents, self.editor, self.files, numbers, self)
        self.comparer = Bridge(Comparer, lambda event: self.comparison.take(event), name="compare")
        self.comparison = Comparison(self.editor, self.documents, self.comparer, numbers, self)
        self.shrinker = Bridge(Shrinker, lambda event: self.pyramids.take(event), name="shrink")
        self.pyramids = Pyramids(self.shrinker, numbers, self)
        # A thread of its own: a fetch takes hours, and saving shall not wait for it.
        self.weights_line = Bridge(weights, lambda event: self.weights.take(event), name="weights")
        self.weights = WeightsModel(self.weights_line, numbers, self)
        self.weights.models_changed.connect(self.editor.machine.describe)
        self.preferences = Preferences(settings, self)
        self.preferences.changed.connect(keep)
        self.preferences.changed.connect(self._follow)
        self.editor.machine.computing = settings.computing
        self._follow(settings)
        self.window = MainWindow(
            self.editor,
            self.documents,
            self.comparison,
            self.pyramids,
            self.preferences,
            sample_paths(),
        )
        self.window.offer_recovery(self.recovery)
        self.window.offer_weights(self.weights)
        self.exports = ExportModel(
            self.editor, self.documents, self.preferences, self.engine, numbers, self
        )
        self.window.offer_exports(self.exports)
        self.window.first_painted.connect(self.start)
        self.window.closed.connect(self._closed)

    def _take_engine_event(self, event: EngineEvent) -> None:
        if not self.exports.take(event):
            self.editor.take(event)

    def _take_file_event(self, event: FileEvent | RecoveryEvent | Failed) -> None:
        if not self.recovery.take(event):
            self.documents.take(event)

    def _follow(self, settings: Settings) -> None:
        """What is set for the models."""
        self.documents.undo_bytes = settings.undo_mb * MB
        self.editor.offer.pictures.limit(settings.cache_mb * MB)
        self.editor.machine.settle(settings.computing)

    def _closed(self) -> None:
        """By its person, who was asked about unsaved work: nothing is to be restored."""
        self._closed_properly = True
        QGuiApplication.quit()

    def start(self) -> None:
        """After the first paint: start the threads and ask the engine what it can do."""
        self.files.start()
        self.comparer.start()
        self.shrinker.start()
        self.weights_line.start()
        self.engine.start()
        self.editor.machine.describe()
        self.recovery.look()

    def open(self, arguments: list[str]) -> None:
        """The first file is shown here; Ellbox has one picture a window."""
        # "~" is the shell's: a file may well be called ~draft.png.
        files = [Path(each).absolute() for each in arguments]
        if files:
            self.documents.open(files[0])
            self.window.files.open_beside(files[1:])

    def close(self) -> None:
        """Cancel, join the threads, then let the window go."""
        self.recovery.stop()
        self.comparison.stop()
        self.engine.stop()
        gc.unfreeze()  # or torch's libraries complain at exit of what they find still there
        self.files.stop()
        self.file_runner.close(safe=self._closed_properly)
        self.exports.close()
        self.comparer.stop()
        self.shrinker.stop()
        self.weights_line.stop()
        self.window.hide()
        self.window.deleteLater()


def sample_paths() -> tuple[Path, ...]:
    """The sample pictures that come with Ellbox."""
    folder = Path(str(files("assets") / "samples"))
    kinds = (".png", ".jpg", ".jpeg", ".webp")
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in kinds)
    return tuple(found[:SAMPLES_SHOWN])
