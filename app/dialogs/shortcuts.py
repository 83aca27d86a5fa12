"""Every key in one window, read from the table of actions."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.action_set import Row, plain_text

MOUSE = (
    ("Draw a box", "drag on the picture (Shift: square)"),
    ("Move or resize the box", "drag it, or one of its eight handles"),
    ("Zoom", "wheel or pinch, at the pointer"),
    ("Pan", "Space and drag, or the middle button"),
)


class ShortcutsDialog(QDialog):
    """Keys and mouse, by menu."""

    def __init__(self, rows: tuple[Row, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and mouse")
        self.resize(520, 600)
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        self._place = 0
        self._section(grid, "Mouse")
        for text, what in MOUSE:
            self._row(grid, text, what)
        menu = ""
        for row in rows:
            if row.id == "-" or not row.keys:
                continue
            if row.menu and row.menu != menu:
                menu = row.menu
                self._section(grid, plain_text(menu))
            native = QKeySequence.SequenceFormat.NativeText
            keys = "  or  ".join(QKeySequence(key).toString(native) for key in row.keys[:2])
            self._row(grid, plain_text(row.text), keys)
        area = QScrollArea(self)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setAccessibleName("Keys and mouse")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(area)

    def _section(self, grid: QGridLayout, text: str) -> None:
        label = QLabel(text)
        label.setProperty("role", "section")
        label.setContentsMargins(0, 10 if self._place else 0, 0, 2)
        grid.addWidget(label, self._place, 0, 1, 2)
        self._place += 1

    def _row(self, grid: QGridLayout, text: str, keys: str) -> None:
        grid.addWidget(QLabel(text), self._place, 0)
        label = QLabel(keys)
        label.setProperty("role", "muted")
        grid.addWidget(label, self._place, 1, Qt.AlignmentFlag.AlignRight)
        self._place += 1
