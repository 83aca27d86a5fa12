"""BoxRows: the boxes as rows of a list, each with what is asked for it and how far it is."""

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QImage

from app.models.editor import Editor, Mode
from app.models.edits import thumbnail
from app.texts import QT_TR_NOOP, counted, number, tr
from engine.document.project import OpenBox
from engine.values.jobs import Pixels

Index = QModelIndex | QPersistentModelIndex
ROW_KIND = "application/x-ellbox-box"
TICK_ROLE = Qt.ItemDataRole.CheckStateRole
TOLD_ROLE = Qt.ItemDataRole.UserRole


class BoxRows(QAbstractListModel):
    """A tick says that a box is filled with all others; a row dragged elsewhere is filled there."""

    def __init__(self, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._shown: tuple[OpenBox, ...] = ()
        self._thumbnails: dict[int, tuple[Pixels, QImage]] = {}
        for changed in (editor.changed, editor.offer_changed, editor.boxes.changed):
            changed.connect(self._refresh)
        editor.wishes.settings_changed.connect(self._refresh)

    def _refresh(self) -> None:
        boxes = self._editor.boxes.boxes
        before, self._shown = len(self._shown), boxes
        if len(boxes) != before:
            self._thumbnails.clear()
            self.beginResetModel()
            self.endResetModel()
        elif boxes:
            self.dataChanged.emit(self.index(0), self.index(len(boxes) - 1))

    @property
    def active(self) -> QModelIndex:
        """The row of the box that is worked on."""
        place = self._editor.boxes.active
        return QModelIndex() if place is None else self.index(place)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        box = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{index.row() + 1}  {asked(box)}"
            case Qt.ItemDataRole.UserRole:
                return self._told(index.row(), box)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return "\n".join((*measures(box), self._told(index.row(), box)))
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Unchecked if box.paused else Qt.CheckState.Checked
            case Qt.ItemDataRole.DecorationRole:
                return self._thumbnail(index.row(), box)
        return None

    def _told(self, place: int, box: OpenBox) -> str:
        """How far a box is, in a few words."""
        if self._editor.mode is Mode.RUNNING and place == self._editor.boxes.active:
            return tr("Being filled")
        if box.offer is not None:
            one, many = QT_TR_NOOP("1 candidate"), QT_TR_NOOP("{count} candidates")
            return counted(one, many, len(box.offer.options))
        if not box.prompt.strip():
            return tr("Empty")
        if self._editor.boxes.is_applied(box):
            return tr("Applied")
        return tr("Left out") if box.paused else tr("Waits")

    def _thumbnail(self, place: int, box: OpenBox) -> QImage | None:
        picture = self._picture(box)
        if picture is None:
            return None
        known = self._thumbnails.get(place)
        if known is None or known[0] is not picture:
            known = self._thumbnails[place] = (picture, thumbnail(picture))
        return known[1]

    def _picture(self, box: OpenBox) -> Pixels | None:
        """The candidate that is shown in the box."""
        if box.offer is None or not box.offer.shown:
            return None
        return box.offer.options[box.offer.shown - 1].patch

    # -- changing rows ----------------------------------------------------------------------

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.ItemIsDropEnabled
        return super().flags(index) | flag.ItemIsUserCheckable | flag.ItemIsDragEnabled

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != TICK_ROLE or not index.isValid():
            return False
        paused = Qt.CheckState(value) == Qt.CheckState.Unchecked
        self._editor.boxes.pause(index.row(), paused)
        return True

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [ROW_KIND]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]
        data = QMimeData()
        data.setData(ROW_KIND, str(indexes[0].row()).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """row: the one before which it is dropped, -1 below all."""
        del column, parent
        if action != Qt.DropAction.MoveAction or not data.hasFormat(ROW_KIND):
            return False
        place = int(data.data(ROW_KIND).data())
        to = len(self._shown) if row < 0 else row
        self._editor.boxes.move(place, to - (to > place))
        return True


def measures(box: OpenBox) -> tuple[str, ...]:
    """The prompt, and the box in numbers."""
    assert box.region is not None
    region = box.region
    told = tr("{width} by {height} pixels at {left}, {top}, seed {seed}").format(
        width=region.width,
        height=region.height,
        left=region.left,
        top=region.top,
        seed=box.params.seed,
    )
    percent = number(box.params.strength * 100)
    soft = () if box.params.strength == 1 else (tr("Strength {percent} %").format(percent=percent),)
    return asked(box), told, *soft


def asked(box: OpenBox) -> str:
    return box.prompt.strip() or tr("No prompt yet")
