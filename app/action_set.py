"""Rows of the table of actions, and the QActions made of them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

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
        self._actions = {row.id: self._built(row) for row in rows if row.id != "-"}

    def _built(self, row: Row) -> QAction:
        action = QAction(row.text, self)
        action.setObjectName(row.id)
        action.setShortcuts([QKeySequence(key) for key in row.keys])
        action.setToolTip(tooltip(row))
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


def tooltip(row: Row) -> str:
    """`What it does (Ctrl+X)`; the text without its menu mark."""
    said = row.tip or plain_text(row.text)
    key = (
        QKeySequence(row.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
        if (row.keys)
        else ""
    )
    return f"{said} ({key})" if key else said


def plain_text(text: str) -> str:
    return text.replace("&", "").removesuffix("\N{HORIZONTAL ELLIPSIS}")
