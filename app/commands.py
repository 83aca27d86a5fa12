"""FileCommands: opening, saving, exporting and pasting, with the questions they need answered."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMessageBox, QWidget

from app.dialogs import paths
from app.models.convert import to_picture
from app.models.document import DocumentModel
from app.models.editor import Editor
from app.models.exporting import Decode
from app.models.preferences import Preferences
from engine.document.document import Document
from engine.document.export import Animation


class FileCommands(QObject):
    """window: the parent of dialogs. shown_image: the picture as it is on screen.

    noticed: a sentence for the status line.
    """

    noticed = Signal(str)

    def __init__(
        self,
        window: QWidget,
        editor: Editor,
        documents: DocumentModel,
        preferences: Preferences,
        shown_image: Callable[[], QImage | None],
    ) -> None:
        super().__init__(window)
        self._window, self._editor, self._documents = window, editor, documents
        self._preferences, self._shown_image = preferences, shown_image
        self._after_saved: Callable[[], None] | None = None
        documents.opened.connect(self._remember)
        documents.written.connect(self._remember)
        documents.saved.connect(self._saved)

    def new(self) -> None:
        self.unless_dirty(self._documents.close)

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
        path = paths.ask_project(self._window, self._suggested(".ellbox"))
        if path is None:
            self._after_saved = None
        else:
            self._documents.save(path)

    def ask_export(self) -> None:
        path = paths.ask_export(self._window, self._suggested(".png"))
        if path is not None:
            self._documents.export(path)

    def ask_export_animation(self) -> None:
        path = paths.ask_animation(self._window, self._suggested(".gif"))
        if path is not None:
            self.export_animation(path)

    def export_animation(self, path: Path) -> None:
        """Every step of the shown candidate, in its place in the picture."""
        frames = self._editor.frames()
        if frames:
            decode = Decode(frames, self._editor.ground, self._editor.proposal_region)
            kind: Animation = "webp" if path.suffix.lower() == ".webp" else "gif"
            self._documents.export_decode(path, decode, kind)

    def ask_save_candidate(self) -> None:
        path = paths.ask_export(self._window, self._suggested(".png"))
        if path is not None:
            self.save_candidate(path)

    def save_candidate(self, path: Path) -> None:
        """The picture as applying the shown candidate would make it; nothing is applied."""
        document = self._editor.choosing.shown_document
        if document is not None:
            self._documents.export(path, document)

    def frames_at_hand(self) -> bool:
        return bool(self._editor.frames())

    def _suggested(self, suffix: str) -> str:
        stem = Path(self._documents.name or "picture").stem
        if suffix == ".png" and self._documents.name.endswith(".png"):
            stem = f"{stem} edited"
        return str(Path(self._preferences.settings.folder) / f"{stem}{suffix}")

    # -- clipboard and drops ----------------------------------------------------------------

    def copy(self) -> None:
        image = self._shown_image()
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            self.noticed.emit("Copied the picture.")

    def paste(self) -> None:
        if not self.take(QGuiApplication.clipboard().mimeData(), "Pasted picture"):
            self.noticed.emit("There is no picture on the clipboard.")

    def take(self, data: QMimeData | None, name: str) -> bool:
        """Open the first file, or the image, that was pasted or dropped; False without either.

        data: None is what an empty clipboard may hold.
        """
        if data is None:
            return False
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.open(Path(files[0]))
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
        box.setWindowTitle("Unsaved work")
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(
            f"Save the changes to \N{LEFT DOUBLE QUOTATION MARK}{self._documents.name}"
            "\N{RIGHT DOUBLE QUOTATION MARK} first?"
        )
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
            go_on()

    def _remember(self, path: Path) -> None:
        self._preferences.keep(self._preferences.settings.with_recent(path))
