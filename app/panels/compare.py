"""The compare bar: ways to see the picture as it was, and what has changed, in words."""

from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.action_set import plain_text, share_tooltip
from app.models.comparison import Comparison, Look
from app.texts import QT_TR_NOOP, tr
from app.theme import Colors, icon

TOLD = {
    Look.AFTER: "",
    Look.BEFORE: "{told}",
    Look.WIPE: QT_TR_NOOP("Left of the line: {told}"),
    Look.BLINK: QT_TR_NOOP("In turn: as it is, {told}"),
    Look.DIFFERENCE: QT_TR_NOOP("The brighter, the more it differs"),
}


class CompareBar(QFrame):
    """ways: actions that switch a way of looking on or off. hold: described by its action."""

    def __init__(
        self,
        comparison: Comparison,
        hold: QAction,
        ways: list[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._comparison = comparison
        self.setObjectName("card")
        self.setAccessibleName(tr("Compare"))
        self.hold_button = QToolButton(self)
        self.hold_button.setAccessibleName(plain_text(hold.text()))
        share_tooltip(hold, self.hold_button)
        self.hold_button.pressed.connect(comparison.hold)
        self.hold_button.released.connect(comparison.release)
        line = QHBoxLayout(self)
        line.setContentsMargins(6, 4, 6, 4)
        line.setSpacing(2)
        line.addWidget(self.hold_button)
        self.buttons = [self._button(way) for way in ways]
        for button in self.buttons:
            line.addWidget(button)
        self.told = QLabel(self)
        self.told.setAccessibleName(tr("What the comparison shows"))
        self.told.setContentsMargins(6, 0, 6, 0)
        line.addWidget(self.told)
        comparison.changed.connect(self._refresh)
        self._refresh()

    def _button(self, way: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(way)
        button.setAccessibleName(plain_text(way.text()))
        return button

    def tint(self, colors: Colors) -> None:
        self.hold_button.setIcon(icon("compare", colors))

    def _refresh(self) -> None:
        self.told.setText(self._text())
        self.told.setVisible(bool(self.told.text()))
        self.adjustSize()

    def _text(self) -> str:
        look, answer = self._comparison.told, self._comparison.answer
        if look is not Look.AFTER and answer is None:
            return tr("Comparing…")
        if look is Look.CHANGES and answer is not None:
            return answer.text
        told = TOLD.get(look, "")
        if not told and self._comparison.pinned is not None:
            return tr("Compared with {told}").format(told=self._comparison.before_told)
        told = (tr(told) if told else "").format(told=self._comparison.before_told)
        return told[:1].upper() + told[1:]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The gaps between the buttons are no canvas.
        event.accept()
