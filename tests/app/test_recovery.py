"""Work that is kept aside while the window lives, and offered when it did not close properly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app.models.editor import Mode
from app.models.recovery import KeptFirst, state_folder
from engine.document.document import Document
from engine.document.recovery import Autosave
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.jobs import DescribeRequest, EditRequest
from engine.values.params import SamplingParams
from engine.values.region import Region
from tests.app.conftest import driven
from tests.app.driver import CTRL, LEFT, Driver
from tests.app.fake_engine import FakeEngine

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]

Windows = Callable[[], AbstractContextManager[Driver]]


@pytest.fixture
def window(qtbot: QtBot) -> Windows:
    """Opens one window after the other; a block that ends without closing it is like a crash."""

    @contextmanager
    def opened() -> Iterator[Driver]:
        yield from driven(qtbot, FakeEngine)

    return opened


def is_refused(driver: Driver, project: Path) -> None:
    """It cannot be opened here, because another window shows it."""
    with driver.qtbot.waitSignal(driver.documents.failed):
        driver.window.files.open(project)
    assert "another window" in driver.window.workspace.error_bar.sentence.text()


def kept(driver: Driver) -> None:
    """All that there is lies on the disk."""
    driver.desk.recovery.keep()
    driver.qtbot.waitUntil(lambda: not driver.desk.recovery.busy)


def looked(driver: Driver) -> None:
    driver.qtbot.waitUntil(lambda: not driver.desk.recovery.busy)


def left_over() -> list[str]:
    return sorted(path.name for path in (state_folder() / "recovery").glob("*"))


def worked(driver: Driver, photo: Path) -> None:
    """One edit applied, another box with candidates on offer."""
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Return)
    driver.drag((10, 10), (70, 60))
    driver.type("a blue banana")
    driver.generate()
    driver.press(Qt.Key.Key_3)
    driver.press(Qt.Key.Key_Left)


def test_a_crashed_window_is_restored_with_edits_box_prompt_and_candidates(
    window: Windows, photo: Path
) -> None:
    with window() as driver:
        worked(driver, photo)
        kept(driver)
        pixels, region = driver.document.picture.pixels, driver.editor.region
        before = driver.editor.proposal
    assert before is not None
    with window() as driver:
        bar = driver.window.workspace.recovery_bar
        driver.qtbot.waitUntil(bar.isVisible)
        told = bar.sentence.text()
        assert "did not close properly" in told and "photo.png" in told
        assert "1 edit and 4 candidates" in told
        with driver.qtbot.waitSignal(driver.documents.unpacked):
            QTest.mouseClick(bar.restore, LEFT)
        assert bar.isHidden()
        assert np.array_equal(driver.document.picture.pixels, pixels)
        assert driver.documents.dirty and driver.documents.name == "photo.png"
        assert (driver.editor.region, driver.editor.prompt) == (region, "a blue banana")
        after = driver.editor.proposal
        assert after is not None and driver.editor.mode is Mode.CHOOSING
        assert (after.trees, after.shown, after.at) == (before.trees, 3, before.at)
        for new, old in zip(after.options, before.options, strict=True):
            assert np.array_equal(new.patch, old.patch)
        driver.press(Qt.Key.Key_End)
        driver.press(Qt.Key.Key_Return)
        assert len(driver.document.edits) == 2
        kept(driver)
    with window() as driver:
        driver.qtbot.waitUntil(driver.window.workspace.recovery_bar.isVisible)
        assert "2 edits" in driver.window.workspace.recovery_bar.sentence.text()


def test_discarded_work_is_not_offered_again(window: Windows, photo: Path) -> None:
    with window() as driver:
        driver.boxed(photo)
        kept(driver)
    with window() as driver:
        bar = driver.window.workspace.recovery_bar
        driver.qtbot.waitUntil(bar.isVisible)
        QTest.mouseClick(bar.discard, LEFT)
        driver.qtbot.waitUntil(bar.isHidden)
        assert driver.editor.mode is Mode.EMPTY
    assert left_over() == []


def test_opening_saving_and_closing_leave_nothing_to_restore(
    window: Windows, photo: Path, tmp_path: Path
) -> None:
    with window() as driver:
        driver.open(photo)
        kept(driver)
        assert left_over() == []
        driver.drag((80, 60), (200, 160))
        kept(driver)
        assert len(left_over()) == 2  # the journal and its claim
        driver.documents.save(tmp_path / "a.ellbox")
        driver.wait_idle()
        kept(driver)
    with window() as driver:
        looked(driver)
        assert driver.window.workspace.recovery_bar.isHidden() and left_over() == []
        driver.open(photo)
        driver.drag((80, 60), (200, 160))
        kept(driver)
        assert left_over() != []
        driver.window.close()
    assert left_over() == []


def test_a_project_is_saved_with_all_that_is_open(
    window: Windows, photo: Path, tmp_path: Path
) -> None:
    project = tmp_path / "a.ellbox"
    with window() as driver:
        worked(driver, photo)
        before, region = driver.editor.proposal, driver.editor.region
        driver.window.view.actual_size()
        driver.qtbot.waitUntil(lambda: abs(driver.window.view.scale_factor - 1) < 1e-6)
        driver.documents.save(project)
        driver.wait_idle()
        assert not driver.documents.dirty
    assert before is not None
    with window() as driver:
        driver.open(project)
        assert (driver.editor.region, driver.editor.prompt) == (region, "a blue banana")
        after = driver.editor.proposal
        assert after is not None and (after.trees, after.at) == (before.trees, before.at)
        assert not driver.documents.dirty and driver.documents.path == project
        assert abs(driver.window.view.scale_factor - 1) < 1e-6
        with driver.qtbot.waitSignal(driver.editor.finished):
            driver.press(Qt.Key.Key_R, CTRL)
        assert len(driver.editor.proposal.options) == 8  # type: ignore[union-attr]


def test_a_project_is_open_in_one_window_only(window: Windows, photo: Path, tmp_path: Path) -> None:
    project = tmp_path / "a.ellbox"
    with window() as first, window() as second:
        first.open(photo)
        first.documents.save(project)
        first.wait_idle()
        is_refused(second, project)
        assert second.editor.mode is Mode.EMPTY
        second.open(photo)
        with second.qtbot.waitSignal(second.documents.failed):
            second.documents.save(project)
        first.window.files.new()
        kept(first)
        first.open(photo)
        second.documents.save(project)
        second.wait_idle()
        assert second.documents.path == project


def test_a_project_stays_locked_when_another_cannot_be_opened_or_saved(
    window: Windows, photo: Path, tmp_path: Path
) -> None:
    project, damaged = tmp_path / "a.ellbox", tmp_path / "b.ellbox"
    damaged.write_text("no project")
    with window() as first, window() as second:
        first.open(photo)
        first.documents.save(project)
        first.wait_idle()
        with first.qtbot.waitSignal(first.documents.failed):
            first.window.files.open(damaged)
        with first.qtbot.waitSignal(first.documents.failed):
            first.documents.save(tmp_path / "vanished" / "c.ellbox")
        assert first.documents.path == project
        is_refused(second, project)


def test_a_project_stays_locked_when_work_is_kept_while_it_is_saved_first(
    window: Windows, photo: Path, tmp_path: Path
) -> None:
    project = tmp_path / "a.ellbox"
    with window() as first, window() as second:
        first.boxed(photo)
        first.documents.save(project)
        first.type("a green pear")
        first.desk.recovery.keep()  # queued behind the save, and of a picture without a path yet
        first.wait_idle()
        kept(first)
        is_refused(second, project)


def test_a_picture_that_comes_while_another_is_saved_does_not_take_its_file(
    window: Windows, photo: Path, tmp_path: Path
) -> None:
    project = tmp_path / "a.ellbox"
    with window() as first, window() as second:
        first.open(photo)
        saved = first.document
        first.documents.save(project)
        first.documents.adopt(Document(Picture(np.zeros((8, 8, 3), np.uint8))), "pasted")
        first.wait_idle()
        assert (first.documents.path, first.documents.name) == (None, "pasted")
        assert first.documents.dirty
        second.open(project)
        assert np.array_equal(second.document.picture.pixels, saved.picture.pixels)


def test_what_was_to_follow_a_save_that_failed_does_not_follow_a_later_one(
    window: Windows, photo: Path, tmp_path: Path
) -> None:
    with window() as driver:
        driver.boxed(photo)
        driver.generate()
        driver.press(Qt.Key.Key_Return)
        driver.documents.path = tmp_path / "vanished" / "a.ellbox"
        driver.window.files.new()
        box = driver.window.findChild(QMessageBox)
        assert box is not None
        with driver.qtbot.waitSignal(driver.documents.failed):
            QTest.mouseClick(box.button(QMessageBox.StandardButton.Save), LEFT)
        with driver.qtbot.waitSignal(driver.documents.saved):
            driver.documents.save(tmp_path / "a.ellbox")
        assert len(driver.document.edits) == 1


def test_a_failed_save_is_a_sentence_and_the_dirty_mark_stays(
    window: Windows, photo: Path, tmp_path: Path
) -> None:
    with window() as driver:
        driver.boxed(photo)
        driver.generate()
        driver.press(Qt.Key.Key_Return)
        with driver.qtbot.waitSignal(driver.documents.failed):
            driver.documents.save(tmp_path / "vanished" / "a.ellbox")
        assert "no folder" in driver.window.workspace.error_bar.sentence.text()
        assert driver.documents.dirty and driver.documents.path is None


def test_a_disk_that_takes_nothing_is_told_once(
    window: Windows, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise BadInput("Your work could not be kept aside.", "Make room.")

    with window() as driver:
        told: list[object] = []
        driver.desk.recovery.failed.connect(told.append)
        with monkeypatch.context() as patched:
            patched.setattr(Autosave, "keep", full)
            driver.open(photo)
            for left in (10, 150):
                driver.drag((left, 10), (left + 80, 60))
                driver.desk.recovery.keep()
                driver.qtbot.waitUntil(lambda: not driver.desk.recovery.busy)
            assert len(told) == 1
            assert "kept aside" in driver.window.workspace.error_bar.sentence.text()
        kept(driver)
        assert len(left_over()) == 2


def test_what_cannot_be_restored_is_told_though_the_disk_takes_nothing(
    window: Windows, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise BadInput("Your work could not be kept aside.", "Make room.")

    def gone(*_: object) -> None:
        raise BadInput("The work cannot be read.", "Discard it.")

    with window() as driver:
        worked(driver, photo)
        kept(driver)
    with window() as driver, monkeypatch.context() as patched:
        driver.qtbot.waitUntil(driver.window.workspace.recovery_bar.isVisible)
        patched.setattr(Autosave, "keep", full)
        patched.setattr(Autosave, "resume", gone)
        told: list[str] = []
        driver.desk.recovery.failed.connect(lambda trouble: told.append(trouble.sentence))
        driver.boxed(photo, "a green pear")
        kept(driver)
        driver.desk.recovery.restore()
        driver.qtbot.waitUntil(lambda: len(told) == 2)
        assert told == ["Your work could not be kept aside.", "The work cannot be read."]


def test_discard_waits_for_what_is_being_kept(window: Windows, photo: Path) -> None:
    with window() as driver:
        worked(driver, photo)
        kept(driver)
    with window() as driver:
        bar = driver.window.workspace.recovery_bar
        driver.qtbot.waitUntil(bar.isVisible)
        driver.type("a green pear")
        driver.desk.recovery.keep()
        assert driver.desk.recovery.busy
        QTest.mouseClick(bar.discard, LEFT)
        driver.qtbot.waitUntil(lambda: not bar.isVisible())


def test_the_work_is_kept_before_a_decode_is_asked_for() -> None:
    order: list[str] = []

    class Line:
        def submit(self, request: object) -> None:
            order.append(type(request).__name__)

        def cancel(self, job: int) -> None:
            order.append(f"cancel {job}")

    line = KeptFirst(Line(), lambda: order.append("kept"))
    line.submit(DescribeRequest(1))
    line.submit(EditRequest(2, "fake", "a cat", SamplingParams()))
    line.cancel(2)
    assert order == ["DescribeRequest", "kept", "EditRequest", "cancel 2"]


def test_a_crash_while_decoding_keeps_box_prompt_and_older_candidates(
    qtbot: QtBot, window: Windows, photo: Path
) -> None:
    gate = threading.Semaphore(0)

    def wait() -> bool:
        return gate.acquire(timeout=5)

    with contextmanager(driven)(qtbot, lambda: FakeEngine(wait)) as driver:
        gate.release(100)
        driver.boxed(photo)
        driver.generate()
        while gate.acquire(blocking=False):
            pass
        driver.type("a purple plum")
        driver.press(Qt.Key.Key_Return, CTRL)
        assert driver.editor.mode is Mode.RUNNING
        driver.qtbot.waitUntil(lambda: not driver.desk.recovery.busy)
        gate.release(1000)
    with window() as driver:
        driver.qtbot.waitUntil(driver.window.workspace.recovery_bar.isVisible)
        with driver.qtbot.waitSignal(driver.documents.unpacked):
            QTest.mouseClick(driver.window.workspace.recovery_bar.restore, LEFT)
        assert driver.editor.prompt == "a purple plum"
        assert isinstance(driver.editor.region, Region)
        assert driver.editor.proposal is not None and len(driver.editor.proposal.options) == 4
