"""Earlier prompts: a list over the canvas, to search in, pick from and forget."""

from PySide6.QtCore import QEvent, QObject, QPoint, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.models.memory import Remembered
from app.texts import tr

WIDTH_PX, ROOM_PX = 380, 72
ROWS_FEWEST, ROWS_MOST = 3, 9
GAP_PX = 6


class PromptHistoryList(QFrame):
    """picked: a prompt. left: closed without one."""

    picked = Signal(str)
    left = Signal()

    def __init__(self, remembered: Remembered, parent: QWidget) -> None:
        super().__init__(parent)
        self._remembered = remembered
        self.setObjectName("card")
        self.setAccessibleName(tr("Earlier prompts"))
        self._prompts = QStringListModel(self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("Search earlier prompts"))
        self.search.setAccessibleName(tr("Search earlier prompts"))
        self.search.setToolTip(tr("Words in any order; Return takes the prompt, Del forgets it"))
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = QListView(self)
        self.list.setModel(self._prompts)
        self.list.setAccessibleName(tr("Earlier prompts"))
        self.list.setAccessibleDescription(tr("Up and Down choose one, Return takes it"))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._pick)
        self.empty = QLabel(self)
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.forget = QPushButton(tr("Forget"), self)
        self.forget.setProperty("quiet", True)
        self.forget.setAccessibleName(tr("Forget this prompt"))
        self.forget.setToolTip(tr("Forget this prompt (Del)"))
        self.forget.clicked.connect(self._forget)
        self._lay_out()
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(GAP_PX)
        line.addWidget(self.search, 1)
        line.addWidget(self.forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1)

    def open_at(self, card: QWidget) -> None:
        """Over the card where there is room, else under it."""
        window = card.window()
        if self.parent() is not window:
            self.setParent(window)
        rows = min(max(len(self._remembered.memory.prompts.prompts), ROWS_FEWEST), ROWS_MOST)
        self.resize(WIDTH_PX, ROOM_PX + rows * (self.list.fontMetrics().height() + 9))
        at = card.mapTo(window, QPoint(0, -self.height() - GAP_PX))
        if at.y() < 0:
            at = card.mapTo(window, QPoint(0, card.height() + GAP_PX))
        room = window.height() - self.height() - GAP_PX
        self.move(min(at.x(), window.width() - self.width() - GAP_PX), min(at.y(), room))
        self.search.clear()
        self._filter()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _filter(self) -> None:
        history = self._remembered.memory.prompts
        self._prompts.setStringList(list(history.matching(self.search.text())))
        self.list.setCurrentIndex(self._prompts.index(0))
        found = self._prompts.rowCount() > 0
        self.list.setVisible(found)
        self.empty.setVisible(not found)
        self.forget.setEnabled(found)
        none_yet = tr("Prompts that you have used appear here.")
        self.empty.setText(
            tr("No earlier prompt has these words.") if history.prompts else none_yet
        )

    def _pick(self) -> None:
        index = self.list.currentIndex()
        if index.isValid():
            self.hide()
            self.picked.emit(str(index.data()))

    def _forget(self) -> None:
        self.search.setFocus()
        row = self.list.currentIndex().row()
        if row >= 0:
            self._remembered.forget_prompt(str(self.list.currentIndex().data()))
            self._filter()
            self.list.setCurrentIndex(
                self._prompts.index(min(row, max(self._prompts.rowCount() - 1, 0)))
            )

    def _leave(self) -> None:
        self.hide()
        self.left.emit()

    def _step(self, by: int) -> None:
        rows = self._prompts.rowCount()
        if rows:
            row = (self.list.currentIndex().row() + by) % rows
            self.list.setCurrentIndex(self._prompts.index(row))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.search or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        deeds = {
            Qt.Key.Key_Up: lambda: self._step(-1),
            Qt.Key.Key_Down: lambda: self._step(1),
            Qt.Key.Key_Return: self._pick,
            Qt.Key.Key_Enter: self._pick,
            Qt.Key.Key_Escape: self._leave,
        }
        at_end = self.search.cursorPosition() == len(self.search.text())
        if at_end and not self.search.hasSelectedText():
            deeds[Qt.Key.Key_Delete] = self._forget
        deed = deeds.get(Qt.Key(event.key()))
        if deed is None:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            deed()
        return True

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        if self.isVisible() and now is not None and not self.isAncestorOf(now):
            self.hide()
