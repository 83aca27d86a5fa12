"""ExportCommands: asking what to export and how, or doing it again without asking."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from app.dialogs.export import ExportDialog
from app.export_choice import What
from app.models.document import DocumentModel
from app.models.editor import Editor
from app.models.export import ExportModel, Source
from app.models.exporting import Decode
from engine.document.export import SUFFIXES


class ExportCommands(QObject):
    """window: the parent of dialogs. canvas: what gets the keyboard back.

    model: set once it is there.
    """

    def __init__(
        self, window: QWidget, editor: Editor, documents: DocumentModel, canvas: QWidget
    ) -> None:
        super().__init__(window)
        self._window, self._editor, self._documents = window, editor, documents
        self._canvas = canvas
        self.model: ExportModel | None = None

    def can_export(self) -> bool:
        return self._documents.document is not None

    def can_export_decode(self) -> bool:
        document, choosing = self._documents.document, self._editor.choosing
        return choosing.can_apply or (document is not None and bool(document.edits))

    def ask(self) -> None:
        """The open picture, or what else is in it."""
        if self.model is not None:
            what = self.model.choice.what
            source = self.model.source()
            self._ask(source, "picture" if source.obstacle(what) else what)

    def ask_decode(self) -> None:
        if self.model is not None:
            what = self.model.choice.what
            self._ask(self.model.source(), what if what in ("decode", "sheet") else "decode")

    def ask_candidate(self) -> None:
        """The picture with the shown candidate; nothing is applied."""
        if self.model is not None:
            self._ask(self.model.candidate(), "picture")

    def again(self) -> None:
        if self.model is not None:
            self.model.again()

    def _ask(self, source: Source, what: What) -> None:
        assert self.model is not None
        dialog = ExportDialog(
            self.model, source, replace(self.model.choice, what=what), self._window
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        model = self.model
        dialog.asked.connect(lambda choice: model.export(choice, source))
        dialog.finished.connect(self._canvas.setFocus)
        dialog.open()

    # -- without asking ---------------------------------------------------------------------

    def save_candidate(self, path: Path) -> None:
        """The picture as applying the shown candidate would make it."""
        document = self._editor.choosing.shown_document
        if document is not None:
            self._documents.export(path, document)

    def export_animation(self, path: Path) -> None:
        """Every step of the shown candidate, in its place in the picture, once all are drawn."""
        frames = self._editor.frames()
        if frames:
            decode = Decode(frames, self._editor.ground, self._editor.proposal_region)
            kinds = (kind for kind, suffixes in SUFFIXES.items() if path.suffix in suffixes)
            self._documents.export_decode(path, decode, next(kinds, "gif"))
