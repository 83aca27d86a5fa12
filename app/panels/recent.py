"""The files opened last, as a menu and on the start card; those that are gone are greyed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from app.texts import QT_TR_NOOP, tr

SHOWN = 3
"""On the start card; the menu has them all."""
NAME_CHARACTERS = 60
GONE = QT_TR_NOOP("This file is not there any more: {name}")


class RecentMenu(QMenu):
    """Read when it is opened."""

    def __init__(
        self, parent: QWidget, recent: Callable[[], tuple[str, ...]], opened: Callable[[Path], None]
    ) -> None:
        super().__init__(parent)
        self._recent, self._open = recent, opened
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        for number, name in enumerate(self._recent(), start=1):
            there = Path(name).is_file()
            action = self.addAction(f"&{number}  {shown_name(name)}")
            action.setToolTip(name if there else tr(GONE).format(name=name))
            action.setEnabled(there)
            action.triggered.connect(lambda _=False, n=name: self._open(Path(n)))
        if self.isEmpty():
            self.addAction(tr("Nothing yet")).setEnabled(False)


class RecentFiles(QWidget):
    """The newest few as buttons; nothing is to be seen while there are none. chosen: a Path."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Recent files"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 6, 0, 0)
        self._column.setSpacing(0)
        title = QLabel(tr("Recent"), self)
        title.setProperty("role", "section")
        self._column.addWidget(title)
        self.buttons: list[QPushButton] = []
        self.show_files(())

    def show_files(self, names: tuple[str, ...]) -> None:
        for button in self.buttons:
            self._column.removeWidget(button)
            button.deleteLater()
        self.buttons = [self._button(name) for name in names[:SHOWN]]
        for button in self.buttons:
            self._column.addWidget(button)
        self.setVisible(bool(self.buttons))

    def _button(self, name: str) -> QPushButton:
        there = Path(name).is_file()
        button = QPushButton(shown_name(name), self)
        button.setProperty("quiet", True)
        button.setStyleSheet("text-align: left;")
        told = tr("Open {name}")
        button.setToolTip((told if there else tr(GONE)).format(name=name))
        button.setAccessibleName(told.format(name=Path(name).name))
        button.setEnabled(there)
        button.clicked.connect(lambda: self.chosen.emit(Path(name)))
        return button


def shown_name(name: str) -> str:
    """The file's name and its folder's, never so long as to stretch what it stands in."""
    path = Path(name)
    told = path.name
    if path.parent.name:
        told = tr("{name} in {folder}").format(name=path.name, folder=path.parent.name)
    if len(told) > NAME_CHARACTERS:
        half = NAME_CHARACTERS // 2
        told = f"{told[:half]}\N{HORIZONTAL ELLIPSIS}{told[-half:]}"
    return told.replace("&", "&&")
