"""The face-off: what each generator makes of one box and prompt, side by side."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.models.convert import to_qimage
from app.models.face_off import Contender, FaceOff
from app.squares import in_square
from app.texts import tr
from app.theme import current_colors
from engine.values.jobs import Pixels

PICTURE_PX = 208
CARDS_SHOWN = 4
TOLD_LINES = 5
MARGIN_PX = 18
GAP_PX = 12


class ContenderCard(QFrame):
    """One generator: its picture, name, time and memory. chosen: its picture is wanted."""

    chosen = Signal()

    def __init__(self, contender: Contender, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        title = contender.spec.title
        self.setAccessibleName(title)
        self._shown: object = self  # no picture yet, not even an empty one
        self.picture = QLabel(self)
        self.picture.setFixedSize(PICTURE_PX, PICTURE_PX)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(tr("Picture by {title}").format(title=title))
        name = QLabel(title, self)
        name.setProperty("role", "section")
        self.told = QLabel(self)
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.told.setFixedWidth(PICTURE_PX)
        self.told.setFixedHeight(TOLD_LINES * self.fontMetrics().lineSpacing())
        self.use = QPushButton(tr("Use this"), self)
        self.use.setAutoDefault(True)
        self.use.setAccessibleName(tr("Use the picture by {title}").format(title=title))
        self.use.setToolTip(tr("Put this picture and its steps on offer"))
        self.use.clicked.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PX, GAP_PX, GAP_PX, GAP_PX)
        column.setSpacing(6)
        for widget in (self.picture, name, self.told, self.use):
            column.addWidget(widget)
        self.show_contender(contender)

    def show_contender(self, contender: Contender) -> None:
        self.told.setText(contender.told)
        self.use.setEnabled(contender.candidate is not None)
        if contender.picture is self._shown:
            return
        self._shown = contender.picture
        self.picture.setPixmap(self._square(contender.picture))

    def _square(self, pixels: Pixels | None) -> QPixmap:
        """The picture in the middle of a plain square, or the square alone."""
        image = None if pixels is None else to_qimage(pixels)
        ground = QColor(current_colors().raised)
        return in_square(image, PICTURE_PX, ground, self.devicePixelRatioF())


class FaceOffDialog(QDialog):
    """Follows a face-off that has begun. chosen: a Contender whose picture is wanted.

    Closing stops what still runs.
    """

    chosen = Signal(object)

    def __init__(self, model: FaceOff, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setWindowTitle(tr("Compare generators"))
        request = model.contenders[0].request
        asked = QLabel(
            tr("“{prompt}”   seed {seed}").format(prompt=request.prompt, seed=request.params.seed)
        )
        asked.setWordWrap(True)
        self.lone = QLabel(
            tr("Only one generator is ready, so there is nothing to compare it with.")
        )
        self.lone.setProperty("role", "muted")
        self.lone.setVisible(len(model.contenders) == 1)
        self.cards = [ContenderCard(each, self) for each in model.contenders]
        for place, card in enumerate(self.cards):
            card.chosen.connect(lambda place=place: self._choose(place))
        row = self._row()  # before the button, so that Tab comes to it first
        self.close_button = QPushButton(tr("Close"), self)
        self.close_button.setToolTip(tr("What is done stays until this dialog is closed"))
        self.close_button.clicked.connect(self._stop_or_close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.lone, 1)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        column.setSpacing(GAP_PX)
        column.addWidget(asked)
        column.addWidget(row, 1)
        column.addLayout(buttons)
        model.changed.connect(self._refresh)
        self.finished.connect(model.cancel)
        self._refresh()

    def _row(self) -> QScrollArea:
        """All cards; as many as fit are seen, the others can be scrolled to."""
        inner = QWidget()
        line = QHBoxLayout(inner)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP_PX)
        for card in self.cards:
            line.addWidget(card)
        line.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(tr("Generators"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        wide = self.cards[0].sizeHint().width() + GAP_PX
        area.setMinimumWidth(min(len(self.cards), CARDS_SHOWN) * wide)
        area.setMinimumHeight(self.cards[0].sizeHint().height() + GAP_PX)  # and a scroll bar's
        return area

    def _refresh(self) -> None:
        for card, contender in zip(self.cards, self._model.contenders, strict=False):
            card.show_contender(contender)
        running = self._model.running
        self.close_button.setText(tr("Stop") if running else tr("Close"))
        self.close_button.setAccessibleName(tr("Stop comparing") if running else tr("Close"))

    def _stop_or_close(self) -> None:
        """What is done stays to be chosen from."""
        if self._model.running:
            self._model.cancel()
        else:
            self.reject()

    def _choose(self, place: int) -> None:
        contender = self._model.contenders[place]
        if contender.candidate is not None:
            self.chosen.emit(contender)
            self.accept()
