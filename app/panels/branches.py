"""The tree of branches: every run, and what was regenerated from its steps."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from app.models.editor import Editor
from app.models.timeline import BranchModel
from app.theme import current_colors


class BranchRow(QStyledItemDelegate):
    """Two lines a branch: prompt, and where it began with which seed."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        rect = option.rect.adjusted(8, 0, -6, -5)
        painter.save()
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QColor(current_colors().muted))
        told = str(index.data(Qt.ItemDataRole.UserRole))
        painter.drawText(rect, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, told)
        painter.restore()

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.displayAlignment = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), 44)


class Branches(QTreeView):
    """The tree of branches; a click jumps to one."""

    def __init__(self, editor: Editor, model: BranchModel) -> None:
        super().__init__()
        self._editor = editor
        self._branches = model
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setRootIsDecorated(False)
        self.setItemDelegate(BranchRow(self))
        self.setAccessibleName("Branches")
        self.setToolTip("Every run and what was regenerated from it; click to show one")
        self.setMinimumHeight(96)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._jump)
        self.activated.connect(self._jump)
        editor.offer_changed.connect(self._refresh)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._branches.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(current_colors().muted))
            room = self.viewport().rect().adjusted(16, 0, -16, 0)
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, wrapped, "Runs and what grew from their steps appear here.")

    def _jump(self, index: QModelIndex) -> None:
        branch = self._branches.branch(index)
        self._editor.choosing.jump(branch.tree, branch.tip)

    def _refresh(self) -> None:
        self.expandAll()
        index = self._branches.shown_index()
        if index.isValid():
            self.setCurrentIndex(index)
        else:
            self.clearSelection()
