"""The prompt: a field that completes words the model knows, and the card attached to the box."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QStringListModel, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.editor import Editor, Mode
from app.models.wishes import Wishes
from app.theme import current_colors

CARD_WIDTH_PX = 440
COMPLETIONS_PX = 200
COMPLETIONS_SHOWN = 7


class Completions(QListView):
    """Words the model knows, below the field; the field keeps the keyboard. picked: one of them."""

    picked = Signal(str)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._words = QStringListModel(self)
        self.setModel(self._words)
        self.setObjectName("completions")
        self.setAccessibleName("Words the model knows")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self.picked.emit(str(index.data())))
        self.hide()

    def offer(self, words: list[str], field: QWidget, x: int) -> None:
        """Show the words under the place `x` of the field, or above it where there is no room."""
        window = field.window()
        if self.parent() is not window:
            self.setParent(window)
        self._words.setStringList(words)
        self.setCurrentIndex(self._words.index(0))
        rows = sum(self.sizeHintForRow(row) for row in range(len(words)))
        self.resize(COMPLETIONS_PX, rows + 10)
        at = field.mapTo(window, QPoint(x, field.height() + 6))
        if at.y() + self.height() > window.height():
            at = field.mapTo(window, QPoint(x, -self.height() - 6))
        self.move(min(at.x(), window.width() - self.width() - 6), at.y())
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        row = (self.currentIndex().row() + by) % max(self._words.rowCount(), 1)
        self.setCurrentIndex(self._words.index(row))

    @property
    def word(self) -> str:
        return str(self.currentIndex().data())


class PromptField(QLineEdit):
    """A line that completes words of the model. generate_asked: Return. left: Esc."""

    generate_asked = Signal()
    left = Signal()

    def __init__(self, wishes: Wishes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wishes = wishes
        self.completions = Completions(self)
        self.completions.picked.connect(self._complete)
        self.setAccessibleName("Prompt")
        self.setToolTip("What you want to see. Return or Ctrl+Return generates.")
        self.setMaxLength(500)
        self.textEdited.connect(self._edited)
        wishes.prompt_changed.connect(self._show)
        self._show(wishes.prompt)

    def _show(self, prompt: str) -> None:
        if prompt != self.text():
            self.setText(prompt)

    def _edited(self, text: str) -> None:
        self._wishes.set_prompt(text)
        _, words = completions(self.text()[: self.cursorPosition()], self._wishes.vocabulary)
        if words:
            self.completions.offer(words, self, max(self.cursorRect().left() - 20, 0))
        else:
            self.completions.hide()

    def _complete(self, word: str) -> None:
        before, rest = self.text()[: self.cursorPosition()], self.text()[self.cursorPosition() :]
        begun, _ = completions(before, self._wishes.vocabulary)
        start = before[: len(before) - len(begun)]
        self.setText(f"{start}{word}{rest or ' '}")
        self.setCursorPosition(len(start) + len(word) + (0 if rest else 1))
        self.completions.hide()
        self._wishes.set_prompt(self.text())

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return super().event(event)
        if event.type() == QEvent.Type.ShortcutOverride:
            # Return and Esc mean something else here than in the rest of the window.
            keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
            if event.key() in keys and _is_plain(event) and not self.isReadOnly():
                event.accept()
                return True
        choosing = event.type() == QEvent.Type.KeyPress and self.completions.isVisible()
        if choosing and self._choose(Qt.Key(event.key())):
            return True
        return super().event(event)

    def _choose(self, key: Qt.Key) -> bool:
        """A key while completions are offered; Return is left to generating."""
        if key == Qt.Key.Key_Tab:
            self._complete(self.completions.word)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.completions.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape:
            self.completions.hide()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and _is_plain(event):
            self.completions.hide()
            self.generate_asked.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.completions.hide()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.completions.hide()
        super().hideEvent(event)


def completions(before: str, vocabulary: tuple[str, ...]) -> tuple[str, list[str]]:
    """(the words begun, how they may go on): up to three words, so that "hot d" finds "hot dog"."""
    words = before.split(" ")
    for count in (3, 2, 1):
        begun = " ".join(words[-count:])
        if len(words) < count or len(begun.strip()) < 2:
            continue
        fitting = [word for word in vocabulary if word.startswith(begun.lower())]
        if fitting and begun.lower() not in fitting:
            return begun, fitting[:COMPLETIONS_SHOWN]
    return "", []


def _is_plain(event: QKeyEvent) -> bool:
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


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
        self, editor: Editor, generate: QAction, cancel: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setObjectName("card")
        self.setAccessibleName("Prompt for the box")
        self.field = PromptField(editor.wishes, self)
        self.field.setObjectName("prompt")
        self.field.setPlaceholderText("What should be in the box?")
        self.field.generate_asked.connect(generate.trigger)
        self.button = QPushButton("Generate", self)
        self.button.setProperty("primary", True)
        self.button.setAccessibleName("Generate")
        self.button.clicked.connect(generate.trigger)
        self.stop = QToolButton(self)
        self.stop.setDefaultAction(cancel)
        self.stop.setAccessibleName("Stop")
        self.told = QLabel(self)
        self.told.setProperty("role", "muted")
        self.told.setAccessibleName("Progress")
        self.bar = StepBar(self)
        self.bar.setAccessibleName("Steps done")
        self._lay_out()
        editor.changed.connect(self._refresh)
        editor.decodes.progressed.connect(self._progress)
        self._refresh()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.field, 1)
        line.addWidget(self.told)
        line.addWidget(self.stop)
        line.addWidget(self.button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 6, 7, 6)
        whole.setSpacing(4)
        whole.addLayout(line)
        whole.addWidget(self.bar)
        self.setFixedWidth(CARD_WIDTH_PX)

    def _refresh(self) -> None:
        running = self._editor.mode is Mode.RUNNING
        self.field.setReadOnly(running)
        self.button.setVisible(not running)
        self.button.setEnabled(not self._editor.obstacle)
        self.button.setToolTip(
            self._editor.obstacle or "Redraw the box from the prompt (Ctrl+Return)"
        )
        self.button.setText("Try again" if self._editor.mode is Mode.CHOOSING else "Generate")
        for widget in (self.stop, self.told, self.bar):
            widget.setVisible(running)
        if running:
            self._progress()
        self.adjustSize()

    def _progress(self) -> None:
        progress = self._editor.decodes.progress
        if progress is None:
            return
        stopping = self._editor.running is not None and self._editor.running.cancelling
        self.told.setText("Stopping" if stopping else progress.text)
        self.bar.show_fraction(progress.fraction)
