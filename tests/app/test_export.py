"""The export dialog, exporting again, and exported pictures opened again, with real events."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionButton

from app.dialogs.export import ExportDialog
from app.export_choice import FIRST_CHOICE, FORMATS, ExportChoice, What, choice_from
from app.models.editor import Mode
from app.settings import Settings, read_settings, write_settings
from engine.document.carried import origin_in
from engine.document.picture_file import open_picture
from engine.document.recipe import recipe_in
from tests.app.driver import CTRL, LEFT, NONE, SHIFT, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


@pytest.fixture
def dialog(driver: Driver, photo: Path, folder: Path) -> ExportDialog:
    """Opened by its key over a picture with one applied box, to write into `folder`."""
    edited(driver, photo, ExportChoice(folder=str(folder)))
    driver.press(Qt.Key.Key_E, CTRL)
    return opened(driver)


def edited(driver: Driver, photo: Path, choice: ExportChoice) -> None:
    preferences = driver.desk.preferences
    preferences.keep(replace(preferences.settings, export=choice))
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Return)
    assert driver.mode_is(Mode.EDITING)


def opened(driver: Driver) -> ExportDialog:
    dialogs = driver.window.findChildren(ExportDialog)
    assert len(dialogs) == 1 and dialogs[0].isVisible()
    return dialogs[0]


def choose(combo: QComboBox, data: str | int) -> None:
    """With the arrow keys, from the first entry on."""
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.count()):
        if combo.currentData() == data:
            return
        QTest.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentData() == data


def click(box: QCheckBox) -> None:
    """On the little square: the rest of the line is not the box's."""
    option = QStyleOptionButton()
    box.initStyleOption(option)
    square = box.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, box)
    QTest.mouseClick(box, LEFT, NONE, square.center())


def read(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image)


def finish(driver: Driver, dialog: ExportDialog) -> Path:
    """Press Export; the file that was written."""
    with driver.qtbot.waitSignal(driver.documents.written) as written:
        QTest.mouseClick(dialog.export_button, LEFT, NONE, QPoint(8, 8))
    path = written.args[0]
    assert isinstance(path, Path)
    driver.window.activateWindow()
    driver.qtbot.waitUntil(driver.window.isActiveWindow)
    return path


def test_the_usual_choice_writes_everything(
    driver: Driver, dialog: ExportDialog, folder: Path
) -> None:
    assert dialog.outcome.text() == "photo edited.png"
    path = finish(driver, dialog)
    assert list(folder.iterdir()) == [path] == [folder / "photo edited.png"]
    assert np.array_equal(read(path), driver.document.picture.pixels)
    assert recipe_in(path.read_bytes(), path.name).prompt == "a red apple"
    assert origin_in(path.read_bytes()) == "composite"


def test_format_quality_and_marks_are_chosen_and_remembered(
    driver: Driver, dialog: ExportDialog, tmp_path: Path
) -> None:
    choose(dialog.format, "jpg")
    assert dialog.quality.isVisible() and not dialog.bits.isVisible()
    dialog.quality.setFocus()
    dialog.quality.selectAll()
    QTest.keyClicks(dialog.quality, "35")
    click(dialog.recipe)
    click(dialog.mark)
    path = finish(driver, dialog)
    data = path.read_bytes()
    assert path.suffix == ".jpg" and data.startswith(b"\xff\xd8")
    assert origin_in(data) is None and b"ellbox" not in data
    chosen = driver.desk.preferences.settings.export
    assert (chosen.format, chosen.quality, chosen.recipe, chosen.mark) == ("jpg", 35, False, False)
    write_settings(driver.desk.preferences.settings, tmp_path / "settings.json")
    assert read_settings(tmp_path / "settings.json").export == chosen

    driver.press(Qt.Key.Key_E, CTRL)
    again = opened(driver)
    assert again.format.currentData() == "jpg" and again.quality.value() == 35
    assert not again.recipe.isChecked() and again.icc.isChecked()
    QTest.keyClick(again, Qt.Key.Key_Escape)


def test_sixteen_bits(driver: Driver, dialog: ExportDialog) -> None:
    choose(dialog.format, "tif")
    assert dialog.bits.isVisible() and not dialog.quality.isVisible()
    choose(dialog.bits, 16)
    path = finish(driver, dialog)
    pixels = open_picture(path).pixels
    assert pixels.dtype == np.uint16 and not (pixels % 257).any()


