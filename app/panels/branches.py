"""The tree of branches: every run drawn along its steps, and what was regenerated from them."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QIcon,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from app.models.editor import Editor
from app.models.timeline import Branch, BranchModel
from app.texts import QT_TR_NOOP, tr
from app.theme import Colors, current_colors

ROW_PX, GRAPH_PX, EDGE_PX, THUMB_PX, TEXT_GAP_PX = 46, 58, 9, 32, 6
LEAST_PX = 2 * ROW_PX + 10
REMOVES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
NAMES_KEEP = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
EMPTY = QT_TR_NOOP("Runs and what grew from their steps appear here.")


class BranchRow(QStyledItemDelegate):
    """Beside the graph: the branch's name, where it began with which seed, and its picture."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        image = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(image, QImage):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(_thumb_rect(option.rect), image, _square_part(image))
        room = _text_rect(option.rect)
        colors = current_colors()
        told = str(index.data(Qt.ItemDataRole.UserRole))
        said = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.save()
        painter.setFont(option.font)
        _line_of_text(painter, room.adjusted(0, 5, 0, 0), said, colors.text, top=True)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        _line_of_text(painter, room.adjusted(0, 0, 0, -6), told, colors.muted, top=False)
        painter.restore()

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        # The row is drawn by hand; the style paints what lies behind it.
        option.text, option.icon = "", QIcon()
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasDecoration

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_PX)

    def updateEditorGeometry(
        self,
        editor: QObject,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        del index
        editor.setGeometry(_text_rect(option.rect).adjusted(-4, 6, 0, -6))  # type: ignore[attr-defined]

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Return and Esc end the name and do nothing else in the window."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() in NAMES_KEEP:
            event.accept()
            return True
        return super().eventFilter(editor, event)


class Branches(QTreeView):
    """A click shows the end of a branch or, on its line, that step; F2 names it, Del removes it.

    compare: marks the shown step as what others are compared with.
    """

    def __init__(self, editor: Editor, model: BranchModel, compare: QAction) -> None:
        super().__init__()
        self._editor, self._branches = editor, model
        self._pressed = QPoint(GRAPH_PX + 1, 0)
        self._compare_action = compare
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setItemDelegate(BranchRow(self))
        self.setEditTriggers(QTreeView.EditTrigger.EditKeyPressed)
        self.setExpandsOnDoubleClick(False)
        self.setAccessibleName(tr("Branches"))
        self.setToolTip(
            tr(
                "Every run and what was regenerated from it; click one or a step of its line to go "
                "there, F2 names it, Del removes it"
            )
        )
        self.setMinimumHeight(LEAST_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._clicked)
        self.activated.connect(self._show_end)
        editor.offer_changed.connect(self._refresh)

    def sizeHint(self) -> QSize:
        """It grows where there is room, and asks for no more than is needed."""
        return QSize(super().sizeHint().width(), LEAST_PX)

    # -- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._branches.rows:
            self._draw_graph(painter, current_colors())
            return
        painter.setPen(QColor(current_colors().muted))
        room = self.viewport().rect().adjusted(16, 0, -16, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, tr(EMPTY))

    def _draw_graph(self, painter: QPainter, colors: Colors) -> None:
        """Each run from where it left another to its end, steps from left to right."""
        shown = self._branches.shown_step
        line, dot = QColor(colors.strong_border), QColor(colors.muted)
        for branch in self._branches.rows:
            begin, end = self._node(branch, branch.begins), self._node(branch, branch.ends)
            painter.setPen(QPen(line, 2, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(begin, end)
            if branch.parent is not None:
                left = self._node(self._branches.rows[branch.parent], branch.begins)
                painter.drawLine(left, begin)
                _dot(painter, left, 3.0, dot)
            _dot(painter, end, 3.5 if branch.number else 2.0, dot)
        if shown is not None:
            row, step = shown
            _dot(painter, self._node(self._branches.rows[row], step), 5.0, QColor(colors.accent))

    def _node(self, branch: Branch, step: int) -> QPointF:
        """Where a step of a branch is drawn."""
        row = self.visualRect(self._branches.index_of(self._branches.rows.index(branch)))
        most = max(each.ends for each in self._branches.rows)
        along = step / max(most, 1) * (GRAPH_PX - 2 * EDGE_PX)
        return QPointF(row.left() + EDGE_PX + along, row.center().y() + 0.5)

    # -- mouse and keys ---------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def _clicked(self, index: QModelIndex) -> None:
        x = self._pressed.x() - self.visualRect(index).left()
        if x >= GRAPH_PX:
            self._show_end(index)
            return
        branch = self._branches.branch(index)
        most = max(each.ends for each in self._branches.rows)
        step = round((x - EDGE_PX) / (GRAPH_PX - 2 * EDGE_PX) * most)
        step = min(max(step, branch.begins), branch.ends)
        self._editor.choosing.jump(branch.tree, self._branches.node(branch, step))

    def _show_end(self, index: QModelIndex) -> None:
        branch = self._branches.branch(index)
        self._editor.choosing.jump(branch.tree, branch.tip)

    def event(self, event: QEvent) -> bool:
        """F2 names a branch here, and types a prompt elsewhere."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F2:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in REMOVES:
            self._branches.delete(self.currentIndex())
        elif event.key() == Qt.Key.Key_F2:
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.currentIndex().isValid():
            self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done with the branch that a press or a key has chosen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, do in (
            (tr("&Show"), self._show_end),
            (tr("&Name…"), self.edit),
            (tr("&Remove"), self._branches.delete),
        ):
            menu.addAction(text).triggered.connect(lambda _=False, do=do: do(self.currentIndex()))
        menu.addSeparator()
        menu.addAction(self._compare_action)
        return menu

    def _refresh(self) -> None:
        self.expandAll()
        index = self._branches.shown_index()
        if index.isValid():
            self.setCurrentIndex(index)
        else:
            self.clearSelection()
        self.viewport().update()


def _text_rect(row: QRect) -> QRect:
    return row.adjusted(GRAPH_PX + 2, 0, -(THUMB_PX + 2 * TEXT_GAP_PX), 0)


def _thumb_rect(row: QRect) -> QRect:
    top = row.center().y() - THUMB_PX // 2 + 1
    return QRect(row.right() - THUMB_PX - TEXT_GAP_PX + 1, top, THUMB_PX, THUMB_PX)


def _square_part(image: QImage) -> QRect:
    side = min(image.width(), image.height())
    return QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)


def _line_of_text(painter: QPainter, room: QRect, text: str, color: str, *, top: bool) -> None:
    painter.setPen(QColor(color))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    upright = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignBottom
    painter.drawText(room, upright | Qt.AlignmentFlag.AlignLeft, shown)


def _dot(painter: QPainter, at: QPointF, radius: float, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(at, radius, radius)
