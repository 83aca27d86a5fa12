"""Keys: chosen by pressing them, told when they are taken, set back, and kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.action_set import plain_text
from app.dialogs.keys import KeysDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.models.shortcuts import ARROWS, Shortcuts
from app.settings import Settings
from tests.app.driver import CTRL, LEFT, NONE, Driver

USUAL = {"a": ("A",), "b": ("B", "Esc"), "c": ("Esc",), "d": ()}


def test_a_key_is_taken_from_who_has_it_and_given_back() -> None:
    shortcuts = Shortcuts(USUAL, {})
    assert shortcuts.taken_by("A", "b") == ("a",)
    taken = shortcuts.with_keys("b", ("A",))
    assert (taken.keys("a"), taken.keys("b")) == ((), ("A",))
    assert taken.stored == (("a", ()), ("b", ("A",)))
    back = taken.reset("a")
    assert (back.keys("a"), back.keys("b")) == (("A",), ())
    assert taken.all_reset() == shortcuts


def test_what_shares_a_key_as_shipped_may_go_on_sharing_it() -> None:
    shortcuts = Shortcuts(USUAL, {})
    assert shortcuts.taken_by("Esc", "b") == ()
    assert shortcuts.taken_by("Esc", "a") == ("b", "c")


def test_keys_are_told_as_they_are() -> None:
    usual = {way: (f"Shift+{way}",) for way in ARROWS} | USUAL
    shortcuts = Shortcuts(usual, {})
    assert shortcuts.told("a") == "A"
    assert shortcuts.told("b", place=-1) == "Esc"
    assert shortcuts.told("a", "b") == "A / B"
    assert shortcuts.told("d") == "" and shortcuts.told("d", "a") == "A"
    assert shortcuts.told(*ARROWS) == "Shift+arrows"
    other = shortcuts.with_keys("Left", ("X",))
    assert other.told(*ARROWS) == "X / Shift+Right / Shift+Up / Shift+Down"


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(sorted(USUAL)),
        st.lists(st.sampled_from(["A", "B", "Esc", "X"]), unique=True).map(tuple),
    )
)


@given(CHANGES)
def test_a_key_never_does_two_things_that_did_not_share_it(
    changes: list[tuple[str, tuple[str, ...]]],
) -> None:
    shortcuts = Shortcuts(USUAL, {})
    for action, keys in changes:
        shortcuts = shortcuts.with_keys(action, keys)
        assert shortcuts.keys(action) == keys
        for one in USUAL:
            assert not any(shortcuts.taken_by(key, one) for key in shortcuts.keys(one))


@pytest.fixture
def editor(driver: Driver) -> Iterator[KeysDialog]:
    driver.window.actions_table["keys"].trigger()
    (found,) = driver.window.findChildren(KeysDialog)
    yield found
    for each in driver.window.findChildren(KeysDialog):
        each.close()
    driver.window.preferences.keep(Settings())


pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support")]


def closed(driver: Driver, editor: KeysDialog) -> None:
    """Keys go to the window again."""
    QTest.mouseClick(editor.close_button, LEFT)
    driver.window.activateWindow()
    driver.qtbot.waitUntil(driver.window.isActiveWindow)


def pressed(
    editor: KeysDialog, action: str, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE
) -> None:
    editor.choose(action)
    editor.field.setFocus()
    QTest.keyClick(editor.field, key, modifier)


@pytest.mark.gui
def test_a_free_key_does_it_at_once(driver: Driver, editor: KeysDialog, photo: Path) -> None:
    pressed(editor, "middle", Qt.Key.Key_F9)
    assert editor.told.text() == "F9 is free."
    QTest.mouseClick(editor.add, LEFT)
    assert driver.window.preferences.settings.keys == (("middle", ("B", "F9")),)
    closed(driver, editor)
    driver.open(photo)
    driver.press(Qt.Key.Key_F9)
    assert driver.editor.region is not None


@pytest.mark.gui
def test_a_taken_key_is_told_and_taken(driver: Driver, editor: KeysDialog, photo: Path) -> None:
    table = driver.window.actions_table
    pressed(editor, "middle", Qt.Key.Key_E, CTRL)
    assert f"is taken: {plain_text(table['export'].text())}." in editor.told.text()
    QTest.mouseClick(editor.use, LEFT)
    assert table.keys_of("middle") == ("Ctrl+E",)
    assert table.keys_of("export") == () and "Ctrl" not in table["export"].toolTip()
    closed(driver, editor)
    driver.open(photo)
    boxes = []
    for key, modifier in ((Qt.Key.Key_B, NONE), (Qt.Key.Key_E, CTRL)):
        driver.press(key, modifier)
        boxes.append(driver.editor.region is not None)
    assert boxes == [False, True]


@pytest.mark.gui
def test_keys_are_set_back(driver: Driver, editor: KeysDialog) -> None:
    table = driver.window.actions_table
    for action, key in (("star", Qt.Key.Key_F8), ("more", Qt.Key.Key_F9)):
        pressed(editor, action, key)
        QTest.mouseClick(editor.use, LEFT)
    editor.choose("star")
    QTest.mouseClick(editor.reset, LEFT)
    assert (table.keys_of("star"), table.keys_of("more")) == (("S",), ("F9",))
    QTest.mouseClick(editor.reset_all, LEFT)
    assert table.keys_of("more") == ("M",) and not driver.window.preferences.settings.keys
    assert [each.isEnabled() for each in (editor.reset_all, editor.reset)] == [False, False]


@pytest.mark.gui
def test_the_list_is_searched(editor: KeysDialog) -> None:
    QTest.keyClicks(editor.search, "zoom in")
    tree = editor.actions_list
    shown = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    assert [each.text(0) for each in shown if each and not each.isHidden()] == ["Zoom in"]


@pytest.mark.gui
def test_the_sheet_tells_the_keys_as_they_are(driver: Driver) -> None:
    driver.window.preferences.keep(replace(Settings(), keys=(("generate", ("F5",)),)))
    driver.press(Qt.Key.Key_Question)
    (sheet,) = driver.window.findChildren(ShortcutsDialog)
    assert sheet.isVisible()
    told = {said.text(): keys for said, keys in sheet.lines}
    assert told["Generate"].text() == "F5"
    QTest.keyClicks(sheet.search, "full screen")
    assert told["Full screen"].isEnabled() and not told["Generate"].isEnabled()
    QTest.keyClick(sheet, Qt.Key.Key_Question)
    assert not sheet.isVisible()
    driver.window.preferences.keep(Settings())


@pytest.mark.gui
def test_whatever_names_a_key_names_the_one_that_is_set(driver: Driver, photo: Path) -> None:
    """Hints, tooltips of buttons, and the guide; a key that is gone is not named."""
    window, space = driver.window, driver.window.workspace
    driver.boxed(photo, "a red apple")
    assert "(Ctrl+Return)" in space.start.button.toolTip()
    assert "Ctrl+Return generates" in window.status.hint.text()
    driver.generate()
    assert window.status.hint.text().startswith("Up / Down: candidates")
    chosen = {
        "generate": ("F6",),
        "next": ("J",),
        "previous": ("I",),
        "apply": (),
        "branch": ("F7",),
    }
    settings = window.preferences.settings
    window.preferences.keep(replace(settings, keys=tuple(sorted(chosen.items()))))
    assert window.status.hint.text().startswith("I / J: candidates")
    assert "apply" not in window.status.hint.text()
    told = [space.prompt.button, space.start.button, space.timeline.branch_button]
    assert ["(F6)" in each.toolTip() for each in told] == [True, True, False]
    assert "(" not in space.strip.apply_button.toolTip()
    driver.press(Qt.Key.Key_Home)
    assert "(F7)" in space.timeline.branch_button.toolTip()
    window.guide.begin()
    for _ in range(2):
        window.guide.next()
    assert window.guide_card.text.text().endswith("Keys for it: I / J.")
    window.guide.skip()
