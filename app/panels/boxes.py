"""The list of boxes: work on another one, put them in order, leave one out, remove one."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.models.box_rows import TOLD_ROLE, BoxRows
from app.models.editor import Editor
from app.models.edits import THUMBNAIL_PX
from app.texts import tr
from app.theme import current_colors

ROW_PX = 44
ROWS_SHOWN = 4
REMOVES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class BoxRow(QStyledItemDelegate):
    """Two lines a box: its number with its prompt, and how far it is."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        rect = option.rect.adjusted(28, 0, -6, -6)
        painter.save()
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QColor(current_colors().muted))
        place = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, place, str(index.data(TOLD_ROLE)))
        painter.restore()

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.displayAlignment = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        option.decorationPosition = QStyleOptionViewItem.Position.Right
        option.decorationSize = QSize(THUMBNAIL_PX, THUMBNAIL_PX)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_PX)


class BoxesList(QListView):
    """Up and Down work on another box, Alt with them moves it, Space leaves it out, Del removes."""

    def __init__(self, editor: Editor, model: BoxRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor, self._rows = editor, model
        self.setModel(model)
        self.setItemDelegate(BoxRow(self))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QListView.DragDropMode.InternalMove)
        self.setAccessibleName(tr("Boxes"))
        self.setToolTip(
            tr(
                "All boxes, filled from top to bottom; Alt+Up and Alt+Down move one, Space leaves "
                "it out, Del removes it"
            )
        )
        self.selectionModel().currentChanged.connect(self._chosen)
        editor.changed.connect(self._refresh)
        editor.boxes.changed.connect(self._refresh)
        self._refresh()

    def _chosen(self, index: QModelIndex) -> None:
        if index.isValid() and index.row() != self._editor.boxes.active:
            self._editor.boxes.activate(index.row())
            self._refresh()

    def _refresh(self) -> None:
        active = self._rows.active
        if active != self.currentIndex():
            self.setCurrentIndex(active)
        rows = min(max(self._rows.rowCount(), 1), ROWS_SHOWN)
        self.setFixedHeight(rows * ROW_PX + 10)

    def event(self, event: QEvent) -> bool:
        """Alt with an arrow moves a box here, and the picture elsewhere."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and _moves(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place, boxes = self.currentIndex().row(), self._editor.boxes
        if event.key() in REMOVES:
            boxes.remove(place)
        elif _moves(event):
            boxes.move(place, place + MOVES[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


def _moves(event: QKeyEvent) -> bool:
    return event.key() in MOVES and bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
