"""Settings: the dialog changes them at once, and they are read back as they were."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.desk import Desk, build_application
from app.dialogs.settings import SettingsDialog
from app.panels.bars import AppearanceMenu
from app.settings import Settings, read_settings, write_settings
from app.theme import DARK, LIGHT, current_colors, wanted_colors
from engine.values.computing import Computing, DeviceName
from engine.values.jobs import Described, DescribeRequest
from tests.app.driver import CTRL, LEFT, Driver
from tests.app.fake_engine import SPEC, FakeEngine

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


class TellingEngine(FakeEngine):
    """Says what it was asked to compute with."""

    def described(self, request: DescribeRequest) -> Described:
        wanted = request.computing or Computing()
        told = f"a fake {wanted.device} in {wanted.precision}"
        why, here = "It is asked for.", present("cuda", "cpu")
        return Described(request.job, told, (SPEC,), why, here, cores=4)


def present(*devices: DeviceName) -> tuple[DeviceName, ...]:
    return devices


@pytest.fixture
def engine() -> FakeEngine:
    return TellingEngine()


@pytest.fixture
def dialog(driver: Driver) -> Iterator[SettingsDialog]:
    driver.press(Qt.Key.Key_Comma, CTRL)
    (found,) = driver.window.findChildren(SettingsDialog)
    yield found
    found.close()
    driver.window.preferences.keep(Settings())


def choose(dialog: SettingsDialog, name: str, value: str) -> None:
    """With the keyboard, as in any list of choices."""
    box = getattr(dialog, name)
    box.setFocus()
    place = box.findData(value)
    key = Qt.Key.Key_Down if place > box.currentIndex() else Qt.Key.Key_Up
    while box.currentIndex() != place:
        before = box.currentIndex()
        QTest.keyClick(box, key)
        assert box.currentIndex() != before, f"{value} cannot be chosen"


def test_the_theme_follows_at_once(driver: Driver, dialog: SettingsDialog) -> None:
    for value, colors in (("dark", DARK), ("light", LIGHT)):
        choose(dialog, "theme", value)
        assert current_colors() is colors
    choose(dialog, "theme", "contrast")
    assert current_colors() is wanted_colors("contrast")
    menu = driver.window.findChild(AppearanceMenu)
    assert isinstance(menu, AppearanceMenu)
    checked = [each.text() for each in menu.actions() if each.isChecked()]
    assert checked == ["High &contrast"]


def test_canvas_and_hints_follow_at_once(driver: Driver, dialog: SettingsDialog) -> None:
    window = driver.window

    def seen() -> tuple[bool, bool, bool]:
        view = window.view
        return bool(window.status.hint.text()), view.box.dims, view.sites.wanted

    assert seen() == (True, True, True)
    for box in (dialog.hints, dialog.dim, dialog.outline):
        QTest.mouseClick(box, LEFT, pos=box.rect().center() - box.rect().center() / 1.1)
    assert seen() == (False, False, False)
    assert not window.preferences.settings.hints


def test_the_device_is_changed_and_explained(
    driver: Driver, dialog: SettingsDialog, engine: FakeEngine
) -> None:
    assert dialog.facts.text() == "Pictures are computed by: a fake auto in full. It is asked for."
    choose(dialog, "device", "cuda")
    choose(dialog, "precision", "half")
    driver.qtbot.waitUntil(lambda: "a fake cuda in half" in dialog.facts.text())
    asked = [each.computing for each in engine.requests if isinstance(each, DescribeRequest)]
    assert asked == [Computing(), Computing("cuda"), Computing("cuda", "half")]
    assert driver.window.status.device.text() == "a fake cuda in half"
    model = dialog.device.model()
    lacking = model.index(dialog.device.findData("mps"), 0)
    assert not model.flags(lacking) & Qt.ItemFlag.ItemIsEnabled
    assert dialog.threads.maximum() == 4


def test_memory_is_bounded_at_once(driver: Driver, dialog: SettingsDialog, photo: Path) -> None:
    for field, typed in ((dialog.undo, "128"), (dialog.cache, "64")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert driver.documents.undo_bytes == 128 * 2**20
    assert driver.editor.offer.pictures.limit_bytes == 64 * 2**20


def test_undo_keeps_to_its_bytes(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    driver.documents.undo_bytes = 1
    driver.press(Qt.Key.Key_B)
    assert not driver.documents.can_undo
    driver.documents.undo_bytes = 2**20
    driver.press(Qt.Key.Key_A, CTRL)
    assert driver.documents.can_undo


def test_set_all_back_keeps_what_was_learned(driver: Driver, dialog: SettingsDialog) -> None:
    learned = replace(
        driver.window.preferences.settings, recent=("a.png",), appearance="dark", undo_mb=64
    )
    driver.window.preferences.keep(learned)
    assert dialog.undo.value() == 64
    QTest.mouseClick(dialog.reset, LEFT)
    assert driver.window.preferences.settings == replace(learned, appearance="system", undo_mb=1024)


def test_everything_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(
        appearance="contrast", language="de", device="cpu", precision="half", threads=2,
        undo_mb=128, cache_mb=64, keep_folder=str(tmp_path), hints=False, dim_outside=False,
        outline_steps=False, keys=(("generate", ("F5", "Ctrl+Return")), ("star", ())),
        toured=True, candidates=2, folder="f", recent=("r",), geometry="g",
    )  # fmt: skip
    write_settings(settings, path)
    assert read_settings(path) == settings
    path.write_text(
        '{"threads": true, "undo_mb": 1, "cache_mb": "x", "device": "abacus", "keys": [["a"], 3],'
        ' "hints": 0}'
    )
    assert read_settings(path) == Settings(undo_mb=64)


def test_work_is_kept_aside_where_it_is_wanted(qtbot: QtBot, tmp_path: Path, photo: Path) -> None:
    build_application([])
    chosen = tmp_path / "elsewhere"
    desk = Desk(Settings(keep_folder=str(chosen)), FakeEngine)
    try:
        desk.window.show()
        qtbot.waitUntil(lambda: desk.editor.generator is not None)
        Driver(qtbot, desk).boxed(photo)
        desk.recovery.keep()
        qtbot.waitUntil(lambda: any((chosen / "recovery").rglob("*")))
    finally:
        desk.close()
