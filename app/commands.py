"""FileCommands: opening, saving and pasting, with the questions they need answered."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMessageBox, QWidget

from app.dialogs import paths
from app.models.convert import to_picture
from app.models.document import DocumentModel
from app.models.preferences import Preferences
from app.models.windows import open_window
from app.texts import tr
from engine.document.document import Document

MOST_BESIDE = 4


class FileCommands(QObject):
    """window: the parent of dialogs. shown_image: the picture as it is on screen.

    noticed: a sentence for the status line.
    """

    noticed = Signal(str)

    def __init__(
        self,
        window: QWidget,
        documents: DocumentModel,
        preferences: Preferences,
        shown_image: Callable[[], QImage | None],
    ) -> None:
        super().__init__(window)
        self._window, self._documents = window, documents
        self._preferences, self._shown_image = preferences, shown_image
        self._after_saved: Callable[[], None] | None = None
        self.start_window: Callable[[Sequence[Path]], bool] = open_window
        """Starts Ellbox once more, with these files."""
        documents.opened.connect(self._remember)
        documents.written.connect(self._remember)
        documents.saved.connect(self._saved)
        documents.failed.connect(self._not_saved)

    def new(self) -> None:
        self.unless_dirty(self._documents.close)

    def new_window(self) -> None:
        self._start_window([])

    def open_beside(self, files: Sequence[Path]) -> None:
        """Each in a window of its own; each of those loads the model for itself, so not many."""
        for file in files[:MOST_BESIDE]:
            self._start_window([file])
        if len(files) > MOST_BESIDE:
            told = tr("Opened {count} windows; {left} files not.")
            self.noticed.emit(told.format(count=MOST_BESIDE, left=len(files) - MOST_BESIDE))

    def _start_window(self, files: Sequence[Path]) -> None:
        if not self.start_window(files):
            self.noticed.emit(tr("The system did not let another window be opened."))

    def ask_open(self) -> None:
        path = paths.ask_open(self._window, self._preferences.settings.folder)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        self.unless_dirty(lambda: self._documents.open(path))

    def save(self) -> None:
        if self._documents.path is None:
            self.ask_save_as()
        else:
            self._documents.save(self._documents.path)

    def ask_save_as(self) -> None:
        path = paths.ask_project(self._window, self._suggested())
        if path is None:
            self._after_saved = None
        else:
            self._documents.save(path)

    def _suggested(self) -> str:
        stem = Path(self._documents.name or tr("picture")).stem
        return str(Path(self._preferences.settings.folder) / f"{stem}.ellbox")

    # -- clipboard and drops ----------------------------------------------------------------

    def copy(self) -> None:
        image = self._shown_image()
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            self.noticed.emit(tr("Copied the picture."))

    def paste(self) -> None:
        if not self.take(QGuiApplication.clipboard().mimeData(), tr("Pasted picture")):
            self.noticed.emit(tr("There is no picture on the clipboard."))

    def take(self, data: QMimeData | None, name: str) -> bool:
        """Open files, the first of them here, or an image, pasted or dropped; False without any.

        data: None is what an empty clipboard may hold.
        """
        if data is None:
            return False
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.open(Path(files[0]))
            self.open_beside([Path(file) for file in files[1:]])
            return True
        image = QImage(data.imageData()) if data.hasImage() else QImage()
        if image.isNull():
            return False
        document = Document(to_picture(image), ())
        self.unless_dirty(lambda: self._documents.adopt(document, name))
        return True

    # -- unsaved work -----------------------------------------------------------------------

    def unless_dirty(self, go_on: Callable[[], None]) -> None:
        """Do it, after asking what to do with unsaved work."""
        if not self._documents.dirty:
            go_on()
            return
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(tr("Unsaved work"))
        box.setIcon(QMessageBox.Icon.Question)
        asked = tr("Save the changes to “{name}” first?")
        box.setText(asked.format(name=self._documents.name))
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        box.buttonClicked.connect(lambda pressed: self._decided(box.standardButton(pressed), go_on))
        box.open()

    def _decided(self, answer: QMessageBox.StandardButton, go_on: Callable[[], None]) -> None:
        if answer == QMessageBox.StandardButton.Discard:
            go_on()
        elif answer == QMessageBox.StandardButton.Save:
            self._after_saved = go_on
            self.save()

    def _saved(self) -> None:
        go_on, self._after_saved = self._after_saved, None
        if go_on is not None:
            self.unless_dirty(go_on)  # there may be new work since

    def _not_saved(self) -> None:
        """Another save, later, is not the one that was to be followed by something."""
        self._after_saved = None

    def _remember(self, path: Path) -> None:
        self._preferences.keep(self._preferences.settings.with_recent(path))
