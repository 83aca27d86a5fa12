"""Rows of the table of actions, and the QActions made of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.models.shortcuts import Shortcuts, key_text
from app.settings import Keys
from app.theme import Colors, icon


@dataclass(frozen=True, slots=True)
class Row:
    """One action. keys: the first is shown. icon: a name in assets/icons or "".

    checked: whether it is on, for an action that stays on. repeats: while its key is held down.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    icon: str
    slot: Callable[[], object]
    enabled: Callable[[], bool]
    menu: str = ""
    tip: str = ""
    checked: Callable[[], bool] | None = None
    repeats: bool = True


def always() -> bool:
    return True


def line(menu: str) -> Row:
    return Row("-", "", (), "", always, always, menu)


class Actions(QObject):
    """The table as QActions; `refresh` after anything changed, `tint` after the scheme did."""

    def __init__(self, rows: tuple[Row, ...], parent: QObject) -> None:
        super().__init__(parent)
        self.rows = rows
        self._chosen: Mapping[str, Keys] = {}
        self._actions = {row.id: self._built(row) for row in rows if row.id != "-"}

    def _built(self, row: Row) -> QAction:
        action = QAction(row.text, self)
        action.setObjectName(row.id)
        action.setShortcuts([QKeySequence(key) for key in row.keys])
        action.setToolTip(tooltip(row, row.keys))
        action.setStatusTip("")
        action.setAutoRepeat(row.repeats)
        action.setCheckable(row.checked is not None)
        action.triggered.connect(lambda: self._do(row))
        if row.id == "about":
            action.setMenuRole(QAction.MenuRole.AboutRole)
        if row.id == "settings":
            action.setMenuRole(QAction.MenuRole.PreferencesRole)
        if row.id == "quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        return action

    def _do(self, row: Row) -> None:
        row.slot()
        # Qt has turned the mark already, whatever came of it.
        self._mark(row)

    def _mark(self, row: Row) -> None:
        if row.checked is not None:
            self._actions[row.id].setChecked(row.checked())

    def set_keys(self, chosen: Mapping[str, Keys]) -> None:
        """Keys by action, where they are not those of the table."""
        if chosen == self._chosen:
            return
        self._chosen = chosen
        for row in self.rows:
            if row.id != "-":
                keys = self.keys_of(row.id)
                self._actions[row.id].setShortcuts([QKeySequence(key) for key in keys])
                self._actions[row.id].setToolTip(tooltip(row, keys))

    def keys_of(self, action_id: str) -> Keys:
        """As they are now."""
        return self.shortcuts.keys(action_id)

    @property
    def shortcuts(self) -> Shortcuts:
        return Shortcuts({row.id: row.keys for row in self.rows if row.id != "-"}, self._chosen)

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def all(self) -> list[QAction]:
        return list(self._actions.values())

    def refresh(self) -> None:
        for row in self.rows:
            if row.id != "-":
                self._actions[row.id].setEnabled(row.enabled())
                self._mark(row)

    def tint(self, colors: Colors) -> None:
        for row in self.rows:
            if row.icon:
                self._actions[row.id].setIcon(icon(row.icon, colors))


def tooltip(row: Row, keys: Keys) -> str:
    """`What it does (Ctrl+X)`; the text without its menu mark."""
    return with_key(row.tip or plain_text(row.text), keys[0] if keys else "")


def with_key(said: str, key: QKeySequence | str) -> str:
    """`What it does (Ctrl+X)`; without a key only what it does."""
    named = key_text(key)
    return f"{said} ({named})" if named else said


def share_tooltip(action: QAction, widget: QWidget) -> None:
    """The widget tells what the action does, with the key that it has now."""

    def tell() -> None:
        widget.setToolTip(action.toolTip())

    action.changed.connect(tell)
    tell()


def plain_text(text: str) -> str:
    return text.replace("&", "").removesuffix("\N{HORIZONTAL ELLIPSIS}")
