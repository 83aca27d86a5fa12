"""What is seen before any picture: a prompt for a whole one, or ways to open one."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QBrush,
    QIcon,
    QImageReader,
    QPainter,
    QPixmap,
    QTransform,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.action_set import share_tooltip, with_key
from app.models.editor import Editor
from app.texts import tr

WIDTH_PX = 560
SAMPLE_PX = 84


class StartCard(QFrame):
    """sample_chosen: the path of a sample picture."""

    sample_chosen = Signal(object)

    def __init__(
        self,
        editor: Editor,
        field: QLineEdit,
        *,
        generate: QAction,
        open_file: QAction,
        paste: QAction,
        recent: QWidget,
        samples: tuple[Path, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setObjectName("card")
        self.setAccessibleName(tr("Start"))
        self.field = field
        self.field.setObjectName("bigPrompt")
        self.field.setPlaceholderText(tr("Describe a picture"))
        self.button = QPushButton(tr("Generate"), self)
        self.button.setProperty("primary", True)
        self.button.setAccessibleName(tr("Generate a whole picture"))
        self.button.clicked.connect(generate.trigger)
        self._generate = generate
        self.words = QLabel(self)
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self._lay_out(open_file, paste, samples, recent)
        editor.changed.connect(self._refresh)
        generate.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(
        self, open_file: QAction, paste: QAction, samples: tuple[Path, ...], recent: QWidget
    ) -> None:
        title = QLabel(tr("What would you like to see?"), self)
        title.setProperty("role", "title")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.field, 1)
        line.addWidget(self.button)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        for action, text in ((open_file, tr("Open a photo")), (paste, tr("Paste"))):
            button = QPushButton(action.icon(), text, self)
            button.setAccessibleName(text)
            share_tooltip(action, button)
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda b=button, a=action: b.setIcon(a.icon()))
            ways.addWidget(button)
        dropped = QLabel(tr("or drop one here"), self)
        dropped.setProperty("role", "muted")
        ways.addWidget(dropped)
        ways.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 26, 28, 26)
        column.setSpacing(10)
        column.addWidget(title)
        column.addLayout(line)
        column.addWidget(self.words)
        column.addSpacing(10)
        column.addLayout(ways)
        if samples:
            tried = QLabel(tr("or try a sample"), self)
            tried.setProperty("role", "muted")
            column.addSpacing(6)
            column.addWidget(tried)
            column.addLayout(self._sample_row(samples))
        column.addWidget(recent)
        self.setFixedWidth(WIDTH_PX)

    def fit_room(self, room_px: int) -> None:
        """As wide as it likes to be, or as a place of that width lets it."""
        self.setFixedWidth(min(WIDTH_PX, room_px))

    def _sample_row(self, samples: tuple[Path, ...]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for path in samples:
            button = QToolButton(self)
            button.setStyleSheet("padding: 0; border-radius: 9px;")
            button.setIcon(QIcon(_square(path)))
            button.setIconSize(QSize(SAMPLE_PX, SAMPLE_PX))
            name = path.stem.replace("_", " ").replace("-", " ")
            button.setAccessibleName(tr("Sample: {name}").format(name=name))
            button.setToolTip(tr("Open the sample: {name}").format(name=name))
            button.clicked.connect(lambda _=False, p=path: self.sample_chosen.emit(p))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _refresh(self) -> None:
        obstacle = self._editor.asking.obstacle
        self.button.setEnabled(not obstacle)
        told = with_key(tr("Generate a whole picture"), self._generate.shortcut())
        self.button.setToolTip(obstacle or told)
        words = self._editor.wishes.vocabulary
        told = ""
        if self._editor.generator is None:
            told = self._editor.machine.absence
        elif words:
            # "a" and "on" tell nobody anything.
            telling = [word for word in words if len(word) > 2] or words
            some = ", ".join(telling[:: max(len(telling) // 6, 1)][:6])
            told = tr("It knows {words} words, such as {some}.").format(words=len(words), some=some)
        self.words.setText(told)


def _square(path: Path) -> QPixmap:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        # Decoders shrink while they read, which is quicker than reading all of a photo.
        scale = 2 * SAMPLE_PX / min(size.width(), size.height())
        reader.setScaledSize(QSize(round(size.width() * scale), round(size.height() * scale)))
    image = reader.read()
    side = min(image.width(), image.height())
    left, top = (image.width() - side) // 2, (image.height() - side) // 2
    rounded = QPixmap(side, side)
    rounded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(rounded)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    brush = QBrush(image)
    brush.setTransform(QTransform.fromTranslate(-left, -top))
    painter.setBrush(brush)
    painter.drawRoundedRect(0, 0, side, side, 18, 18)
    painter.end()
    return rounded
