"""For everybody: names on all that can be used, the canvas told and used by keyboard alone."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from app.canvas.access import CanvasAccess
from app.models.editor import Mode
from app.models.jobs import Trouble
from app.theme import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Colors
from tests.app.driver import CTRL, NONE, SHIFT, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]

USED = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
ALT = Qt.KeyboardModifier.AltModifier


def is_used(widget: QWidget) -> bool:
    return isinstance(widget, USED)


def used(root: QWidget) -> Iterator[QWidget]:
    """What a person acts on; parts that Qt puts inside of it speak for it."""
    for widget in filter(is_used, root.findChildren(QWidget)):
        inner = isinstance(widget, (QHeaderView, QScrollBar)) or isinstance(
            widget.parentWidget(), (QComboBox, QLineEdit, QAbstractSpinBox, QKeySequenceEdit)
        )
        qts_own = widget.objectName().startswith("qt_")
        if widget.window() is root.window() and not inner and not qts_own:
            yield widget


def unnamed(root: QWidget) -> list[str]:
    """Controls that a screen reader could not name or explain."""
    faults = []
    for widget in used(root):
        spoken = QAccessible.queryAccessibleInterface(widget)
        name = spoken.text(QAccessible.Text.Name)
        told = spoken.text(QAccessible.Text.Description) or widget.toolTip()
        if isinstance(widget.parentWidget(), QDialogButtonBox):
            told = told or name  # Qt's own, such as OK
        if not name.strip():
            faults.append(f"no name: {widget!r} in {widget.parentWidget()!r}")
        elif not told.strip():
            faults.append(f"no description: {name}")
    return faults


def out_of_reach(root: QWidget) -> list[str]:
    """Controls that Tab does not come to, though nothing else stands in for them.

    Buttons of actions have keys and menus; lists under a field are walked from it.
    """
    return [
        widget.accessibleName() or repr(widget)
        for widget in used(root)
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget, (QAbstractButton, QAbstractItemView))
    ]


def without_buddy(root: QWidget) -> list[str]:
    """Labels whose letter for Alt leads nowhere, and letters that lead to two places."""
    labels = [label for label in root.findChildren(QLabel) if label.isVisibleTo(root)]
    buttons = [each for each in root.findChildren(QAbstractButton) if each.isVisibleTo(root)]
    lost = [label.text() for label in labels if letters(label.text()) and label.buddy() is None]
    texts = [*(label.text() for label in labels), *(button.text() for button in buttons)]
    found = [letter for text in texts for letter in letters(text)]
    return [*lost, *(f"twice: {letter}" for letter in found if found.count(letter) > 1)]


def leaps(root: QWidget) -> list[str]:
    """Places where Tab goes back up: to a control that lies all above the one before."""
    controls = set(used(root))
    chain: list[tuple[QWidget, QRect]] = []
    widget = root.nextInFocusChain()
    while widget is not None and widget is not root:
        by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if by_tab and widget in controls and widget.isVisibleTo(root):
            chain.append((widget, QRect(widget.mapTo(root, QPoint()), widget.size())))
        widget = widget.nextInFocusChain()
    return [
        f"{after.accessibleName()} after what is below it"
        for (_, before), (after, here) in pairwise(chain)
        if here.bottom() < before.top()
    ]


def letters(text: str) -> list[str]:
    return [each.lower() for each in re.findall(r"(?<!&)&(\w)", text)]


def test_every_control_of_the_window_is_named(driver: Driver, photo: Path) -> None:
    assert unnamed(driver.window) == []
    driver.boxed(photo)
    driver.generate()
    assert unnamed(driver.window) == []
    assert out_of_reach(driver.window) == []
    driver.press(Qt.Key.Key_Return)
    assert unnamed(driver.window) == []


def opened_by(action: str) -> Callable[[Driver], None]:
    return lambda driver: driver.window.actions_table[action].trigger()


def show_trouble(driver: Driver) -> None:
    driver.window.dialogs.show_details(Trouble("It broke.", "Mend it.", "here"))


def exported_after_generating(action: str) -> Callable[[Driver], None]:
    def show(driver: Driver) -> None:
        driver.generate()
        driver.window.actions_table[action].trigger()

    return show


def ask_to_save(driver: Driver) -> None:
    driver.generate()
    driver.press(Qt.Key.Key_Return)
    driver.window.files.new()


DIALOGS: dict[str, Callable[[Driver], None]] = {
    "settings": opened_by("settings"),
    "keys": opened_by("keys"),
    "shortcuts": opened_by("shortcuts"),
    "weights": opened_by("weights"),
    "about": opened_by("about"),
    "face-off": opened_by("face_off"),
    "export": opened_by("export"),
    "export decode": exported_after_generating("export_decode"),
    "export candidate": exported_after_generating("save_candidate"),
    "unsaved work": ask_to_save,
    "details": show_trouble,
}


@pytest.mark.parametrize("name", DIALOGS)
def test_every_control_of_the_dialogs_is_named(driver: Driver, photo: Path, name: str) -> None:
    driver.boxed(photo)
    DIALOGS[name](driver)
    dialogs = [each for each in driver.window.findChildren(QDialog) if each.isVisible()]
    assert dialogs
    faults = [
        fault
        for dialog in dialogs
        for found in (unnamed(dialog), out_of_reach(dialog), without_buddy(dialog), leaps(dialog))
        for fault in found
    ]
    for dialog in dialogs:
        dialog.close()
    driver.editor.face_off.cancel()
    assert faults == []


def canvas(driver: Driver) -> CanvasAccess:
    found = QAccessible.queryAccessibleInterface(driver.window.view)
    assert isinstance(found, CanvasAccess)
    return found


def test_the_canvas_tells_its_boxes(driver: Driver, photo: Path) -> None:
    spoken = canvas(driver)
    assert spoken.role() == QAccessible.Role.Canvas
    assert spoken.text(QAccessible.Text.Description) == "No picture"
    region = driver.boxed(photo, "a red apple")
    assert spoken.text(QAccessible.Text.Description) == "Picture of 320 by 240 pixels, 1 box"
    box = spoken.child(0)
    assert box is not None and spoken.childCount() == 1
    size = f"{region.width} by {region.height} pixels at {region.left}, {region.top}"
    assert box.text(QAccessible.Text.Name) == f"Box 1 of 1, {size}, prompt: a red apple"
    middle = driver.window.view.viewport().mapToGlobal(driver.point(140, 110))
    assert box.rect().contains(middle) and spoken.childAt(middle.x(), middle.y()) is box
    corner = driver.window.view.viewport().mapToGlobal(driver.point(5, 5))
    assert spoken.childAt(corner.x(), corner.y()) is None
    driver.window.view.setFocus()
    driver.press(Qt.Key.Key_Escape)
    assert spoken.childCount() == 0 and not box.isValid()
    assert box.text(QAccessible.Text.Name) == ""


def test_what_happens_is_announced(driver: Driver, photo: Path) -> None:
    told: list[str] = []
    driver.window.workspace.announcer.announced.connect(told.append)
    driver.open(photo)
    driver.press(Qt.Key.Key_B)
    assert told[-1] == "Box 1 of 1, 160 by 120 pixels at 80, 60, no prompt yet"
    driver.press(Qt.Key.Key_Right, SHIFT)
    assert "at 90, 60" in told[-1]
    driver.type("a red apple")
    driver.generate()
    assert any(each.startswith("Block ") and " of " in each for each in told)
    assert "Done. 4 candidates are ready. Candidate 1 of 4" in told
    driver.press(Qt.Key.Key_2)
    assert told[-1] == "Candidate 2 of 4"
    driver.press(Qt.Key.Key_Home)
    assert told[-1].startswith("Candidate 2 of 4, block 0 of ")
    driver.press(Qt.Key.Key_0)
    assert told[-1] == "The picture as it was"
    driver.window.tell(Trouble("It broke.", "Mend it."))
    assert told[-1] == "It broke. Mend it."


def test_a_whole_edit_by_keyboard_alone(driver: Driver, photo: Path) -> None:
    """Draw, move, size, type, generate, choose, apply: no mouse."""
    driver.open(photo)
    driver.window.view.setFocus()
    driver.press(Qt.Key.Key_B)
    for key, modifier in (
        (Qt.Key.Key_Left, SHIFT),
        (Qt.Key.Key_Down, NONE),
        (Qt.Key.Key_Right, CTRL | SHIFT),
        (Qt.Key.Key_Up, CTRL),
    ):
        driver.press(key, modifier)
    region = driver.editor.region
    assert region is not None
    assert (region.left, region.top, region.width, region.height) == (70, 61, 170, 119)
    driver.press(Qt.Key.Key_T)
    typed = QApplication.focusWidget()
    assert typed is driver.window.workspace.prompt.field
    QTest.keyClicks(typed, "a red apple")
    with driver.qtbot.waitSignal(driver.editor.finished):
        QTest.keyClick(typed, Qt.Key.Key_Return, CTRL)
    driver.press(Qt.Key.Key_3)
    driver.press(Qt.Key.Key_Return)
    assert driver.editor.mode is Mode.EDITING and len(driver.document.edits) == 1


def test_the_picture_is_moved_by_keys(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    view = driver.window.view
    before = view.mapToScene(QPoint())
    driver.press(Qt.Key.Key_Right, ALT)
    driver.press(Qt.Key.Key_Down, ALT)
    after = view.mapToScene(QPoint())
    assert after.x() > before.x() and after.y() > before.y()


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    lights = sorted(map(luminance, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(color: str) -> float:
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def texts(colors: Colors) -> Iterable[tuple[str, str]]:
    for ground in (colors.window, colors.surface, colors.raised):
        yield colors.text, ground
        yield colors.muted, ground
    yield colors.on_accent, colors.accent
    yield colors.text, colors.accent_soft
    yield colors.warning_text, colors.warning_soft


@pytest.mark.parametrize(
    ("colors", "least"),
    [(LIGHT, 4.5), (DARK, 4.5), (CONTRAST_LIGHT, 7.0), (CONTRAST_DARK, 7.0)],
    ids=["light", "dark", "contrast light", "contrast dark"],
)
def test_texts_stand_out(colors: Colors, least: float) -> None:
    """WCAG 2: 4.5 for text (AA), 7 with high contrast (AAA)."""
    assert not [(pair, contrast(*pair)) for pair in texts(colors) if contrast(*pair) < least]