@pytest.mark.parametrize(
    ("what", "name"),
    [("box", "photo box.png"), ("mask", "photo mask.png"), ("layers", "photo layers.ora")],
)
def test_parts_of_a_picture(driver: Driver, dialog: ExportDialog, what: What, name: str) -> None:
    choose(dialog.what, what)
    assert dialog.outcome.text() == name
    path = finish(driver, dialog)
    assert path.name == name
    region = driver.document.edits[0].region
    shown = driver.document.picture.pixels
    if what == "layers":
        assert b"image/openraster" in path.read_bytes()[:100]
        return
    written = read(path)
    if what == "box":
        inside = shown[region.top : region.bottom, region.left : region.right]
        assert np.array_equal(written, inside)
    else:
        assert int((written == 255).sum()) == region.width * region.height


def test_the_steps_of_an_applied_edit_are_drawn_and_written(
    driver: Driver, photo: Path, folder: Path
) -> None:
    edited(driver, photo, ExportChoice(folder=str(folder)))
    steps = len(driver.document.edits[0].timeline.path())
    for film, form in (("gif", "GIF"), ("webp", "WEBP"), ("apng", "PNG")):
        driver.press(Qt.Key.Key_E, CTRL | Qt.KeyboardModifier.AltModifier)
        dialog = opened(driver)
        assert dialog.what.currentData() == "decode"
        choose(dialog.format, film)
        with Image.open(finish(driver, dialog)) as image:
            # Pillow merges frames that do not differ.
            assert image.format == form and image.size == (320, 240)
            assert 1 < image.n_frames <= steps  # type: ignore[attr-defined]


def test_a_film(driver: Driver, photo: Path, folder: Path) -> None:
    pytest.importorskip("av")
    edited(driver, photo, ExportChoice(what="decode", film="mp4", folder=str(folder)))
    with driver.qtbot.waitSignal(driver.documents.written) as written:
        driver.press(Qt.Key.Key_E, CTRL | SHIFT)
    assert written.args == [folder / "photo decode.mp4"]
    assert written.args[0].read_bytes()[4:8] == b"ftyp"


def test_a_contact_sheet_of_what_is_on_offer(driver: Driver, photo: Path, folder: Path) -> None:
    preferences = driver.desk.preferences
    choice = ExportChoice(what="sheet", folder=str(folder))
    preferences.keep(replace(preferences.settings, export=choice))
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_E, CTRL)
    path = finish(driver, opened(driver))
    assert path.name == "photo steps.png" and origin_in(path.read_bytes()) == "composite"
    assert read(path).shape[1] > 2 * 256
    assert driver.mode_is(Mode.CHOOSING)


def test_a_candidate_is_asked_for_by_its_number(driver: Driver, photo: Path, folder: Path) -> None:
    edited(driver, photo, ExportChoice(folder=str(folder)))
    driver.type("another")
    driver.generate()
    driver.press(Qt.Key.Key_2)
    shown = driver.editor.choosing.shown_document
    assert shown is not None
    driver.press(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.AltModifier)
    path = finish(driver, opened(driver))
    assert path.name == "photo candidate 2.png"
    assert np.array_equal(read(path), shown.picture.pixels)
    assert driver.mode_is(Mode.CHOOSING)


def test_exporting_again_asks_nothing_and_replaces_nothing(
    driver: Driver, dialog: ExportDialog, folder: Path
) -> None:
    choose(dialog.format, "webp")
    first = finish(driver, dialog)
    before = first.read_bytes()
    for _ in range(2):
        driver.press(Qt.Key.Key_E, CTRL | SHIFT)
    driver.wait_idle()
    names = {path.name for path in folder.iterdir()}
    assert names == {"photo edited.webp", "photo edited 2.webp", "photo edited 3.webp"}
    assert first.read_bytes() == before
    assert not driver.window.findChildren(ExportDialog)


def test_a_file_is_replaced_only_when_that_is_wanted(
    driver: Driver, dialog: ExportDialog, folder: Path
) -> None:
    old = folder / "photo edited.png"
    old.write_bytes(b"old")
    click(dialog.overwrite)
    assert dialog.outcome.text() == "Replaces photo edited.png"
    assert finish(driver, dialog) == old
    assert old.read_bytes() != b"old" and len(list(folder.iterdir())) == 1


def test_names_are_made_of_words(driver: Driver, dialog: ExportDialog) -> None:
    dialog.name.setFocus()
    dialog.name.selectAll()
    QTest.keyClicks(dialog.name, "{prompt} - {nonsense}")
    assert "nothing called {nonsense}" in dialog.outcome.text()
    assert not dialog.export_button.isEnabled()
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.name.selectAll()
    QTest.keyClicks(dialog.name, "{prompt} {seed}")
    seed = driver.document.edits[0].timeline.head_run.params.seed
    assert finish(driver, dialog).name == f"a red apple {seed}.png"


