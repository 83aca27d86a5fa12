"""Menus, tool bar and status line of the window, all made from the table of actions."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from app.action_set import Actions, plain_text
from app.one_line import OneLine
from app.settings import Appearance
from app.texts import QT_TR_NOOP, tr

TOOLS = (
    "open", "save", "export", "-", "undo", "redo", "-", "whole", "middle", "stretch",
    "zoom_out", "zoom", "zoom_in", "fit", "-", "timeline", "inspector",
)  # fmt: skip
APPEARANCES: tuple[tuple[str, Appearance], ...] = (
    (QT_TR_NOOP("Follow the &system"), "system"),
    (QT_TR_NOOP("&Light"), "light"),
    (QT_TR_NOOP("&Dark"), "dark"),
    (QT_TR_NOOP("High &contrast"), "contrast"),
)  # fmt: skip
ICON_PX = 20
ZOOM_PX = 46


def fill_menus(window: QMainWindow, actions: Actions) -> None:
    """One menu for each name in the table, in the table's order."""
    menus: dict[str, QMenu] = {}
    for row in actions.rows:
        if not row.menu:
            continue
        if row.menu not in menus:
            menus[row.menu] = window.menuBar().addMenu(row.menu)
            menus[row.menu].setToolTipsVisible(False)
        if row.id == "-":
            menus[row.menu].addSeparator()
        else:
            menus[row.menu].addAction(actions[row.id])


class AppearanceMenu(QMenu):
    """Light, dark or as the system has it."""

    def __init__(
        self, parent: QWidget, shown: Appearance, chosen: Callable[[Appearance], None]
    ) -> None:
        super().__init__(parent)
        group = QActionGroup(self)
        self._ways = {}
        for text, appearance in APPEARANCES:
            action = self._ways[appearance] = self.addAction(tr(text))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, a=appearance: chosen(a))
            group.addAction(action)
        self.show_chosen(shown)

    def show_chosen(self, appearance: Appearance) -> None:
        self._ways[appearance].setChecked(True)


class ToolBar(QToolBar):
    """The commonest actions, and how large the picture is shown."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(tr("Tools"), parent)
        self.setMovable(False)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setAccessibleName(tr("Tools"))
        self._buttons: dict[str, QWidget] = {}
        self._zoom = QLabel("100%")
        self._zoom.setMinimumWidth(ZOOM_PX)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._zoom.setProperty("role", "muted")
        self._zoom.setAccessibleName(tr("Zoom"))
        for name in TOOLS:
            self._add(name, actions)

    def _add(self, name: str, actions: Actions) -> None:
        if name == "-":
            self.addSeparator()
        elif name == "stretch":
            spacer = QWidget()
            spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            self.addWidget(spacer)
        elif name == "zoom":
            self.addWidget(self._zoom)
        else:
            action = actions[name]
            self.addAction(action)
            self._buttons[name] = button = self.widgetForAction(action)
            button.setAccessibleName(plain_text(action.text()))

    def button(self, action_id: str) -> QToolButton:
        found = self._buttons[action_id]
        assert isinstance(found, QToolButton)
        return found

    def show_zoom(self, scale: float) -> None:
        self._zoom.setText(f"{scale:.0%}")


class StatusLine:
    """The hint at the left; what the files and the engine do at the right."""

    def __init__(self, window: QMainWindow) -> None:
        self.hint, self.busy, self.device = OneLine(), QLabel(), QLabel()
        self.hint.setAccessibleName(tr("Hint"))
        self.busy.setAccessibleName(tr("Files"))
        self.device.setAccessibleName(tr("Device"))
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bar = window.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.hint, 1)
        bar.addPermanentWidget(self.busy)
        bar.addPermanentWidget(self.device)
