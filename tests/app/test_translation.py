"""Translations: complete, with the same placeholders, and spoken by the whole window."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.desk import Desk, build_application
from app.dialogs.settings import SettingsDialog
from app.models.spoken import spoken_boxes
from app.settings import Settings
from app.texts import speak, tr, translation_file, translations
from tests.app.driver import Driver
from tests.app.fake_engine import FakeEngine

ROOT = Path(__file__).resolve().parents[2]
GERMAN = translation_file("de")
PLACEHOLDER = re.compile(r"\{\w*[^}]*\}")


def pairs() -> list[tuple[str, str]]:
    return list(translations(GERMAN).items())


def test_every_marked_text_is_translated(tmp_path: Path) -> None:
    """lupdate finds nothing in app/ that the file lacks, and nothing in it is unfinished."""
    fresh = tmp_path / GERMAN.name
    shutil.copy(GERMAN, fresh)
    lupdate = Path(sys.executable).with_name("pyside6-lupdate")
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*.py"))
    subprocess.run(
        [lupdate, *sources, "-locations", "none", "-ts", fresh],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    messages = list(ElementTree.parse(fresh).iter("message"))
    unfinished = [
        each.findtext("source")
        for each in messages
        for target in [each.find("translation")]
        if target is None or not target.text or target.get("type") == "unfinished"
    ]
    assert len(messages) > 250 and unfinished == []


def test_placeholders_agree() -> None:
    wrong = [
        (source, target)
        for source, target in pairs()
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(target))
    ]
    assert wrong == []


def test_marks_of_menus_and_dialogs_agree() -> None:
    """A letter for Alt in each menu text, and three dots where something is asked first."""
    wrong = [
        (source, target)
        for source, target in pairs()
        if source.count("&") != target.count("&")
        or source.endswith("\N{HORIZONTAL ELLIPSIS}") != target.endswith("\N{HORIZONTAL ELLIPSIS}")
        or len(source) - len(source.strip()) != len(target) - len(target.strip())
    ]
    assert wrong == []


@pytest.fixture
def german(qtbot: QtBot) -> Iterator[None]:
    app = build_application([])
    texts = speak(app, "de")
    assert texts is not None
    yield
    QCoreApplication.removeTranslator(texts)


def test_a_text_without_translation_is_itself(german: None) -> None:
    assert tr("&File") == "&Datei"
    assert tr("not a text of Ellbox") == "not a text of Ellbox"


def test_english_needs_no_file(qtbot: QtBot) -> None:
    assert speak(build_application([]), "en") is None
    assert tr("&File") == "&File"


@pytest.mark.gui
@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_window_speaks_german(german: None, qtbot: QtBot, photo: Path) -> None:
    desk = Desk(Settings(), FakeEngine)
    desk.window.resize(1280, 820)
    try:
        desk.window.show()
        qtbot.waitUntil(lambda: desk.editor.generator is not None)
        menus = [each.text() for each in desk.window.menuBar().actions()]
        assert menus[:3] == ["&Datei", "&Bearbeiten", "&Rahmen"] and menus[-1] == "&Hilfe"
        driver = Driver(qtbot, desk)
        driver.boxed(photo)
        driver.generate()
        assert desk.window.workspace.strip.apply_button.text() == "Anwenden"
        assert "Rahmen 1 von 1" in spoken_boxes(desk.editor)[0].name
        generate = desk.window.actions_table["generate"]
        assert generate.toolTip().startswith("Den Rahmen nach der Beschreibung neu zeichnen (")
        desk.window.actions_table["settings"].trigger()
        (dialog,) = desk.window.findChildren(SettingsDialog)
        assert dialog.theme.itemText(dialog.theme.findData("contrast")) == "Hoher Kontrast"
        dialog.close()
        for action in ("settings", "keys", "shortcuts", "weights", "export", "about"):
            desk.window.actions_table[action].trigger()
            (shown,) = [each for each in desk.window.findChildren(QDialog) if each.isVisible()]
            qtbot.waitUntil(shown.isVisible)
            cut = cut_off(shown)
            shown.close()
            assert cut == [], action
    finally:
        desk.close()


def cut_off(root: QWidget) -> list[str]:
    """Texts that have less room than they need, and what must be scrolled sideways."""
    labels = [each for each in root.findChildren(QLabel) if not each.wordWrap()]
    ignored = QSizePolicy.Policy.Ignored
    fixed = [each for each in labels if each.sizePolicy().horizontalPolicy() != ignored]
    buttons = root.findChildren(QPushButton) + root.findChildren(QCheckBox)
    texts = [
        each.text()
        for each in (*fixed, *buttons)
        if each.isVisibleTo(root) and each.sizeHint().width() > each.width() + 1
    ]
    areas = root.findChildren(QScrollArea)
    sideways = [each for each in areas if each.horizontalScrollBar().maximum() > 0]
    return [*texts, *(each.accessibleName() for each in sideways)]
