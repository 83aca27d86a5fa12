"""The window's face-off, with scripted generators of all kinds of steps."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.dialogs.face_off import FaceOffDialog
from app.models.editor import Mode
from app.models.face_off import FaceOff
from app.models.jobs import JobNumbers
from engine.values.jobs import (
    Described,
    DescribeRequest,
    EditRequest,
    EngineEvent,
    Failed,
    Finished,
    Request,
    Retrying,
    StepDone,
    WasCancelled,
)
from engine.values.spec import STEP_NAMES, GeneratorSpec, StepKind
from tests.app.conftest import driven
from tests.app.driver import CTRL, Driver
from tests.app.fake_engine import SPEC, FakeEngine

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
KINDS: dict[str, StepKind] = {
    "lformer": "block",
    "star": "scale",
    "vq-diffusion": "denoise",
    "maskgen": "unmask",
}
SPECS = tuple(
    replace(SPEC, key=key, title=f"Tiny {key}", step_kind=kind) for key, kind in KINDS.items()
)


class FourGenerators(FakeEngine):
    """All draw alike; one of them may fail."""

    def __init__(self, failing: str = "", specs: tuple[GeneratorSpec, ...] = SPECS) -> None:
        super().__init__()
        self.failing, self.specs = failing, specs

    def described(self, request: DescribeRequest) -> Described:
        return replace(super().described(request), generators=self.specs)

    def fails(self, request: EditRequest) -> bool:
        return request.generator == self.failing


@pytest.fixture
def engine() -> FourGenerators:
    return FourGenerators()


@pytest.fixture
def driver(qtbot: QtBot, engine: FourGenerators) -> Iterator[Driver]:
    yield from driven(qtbot, lambda: engine)


def compared(driver: Driver) -> FaceOffDialog:
    """Ctrl+G, and wait until every generator has answered."""
    driver.press(Qt.Key.Key_G, CTRL)
    (dialog,) = driver.window.findChildren(FaceOffDialog)
    driver.qtbot.waitUntil(lambda: not driver.editor.face_off.running)
    return dialog


@pytest.mark.gui
@pytest.mark.parametrize("place", range(4))
def test_one_of_four_is_taken_over(driver: Driver, photo: Path, place: int) -> None:
    region = driver.boxed(photo)
    before = driver.document.picture.pixels
    dialog = compared(driver)
    assert [card.accessibleName() for card in dialog.cards] == [spec.title for spec in SPECS]
    assert all(card.use.isEnabled() and "0.1 s" in card.told.text() for card in dialog.cards)
    assert all(not card.picture.pixmap().isNull() for card in dialog.cards)
    seeds = {each.request.params.seed for each in driver.editor.face_off.contenders}
    assert len(seeds) == 1
    dialog.cards[place].use.setFocus()
    QTest.keyClick(dialog.cards[place].use, Qt.Key.Key_Return)
    assert driver.editor.mode is Mode.CHOOSING and driver.shown == 1
    assert driver.editor.generator == SPECS[place]
    driver.window.activateWindow()
    driver.qtbot.waitUntil(driver.window.isActiveWindow)
    name = STEP_NAMES[SPECS[place].step_kind].capitalize()
    assert driver.window.workspace.timeline.step_label.text().startswith(f"{name} ")
    assert driver.window.workspace.timeline.branch_button.text().startswith("Regenerate from ")
    driver.press(Qt.Key.Key_Return)
    after = driver.document.picture.pixels
    assert driver.document.edits[-1].timeline.head_run.generator == SPECS[place].key
    changed = (before != after).any(-1)
    changed[region.top : region.bottom, region.left : region.right] = False
    assert not changed.any()


@pytest.mark.gui
def test_nothing_is_taken_over_when_it_is_closed(driver: Driver, photo: Path) -> None:
    driver.boxed(photo)
    dialog = compared(driver)
    assert dialog.close_button.text() == "Close"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert driver.editor.mode is Mode.EDITING and driver.document.edits == ()


@pytest.mark.gui
def test_one_that_fails_leaves_the_others(qtbot: QtBot, photo: Path) -> None:
    for driver in driven(qtbot, lambda: FourGenerators(failing="star")):
        driver.boxed(photo)
        dialog = compared(driver)
        assert [card.use.isEnabled() for card in dialog.cards] == [True, False, True, True]
        assert "unexpected" in dialog.cards[1].told.text()
        dialog.reject()


@pytest.mark.gui
def test_a_lone_generator_is_told(qtbot: QtBot, photo: Path) -> None:
    for driver in driven(qtbot, lambda: FourGenerators(specs=SPECS[:1])):
        driver.boxed(photo)
        dialog = compared(driver)
        assert dialog.lone.isVisible() and dialog.cards[0].use.isEnabled()
        dialog.reject()


class Line:
    """Keeps what is submitted and cancelled."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.cancelled: list[int] = []

    def submit(self, request: Request) -> None:
        self.requests.append(request)

    def cancel(self, job: int) -> None:
        self.cancelled.append(job)


def test_each_draws_with_its_own_settings_and_one_seed() -> None:
    line, params = Line(), replace(SPEC.defaults, seed=77, top_k=3)
    model = FaceOff(line, JobNumbers())
    model.begin(SPECS, EditRequest(0, "star", "a cat", params, candidates=4), None)
    asked = [request for request in line.requests if isinstance(request, EditRequest)]
    assert [request.generator for request in asked] == list(KINDS)
    assert [request.params.top_k for request in asked] == [8, 3, 8, 8]
    assert {(request.params.seed, request.candidates) for request in asked} == {(77, 1)}


def test_what_is_told_while_it_runs() -> None:
    model = FaceOff(Line(), JobNumbers())
    model.begin(SPECS, EditRequest(0, "star", "a cat", SPEC.defaults), None)
    jobs = [each.request.job for each in model.contenders]
    picture = np.zeros((4, 4, 3), np.uint8)
    assert not model.take(StepDone(99, 1, 2, ()))
    for job in jobs:
        assert model.take(StepDone(job, 1, 5, (picture,)))
    assert [each.told for each in model.contenders] == [
        "Block 1 of 5",
        "Scale 1 of 5",
        "Denoising step 1 of 5",
        "Unmasking step 1 of 5",
    ]
    model.take(Retrying(jobs[0], "Memory ran out."))
    model.take(Failed(jobs[1], "It broke.", "Mend it.", "details"))
    model.take(WasCancelled(jobs[2], ()))
    assert [each.told for each in model.contenders[:3]] == [
        "Memory ran out.",
        "It broke. Mend it.",
        "Stopped",
    ]
    assert model.running and [each.closed for each in model.contenders] == [
        False,
        True,
        True,
        False,
    ]


def test_time_and_memory_are_told() -> None:
    model = FaceOff(Line(), JobNumbers())
    model.begin(SPECS[:1], EditRequest(0, "lformer", "a cat", SPEC.defaults), None)
    events: list[EngineEvent] = []
    FakeEngine().run(model.contenders[0].request, events.append, lambda: False)
    done = events[-1]
    assert isinstance(done, Finished)
    model.take(replace(done, seconds=1.23, peak_bytes=250_000_000))
    assert model.contenders[0].told == "1.2 s, 250 MB"
    assert not model.running


def test_a_cancel_is_for_those_that_are_not_done() -> None:
    line = Line()
    model = FaceOff(line, JobNumbers())
    model.begin(SPECS, EditRequest(0, "star", "a cat", SPEC.defaults), None)
    jobs = [each.request.job for each in model.contenders]
    model.take(Failed(jobs[0], "It broke.", "", ""))
    model.cancel()
    assert line.cancelled == jobs[1:]
