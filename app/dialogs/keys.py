"""The shortcut editor: an action, the keys to press for it, and who has them already."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.action_set import Row, plain_text
from app.models.shortcuts import Shortcuts, key_text
from app.texts import QT_TR_NOOP, tr

SIZE_PX = (640, 620)
KEYS_PX = 240
ID = Qt.ItemDataRole.UserRole
PRESS = QT_TR_NOOP("Choose an action, then press the keys for it.")


class KeysDialog(QDialog):
    """changed: the Shortcuts that are to be kept."""

    changed = Signal(object)

    def __init__(
        self, rows: Sequence[Row], shortcuts: Shortcuts, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.shortcuts = shortcuts
        self._texts = {row.id: plain_text(row.text) for row in rows if row.id != "-"}
        self.setWindowTitle(tr("Change keys"))
        self.resize(*SIZE_PX)
        self._build_list(rows)
        self._build_editor()
        self._lay_out()
        self._show()

    # -- building ---------------------------------------------------------------------------

    def _build_list(self, rows: Sequence[Row]) -> None:
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("Search actions and keys"))
        self.search.setClearButtonEnabled(True)
        _describe(self.search, tr("Search actions and keys"), tr("Words of an action, or a key"))
        self.search.textChanged.connect(self._filter)
        self.actions_list = QTreeWidget(self)
        self.actions_list.setColumnCount(2)
        self.actions_list.setHeaderLabels([tr("Action"), tr("Keys")])
        self.actions_list.setRootIsDecorated(False)
        self.actions_list.setIndentation(0)
        self.actions_list.setUniformRowHeights(True)
        self.actions_list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        _describe(
            self.actions_list, tr("Actions and their keys"), tr("Choose one to change its keys")
        )
        header = self.actions_list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, KEYS_PX)
        self._items = {}
        for row in rows:
            if row.id != "-":
                item = QTreeWidgetItem([self._texts[row.id], ""])
                item.setData(0, ID, row.id)
                self._items[row.id] = item
                self.actions_list.addTopLevelItem(item)
        self.actions_list.currentItemChanged.connect(lambda *_: self._chosen())

    def _build_editor(self) -> None:
        self.field = QKeySequenceEdit(self)
        self.field.setMaximumSequenceLength(1)
        self.field.setClearButtonEnabled(True)
        _describe(self.field, tr("Keys to press"), tr("Press the keys that shall do it"))
        self.field.keySequenceChanged.connect(lambda _: self._judge())
        self.told = QLabel(tr(PRESS), self)
        self.told.setWordWrap(True)
        self.told.setProperty("role", "muted")
        self.told.setAccessibleName(tr("What these keys do now"))
        self.use = self._button(tr("Use only these"), tr("These keys, and no others, do it"))
        self.use.setProperty("primary", True)
        self.use.clicked.connect(lambda: self._keep((self._pressed(),)))
        self.add = self._button(tr("Use these too"), tr("These keys do it besides those it has"))
        self.add.clicked.connect(self._add)
        self.none = self._button(tr("No keys"), tr("No keys do it any more"))
        self.none.clicked.connect(lambda: self._keep(()))
        self.reset = self._button(tr("Set back"), tr("The keys that this action had at first"))
        self.reset.clicked.connect(lambda: self._take(self.shortcuts.reset(self.action)))
        self.reset_all = self._button(
            tr("Set all back"), tr("The keys that all actions had at first")
        )
        self.reset_all.clicked.connect(lambda: self._take(self.shortcuts.all_reset()))
        self.close_button = self._button(tr("Close"), tr("Everything is kept already"))
        self.close_button.clicked.connect(self.accept)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.field, 1)
        for button in (self.use, self.add, self.none, self.reset):
            line.addWidget(button)
        foot = QHBoxLayout()
        foot.addWidget(self.reset_all)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.actions_list, 1)
        column.addLayout(line)
        column.addWidget(self.told)
        column.addSpacing(6)
        column.addLayout(foot)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)  # Return is a key to be pressed like any other
        _describe(button, text, tip)
        return button

    # -- showing ----------------------------------------------------------------------------

    @property
    def action(self) -> str:
        """The chosen action; "" for none."""
        item = self.actions_list.currentItem()
        return "" if item is None else str(item.data(0, ID))

    def choose(self, action: str) -> None:
        self.actions_list.setCurrentItem(self._items[action])

    def _show(self) -> None:
        for action, item in self._items.items():
            keys = self.shortcuts.keys(action)
            item.setText(1, tr("  or  ").join(map(key_text, keys)))
            font = item.font(1)
            font.setBold(not self.shortcuts.is_usual(action))
            item.setFont(1, font)
        self._filter()
        self._judge()

    def _filter(self) -> None:
        wanted = self.search.text().strip().casefold()
        for item in self._items.values():
            text = f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(wanted not in text)

    def _chosen(self) -> None:
        self.field.clear()
        self._judge()

    def _pressed(self) -> str:
        return self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _judge(self) -> None:
        """What pressing the keys does now, and so what choosing them would take away."""
        action, key = self.action, self._pressed()
        self.field.setEnabled(bool(action))
        has = bool(action and key) and key in self.shortcuts.keys(action)
        for button in (self.use, self.add):
            button.setEnabled(bool(action and key) and not has)
        self.none.setEnabled(bool(action and self.shortcuts.keys(action)))
        self.reset.setEnabled(bool(action) and not self.shortcuts.is_usual(action))
        self.reset_all.setEnabled(bool(self.shortcuts.chosen))
        self.told.setText(self._judgement(action, key, has=has))

    def _judgement(self, action: str, key: str, *, has: bool) -> str:
        if not action or not key:
            return tr(PRESS)
        if has:
            return tr("{key} does this already.").format(key=key_text(key))
        taken = self.shortcuts.taken_by(key, action)
        if not taken:
            return tr("{key} is free.").format(key=key_text(key))
        named = ", ".join(self._texts[each] for each in taken)
        return tr("{key} is taken: {named}. Using it here takes it away there.").format(
            key=key_text(key), named=named
        )

    # -- keeping ----------------------------------------------------------------------------

    def _add(self) -> None:
        self._keep((*self.shortcuts.keys(self.action), self._pressed()))

    def _keep(self, keys: tuple[str, ...]) -> None:
        self._take(self.shortcuts.with_keys(self.action, keys))

    def _take(self, shortcuts: Shortcuts) -> None:
        self.shortcuts = shortcuts
        self.field.clear()
        self._show()
        self.changed.emit(shortcuts)


def _describe(control: QWidget, name: str, tip: str) -> None:
    control.setAccessibleName(name)
    control.setToolTip(tip)