def test_what_cannot_be_exported_says_why(driver: Driver, photo: Path) -> None:
    driver.open(photo)
    driver.press(Qt.Key.Key_E, CTRL)
    dialog = opened(driver)
    choose(dialog.what, "layers")
    rows = [row for row in range(dialog.what.count()) if possible(dialog, row)]
    assert [dialog.what.itemData(row) for row in rows] == ["picture", "layers"]
    barred = dialog.what.findData("decode")
    tip = dialog.what.itemData(barred, Qt.ItemDataRole.ToolTipRole)
    assert tip == "There are no steps to show: no model has drawn here yet."
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def possible(dialog: ExportDialog, row: int) -> bool:
    index = dialog.what.model().index(row, 0)
    return bool(dialog.what.model().flags(index) & Qt.ItemFlag.ItemIsEnabled)


def test_a_failed_export_leaves_nothing_and_is_told(
    driver: Driver, dialog: ExportDialog, folder: Path
) -> None:
    finish(driver, dialog)
    written = {path: path.read_bytes() for path in folder.iterdir()}
    # The folder is there when it is asked for, but takes no file when it is written to.
    (folder / "photo edited 2.png").mkdir()
    settings = driver.desk.preferences.settings
    blocked = replace(settings.export, name="photo edited 2", replace=True)
    driver.desk.preferences.keep(replace(settings, export=blocked))
    driver.press(Qt.Key.Key_E, CTRL | SHIFT)
    driver.qtbot.waitUntil(lambda: driver.window.workspace.error_bar.isVisible())
    assert "is not a file that can be replaced" in driver.window.workspace.error_bar.sentence.text()
    (folder / "photo edited 2.png").rmdir()
    assert {path: path.read_bytes() for path in folder.iterdir()} == written


def test_a_vanished_folder_is_told_before_anything_is_done(
    driver: Driver, dialog: ExportDialog, folder: Path
) -> None:
    folder.rmdir()
    dialog.name.setFocus()
    QTest.keyClicks(dialog.name, "x")
    assert "There is no folder" in dialog.outcome.text()
    assert not dialog.export_button.isEnabled()
    QTest.mouseClick(dialog.cancel_button, LEFT, NONE, QPoint(8, 8))
    assert driver.desk.preferences.settings.export.name == FIRST_CHOICE.name


def test_profile_and_camera_data_stay_or_go(driver: Driver, tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "camera.jpg"
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (64, 48), "teal").save(source, exif=exif, icc_profile=profile)
    driver.open(source)
    preferences = driver.desk.preferences
    for kept in (True, False):
        choice = ExportChoice(format="webp", icc=kept, exif=kept, folder=str(folder))
        preferences.keep(replace(preferences.settings, export=choice))
        with driver.qtbot.waitSignal(driver.documents.written) as written:
            driver.press(Qt.Key.Key_E, CTRL | SHIFT)
        with Image.open(written.args[0]) as image:
            assert (image.getexif().get(0x010F) == "A camera") is kept
            assert ("icc_profile" in image.info) is kept


def test_an_exported_picture_brings_its_recipe_back(
    driver: Driver, photo: Path, folder: Path
) -> None:
    edited(driver, photo, FIRST_CHOICE)
    edit = driver.document.edits[0]
    exports = [folder / f"exported.{suffix}" for suffix in FORMATS]
    for path in exports:
        driver.documents.export(path)
    driver.wait_idle()
    for path in exports:
        driver.type("something else")
        driver.documents.close()
        driver.open(path)
        assert not driver.documents.dirty and len(driver.document.edits) == 1
        assert driver.editor.region == edit.region
        assert driver.window.workspace.prompt.field.text() == "a red apple"
        assert driver.editor.wishes.params.seed == edit.timeline.head_run.params.seed
        driver.press(Qt.Key.Key_L, CTRL)
        proposal = driver.editor.proposal
        assert proposal is not None
        states = [each.state for each in edit.timeline.path()]
        assert [each.state for each in proposal.path] == states


def test_unfit_stored_choices_become_the_usual_ones() -> None:
    record = {"what": "house", "format": "jpg", "quality": 400, "depth": True, "icc": 0, "x": 1}
    assert choice_from(record) == replace(FIRST_CHOICE, format="jpg")
    assert choice_from([1]) == FIRST_CHOICE
    assert Settings().export == FIRST_CHOICE
