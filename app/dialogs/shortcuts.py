"""Every key on one sheet, as they are now; `?` opens it and closes it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.action_set import Row, plain_text
from app.models.shortcuts import key_text
from app.settings import Keys
from app.texts import QT_TR_NOOP, tr

SIZE_PX = (1000, 640)
WIDEST_PX = 1160
FRAME_PX = 56
COLUMNS = 3
KEYS_SHOWN = 2
MOUSE = (
    (QT_TR_NOOP("Draw a box"), QT_TR_NOOP("drag (Shift: square)")),
    (QT_TR_NOOP("Move or resize the box"), QT_TR_NOOP("drag it or a handle")),
    (QT_TR_NOOP("Zoom"), QT_TR_NOOP("wheel or pinch")),
    (QT_TR_NOOP("Pan"), QT_TR_NOOP("Space and drag, middle button")),
)

Line = tuple[str, str]


class ShortcutsDialog(QDialog):
    """change_asked: other keys are wanted."""

    change_asked = Signal()

    def __init__(
        self,
        rows: Sequence[Row],
        keys_of: Callable[[str], Keys],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys and mouse"))
        self.lines: list[tuple[QLabel, QLabel]] = []
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("Search actions and keys"))
        self.search.setToolTip(tr("Pales what does not hold these words"))
        self.search.textChanged.connect(self._filter)
        change = QPushButton(tr("Change keys…"), self)
        change.setAutoDefault(False)
        change.setAccessibleName(tr("Change keys"))
        change.setToolTip(tr("Choose other keys for any action"))
        change.clicked.connect(self.change_asked)
        change.clicked.connect(self.accept)
        head = QHBoxLayout()
        head.addWidget(self.search, 1)
        head.addWidget(change)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(12)
        column.addLayout(head)
        parts = sections(rows, keys_of)
        sheet = self._sheet(parts, COLUMNS)
        if sheet.sizeHint().width() > WIDEST_PX:
            # In some languages the same is said with longer words.
            sheet = self._sheet(parts, COLUMNS - 1)
        area = QScrollArea(self)
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("Keys and mouse"))
        column.addWidget(area, 1)
        self.resize(max(SIZE_PX[0], sheet.sizeHint().width() + FRAME_PX), SIZE_PX[1])

    def _sheet(self, parts: list[tuple[str, list[Line]]], columns: int) -> QWidget:
        """Sections in columns of about the same height."""
        self.lines = []
        inner = QWidget()
        line = QHBoxLayout(inner)
        line.setContentsMargins(0, 0, 12, 0)
        line.setSpacing(32)
        whole = sum(len(lines) + 2 for _, lines in parts)
        grids = [QGridLayout() for _ in range(columns)]
        for grid in grids:
            grid.setHorizontalSpacing(14)
            grid.setVerticalSpacing(5)
            grid.setColumnStretch(0, 1)
            side = QVBoxLayout()
            side.addLayout(grid)
            side.addStretch(1)
            line.addLayout(side, 1)
        done = 0
        for title, lines in parts:
            middle = done + len(lines) // 2
            place = min(middle * columns // whole, columns - 1)
            self._section(grids[place], title, lines)
            done += len(lines) + 2
        return inner

    def _section(self, grid: QGridLayout, title: str, lines: list[Line]) -> None:
        head = QLabel(title)
        head.setProperty("role", "section")
        head.setContentsMargins(0, 10 if grid.count() else 0, 0, 2)
        grid.addWidget(head, grid.rowCount(), 0, 1, 2)
        for text, keys in lines:
            said, pressed = QLabel(text), QLabel(keys)
            pressed.setProperty("role", "muted")
            row = grid.rowCount()
            grid.addWidget(said, row, 0)
            grid.addWidget(pressed, row, 1, Qt.AlignmentFlag.AlignRight)
            self.lines.append((said, pressed))

    def _filter(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        for said, pressed in self.lines:
            found = wanted in f"{said.text()} {pressed.text()}".casefold()
            for label in (said, pressed):
                label.setEnabled(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "?":
            self.accept()
        else:
            super().keyPressEvent(event)


def sections(rows: Sequence[Row], keys_of: Callable[[str], Keys]) -> list[tuple[str, list[Line]]]:
    """(title, lines of (what, keys)) by menu; actions without a key are left out."""
    parts: list[tuple[str, list[Line]]] = [
        (tr("Mouse"), [(tr(what), tr(how)) for what, how in MOUSE])
    ]
    menu = ""
    for row in rows:
        keys = () if row.id == "-" else keys_of(row.id)
        if not keys:
            continue
        if row.menu and row.menu != menu:
            menu = row.menu
            parts.append((plain_text(menu), []))
        told = tr("  or  ").join(map(key_text, keys[:KEYS_SHOWN]))
        parts[-1][1].append((plain_text(row.text), told))
    return parts
