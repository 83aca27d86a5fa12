"""EditsModel: the applied edits as rows, the newest first; each can be hidden or removed."""

from dataclasses import replace

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from app.models.convert import to_qimage
from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.texts import tr
from engine.document.document import Edit
from engine.values.jobs import Pixels

Index = QModelIndex | QPersistentModelIndex
THUMBNAIL_PX = 32
HIDE_ROLE = Qt.ItemDataRole.CheckStateRole


class EditsModel(QAbstractListModel):
    """Changing a row makes another document: one undo step. Rows cannot be changed while
    something else is being made or on offer."""

    def __init__(
        self, documents: DocumentModel, editor: Editor, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._documents, self._editor = documents, editor
        self._edits: tuple[Edit, ...] = ()
        documents.document_changed.connect(self._refresh)

    def _refresh(self) -> None:
        document = self._documents.document
        edits = () if document is None else document.edits[::-1]
        if [edit.timeline for edit in edits] == [edit.timeline for edit in self._edits]:
            # The same rows: a view keeps its place in them.
            self._edits = edits
            if edits:
                self.dataChanged.emit(self.index(0), self.index(len(edits) - 1))
            return
        self.beginResetModel()
        self._edits = edits
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._edits)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        edit = self._edits[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return edit.timeline.head_run.prompt
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return told(edit)
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if edit.visible else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.DecorationRole:
                return thumbnail(edit.patch)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        document = self._documents.document
        if role != HIDE_ROLE or document is None or not self._changeable:
            return False
        visible = Qt.CheckState(value) == Qt.CheckState.Checked
        self._documents.push(document.with_visibility(self._place(index), visible))
        return True

    def remove(self, index: Index) -> None:
        """The edit is taken out of the picture; undo brings it back."""
        document = self._documents.document
        if document is not None and index.isValid() and self._changeable:
            place = self._place(index)
            left = (*document.edits[:place], *document.edits[place + 1 :])
            self._documents.push(replace(document, edits=left))

    @property
    def _changeable(self) -> bool:
        return self._editor.mode is Mode.EDITING

    def _place(self, index: Index) -> int:
        """Where in the document the edit of a row stands."""
        return len(self._edits) - 1 - index.row()


def told(edit: Edit) -> str:
    run, region = edit.timeline.head_run, edit.region
    told = tr("{width} by {height} pixels at {left}, {top}, seed {seed}").format(
        width=region.width,
        height=region.height,
        left=region.left,
        top=region.top,
        seed=run.params.seed,
    )
    return "\n".join((run.prompt, told, *(() if edit.visible else (tr("hidden"),))))


def thumbnail(patch: Pixels) -> QImage:
    step = max(min(patch.shape[:2]) // (2 * THUMBNAIL_PX), 1)
    return to_qimage(patch[::step, ::step]).scaled(
        THUMBNAIL_PX,
        THUMBNAIL_PX,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
