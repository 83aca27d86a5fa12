"""Fields for numbers, as the inspector has them, and the keys that they take."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QSlider,
    QSpinBox,
    QWidget,
)

ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
PAGES = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
REMOVES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
OWN_KEYS: dict[type[QWidget], tuple[Qt.Key, ...]] = {
    QAbstractSpinBox: (*ENTERS, *MOVES),
    QSlider: (Qt.Key.Key_Left, Qt.Key.Key_Right, *MOVES, *PAGES),
    QComboBox: (*MOVES, Qt.Key.Key_Space),
    QAbstractItemView: (*ENTERS, *MOVES, *REMOVES, Qt.Key.Key_Space),
}
"""What the window's keys leave to the control that has the keyboard."""
TURNED: tuple[type[QWidget], ...] = (QAbstractSpinBox, QSlider, QComboBox)
"""What a wheel changes."""
TEXT_MARGIN_PX = 6
FIELD_PX = 28
"""How high a field is, and the label before it."""


def whole_number(low: int, high: int, name: str, tip: str) -> QSpinBox:
    field = QSpinBox()
    field.setRange(low, high)
    describe(field, name, tip)
    return field


def number(low: float, high: float, name: str, tip: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(low, high)
    field.setDecimals(2)
    field.setSingleStep(0.05)
    describe(field, name, tip)
    return field


def describe(field: QAbstractSpinBox, name: str, tip: str) -> None:
    field.setAccessibleName(name)
    field.setToolTip(f"{name}: {tip[0].lower()}{tip[1:]}")
    field.setKeyboardTracking(False)
    field.lineEdit().setTextMargins(TEXT_MARGIN_PX, 0, 0, 0)
    field.setMinimumWidth(60)


class KeepKeys(QObject):
    """Keys that mean something in a field or list do nothing else in the window meanwhile."""

    def watch(self, inside: QWidget) -> None:
        for kind in OWN_KEYS:
            for control in inside.findChildren(kind):
                control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return super().eventFilter(watched, event)
        own = next((keys for kind, keys in OWN_KEYS.items() if isinstance(watched, kind)), ())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in own:
            event.accept()
            return True
        return super().eventFilter(watched, event)


class LetScroll(QObject):
    """The wheel turns a control that has the keyboard; over any other it scrolls what it is in."""

    def watch(self, inside: QWidget) -> None:
        for kind in TURNED:
            for control in inside.findChildren(kind):
                # Or the wheel itself would give it the keyboard.
                control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QWheelEvent) or not isinstance(watched, QWidget):
            return super().eventFilter(watched, event)
        if watched.hasFocus():
            return False
        event.ignore()
        return True
