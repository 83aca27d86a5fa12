"""The line that a prompt is typed into."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QInputMethodEvent,
    QKeyEvent,
    QTextCharFormat,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from app.models.measure import PromptMeasure
from app.models.memory import Remembered
from app.models.prompt_history import Walk
from app.models.wishes import Wishes
from app.panels.prompt.completions import Completions, completions
from app.texts import tr
from app.theme import current_colors

ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
WALKS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class PromptField(QLineEdit):
    """Completes words of the model, walks through earlier prompts and marks what is not read.

    generate_asked: Return. left: Esc.
    """

    generate_asked = Signal()
    left = Signal()

    def __init__(
        self,
        wishes: Wishes,
        measure: PromptMeasure,
        remembered: Remembered,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._wishes, self._measure, self._remembered = wishes, measure, remembered
        self._walk: Walk | None = None
        self.completions = Completions(self)
        self.completions.picked.connect(self._complete)
        self.setAccessibleName(tr("Prompt"))
        self.setToolTip(
            tr(
                "What you want to see. Return generates; Alt+Up brings back earlier prompts; "
                "{red|blue} lets the seed choose."
            )
        )
        self.setMaxLength(500)
        self.textEdited.connect(self._edited)
        wishes.prompt_changed.connect(self._show)
        measure.measured.connect(self._mark_cut)
        self._show(wishes.prompt)

    def _show(self, prompt: str) -> None:
        if prompt != self.text():
            self.setText(prompt)

    def _edited(self, text: str) -> None:
        self._walk = None
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

    def _walk_by(self, by: int) -> None:
        """To an older prompt (1) or a newer one (-1); the draft waits at the newest end."""
        if self._walk is None:
            self._walk = Walk(self._remembered.memory.prompts, self.text())
        self._walk = self._walk.stepped(by)
        self.completions.hide()
        self.setText(self._walk.prompt)
        self._wishes.set_prompt(self._walk.prompt)

    def _mark_cut(self) -> None:
        """Strike out what is not read, by the one way a line edit has to format a part of itself:
        the attributes of an input method that composes nothing."""
        attributes = []
        cut_at = self._measure.cut_at
        if cut_at is not None and self.text() == self._wishes.prompt:
            struck = QTextCharFormat()
            struck.setFontStrikeOut(True)
            struck.setForeground(QColor(current_colors().muted))
            start, length = cut_at - self.cursorPosition(), len(self.text()) - cut_at
            kind = QInputMethodEvent.AttributeType.TextFormat
            attributes.append(QInputMethodEvent.Attribute(kind, start, length, struck))
        QCoreApplication.sendEvent(self, QInputMethodEvent("", attributes))

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return super().event(event)
        if event.type() == QEvent.Type.ShortcutOverride and not self.isReadOnly():
            # These keys mean something else here than in the rest of the window.
            ends = event.key() in ENDS and _is_plain(event)
            if ends or _walks(event):
                event.accept()
                return True
        choosing = event.type() == QEvent.Type.KeyPress and self.completions.isVisible()
        if choosing and _is_plain(event) and self._choose(Qt.Key(event.key())):
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
        elif _walks(event) and not self.isReadOnly():
            self._walk_by(WALKS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.completions.hide()
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.home(False)  # a long prompt is looked at from its beginning

    def hideEvent(self, event: QHideEvent) -> None:
        self.completions.hide()
        super().hideEvent(event)


def _walks(event: QKeyEvent) -> bool:
    alt = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in WALKS and alt == Qt.KeyboardModifier.AltModifier


def _is_plain(event: QKeyEvent) -> bool:
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
