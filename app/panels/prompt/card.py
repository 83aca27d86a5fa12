"""The prompt card: prompt, Generate, progress and Stop, floating at the box."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.editor import Editor, Mode
from app.panels.prompt.field import PromptField
from app.panels.prompt.history import PromptHistoryList
from app.texts import tr
from app.theme import current_colors
from engine.values.prompts import PromptLength

CARD_WIDTH_PX = 600
LENGTH_PX = 48


class StepBar(QWidget):
    """A thin bar that fills. (QProgressBar repaints at once, and all that is due with it.)"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._fraction = 0.0
        self.setFixedHeight(4)

    def show_fraction(self, fraction: float) -> None:
        self._fraction = fraction
        self.setAccessibleDescription(f"{fraction:.0%}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for color, part in ((colors.raised, 1.0), (colors.accent, self._fraction)):
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(0, 0, self.width() * part, self.height()), 2, 2)


class PromptCard(QFrame):
    """Prompt, Generate, progress and Stop, floating at the box."""

    def __init__(
        self,
        editor: Editor,
        *,
        generate: QAction,
        cancel: QAction,
        live: QAction,
        history: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setObjectName("card")
        self.setAccessibleName(tr("Prompt for the box"))
        self.field = PromptField(editor.wishes, editor.measure, editor.remembered, self)
        self.field.setObjectName("prompt")
        self.field.setPlaceholderText(tr("What should be in the box?"))
        self.field.generate_asked.connect(generate.trigger)
        self.history = PromptHistoryList(editor.remembered, self)
        self.history.picked.connect(self._picked)
        self.history.left.connect(self.field.setFocus)
        self.length = QLabel(self)
        self.length.setAccessibleName(tr("Length of the prompt"))
        self.length.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.length.setMinimumWidth(LENGTH_PX)
        self.button = QPushButton(tr("Generate"), self)
        self.button.setProperty("primary", True)
        self.button.setAccessibleName(tr("Generate"))
        self.button.clicked.connect(generate.trigger)
        self._generate = generate
        self.stop = self._tool(cancel, tr("Stop"))
        self.history_button = self._tool(history, tr("Earlier prompts"))
        self.live_button = self._tool(live, tr("Redraw while typing"))
        self.told = QLabel(self)
        self.told.setProperty("role", "muted")
        self.told.setAccessibleName(tr("Progress"))
        self.bar = StepBar(self)
        self.bar.setAccessibleName(tr("Steps done"))
        self._lay_out()
        for changed in (editor.changed, generate.changed):
            changed.connect(self._refresh)
        editor.decodes.progressed.connect(self._progress)
        editor.measure.measured.connect(self._show_length)
        self._refresh()
        self._show_length()

    def _tool(self, action: QAction, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAccessibleName(name)
        return button

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.history_button)
        line.addWidget(self.field, 1)
        line.addWidget(self.length)
        line.addWidget(self.live_button)
        line.addWidget(self.told)
        line.addWidget(self.stop)
        line.addWidget(self.button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(7, 6, 7, 6)
        whole.setSpacing(4)
        whole.addLayout(line)
        whole.addWidget(self.bar)
        self.setFixedWidth(CARD_WIDTH_PX)

    def fit_room(self, room_px: int) -> None:
        """As wide as it likes to be, or as a place of that width lets it."""
        self.setFixedWidth(min(CARD_WIDTH_PX, room_px))

    def open_history(self) -> None:
        self.history.open_at(self)

    def _picked(self, prompt: str) -> None:
        self._editor.wishes.set_prompt(prompt)
        self.field.setFocus()

    def _refresh(self) -> None:
        running = self._editor.running
        by_hand = running is not None and not running.live
        self.field.setReadOnly(by_hand)
        self.button.setVisible(not by_hand)
        self.button.setEnabled(not self._editor.asking.obstacle)
        self.button.setToolTip(self._editor.asking.obstacle or self._generate.toolTip())
        self.button.setText(
            tr("Try again") if self._editor.mode is Mode.CHOOSING else tr("Generate")
        )
        for widget in (self.stop, self.told):
            widget.setVisible(by_hand)
        for widget in (self.length, self.live_button):
            widget.setVisible(not by_hand)
        self.bar.setVisible(running is not None)
        if running is not None:
            self._progress()
        self.adjustSize()

    def _progress(self) -> None:
        running = self._editor.running
        if running is None:
            return
        self.told.setText(tr("Stopping") if running.cancelling else running.progress.text)
        self.bar.show_fraction(running.progress.fraction)

    def _show_length(self) -> None:
        # An empty prompt has tokens too, the marks around it, which tell nobody anything.
        length = self._editor.measure.length if self._editor.wishes.prompt else None
        self.length.setText(length_text(length))
        self.length.setToolTip(length_told(length))
        self.length.setAccessibleDescription(length_told(length))
        cut = length is not None and length.truncated
        self.length.setProperty("role", "warning" if cut else "muted")
        self.length.style().polish(self.length)


def length_text(length: PromptLength | None) -> str:
    """`12/77`; nothing where there is no limit or nothing is known."""
    return "" if length is None or length.most == 0 else f"{length.tokens}/{length.most}"


def length_told(length: PromptLength | None) -> str:
    """The same in a sentence."""
    if length is None or length.most == 0:
        return ""
    if length.truncated:
        return tr(
            "The prompt has {tokens} text tokens, of which the model reads {most}. "
            "What is struck out is not read."
        ).format(tokens=length.tokens, most=length.most)
    return tr("The prompt has {tokens} text tokens; the model reads up to {most}.").format(
        tokens=length.tokens, most=length.most
    )
