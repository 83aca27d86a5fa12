"""The prompt bar: history, wildcards, length and live redraw, with real keys."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.models.editor import Mode
from engine.values.jobs import EditRequest
from engine.values.prompts import resolved
from tests.app.driver import CTRL, LEFT, SHIFT, Driver
from tests.app.fake_engine import MOST_WORDS, FakeEngine

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]

ALT = Qt.KeyboardModifier.AltModifier


def edits_of(engine: FakeEngine) -> list[EditRequest]:
    return [each for each in engine.requests if isinstance(each, EditRequest)]


def use(driver: Driver, *prompts: str) -> None:
    for prompt in prompts:
        driver.editor.remembered.use_prompt(prompt)


def test_alt_up_and_down_walk_through_earlier_prompts(driver: Driver, photo: Path) -> None:
    driver.boxed(photo, "a draft")
    use(driver, "the oldest", "a newer one")
    field = driver.window.workspace.prompt.field
    told = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        driver.press(key, ALT, target=field)
        told.append(field.text())
    assert told == ["a newer one", "the oldest", "the oldest", "a newer one", "a draft"]
    assert driver.editor.prompt == "a draft"


def test_what_was_generated_is_remembered_once(driver: Driver, photo: Path) -> None:
    driver.boxed(photo, "a {red|blue} apple")
    driver.generate()
    driver.generate()
    assert driver.editor.remembered.memory.prompts.prompts == ("a {red|blue} apple",)


def test_earlier_prompts_are_searched_picked_and_forgotten(driver: Driver, photo: Path) -> None:
    driver.boxed(photo, "a draft")
    use(driver, "a red apple", "a blue cup", "an apple pie, red")
    driver.press(Qt.Key.Key_H, CTRL)
    history = driver.window.workspace.prompt.history
    assert history.isVisible() and history.search.hasFocus()
    QTest.keyClicks(history.search, "red apple")
    rows = history.list.model()
    shown = [rows.index(row, 0).data() for row in range(rows.rowCount())]
    assert shown == ["an apple pie, red", "a red apple"]
    driver.press(Qt.Key.Key_Delete, target=history.search)
    assert "an apple pie, red" not in driver.editor.remembered.memory.prompts.prompts
    driver.press(Qt.Key.Key_Return, target=history.search)
    assert not history.isVisible()
    assert driver.editor.prompt == "a red apple" == driver.window.workspace.prompt.field.text()
    assert driver.window.workspace.prompt.field.hasFocus()


def test_earlier_prompts_by_mouse(driver: Driver, photo: Path) -> None:
    driver.boxed(photo, "a draft")
    use(driver, "a blue cup")
    QTest.mouseClick(driver.window.workspace.prompt.history_button, LEFT)
    history = driver.window.workspace.prompt.history
    assert history.isVisible()
    row = history.list.visualRect(history.list.model().index(0, 0))
    QTest.mouseClick(history.list.viewport(), LEFT, pos=row.center())
    assert driver.editor.prompt == "a blue cup" and not history.isVisible()
    QTest.mouseClick(driver.window.workspace.prompt.history_button, LEFT)
    QTest.mouseClick(history.forget, LEFT)
    assert history.empty.isVisible() and not history.forget.isEnabled()
    driver.press(Qt.Key.Key_Escape, target=history.search)
    assert not history.isVisible() and driver.window.workspace.prompt.field.hasFocus()


def test_the_seed_decides_wildcards(driver: Driver, photo: Path, engine: FakeEngine) -> None:
    driver.boxed(photo, "a {red|blue|green|white|black} apple")
    for _ in range(4):
        driver.generate()
    requests = edits_of(engine)
    template = driver.editor.prompt
    assert [each.prompt for each in requests] == [
        resolved(template, each.params.seed) for each in requests
    ]
    assert len({each.prompt for each in requests}) > 1
    assert driver.window.workspace.prompt.field.text() == template


def test_the_length_is_told_and_the_end_struck_out(driver: Driver, photo: Path) -> None:
    card = driver.window.workspace.prompt
    driver.boxed(photo, "one two")
    driver.qtbot.waitUntil(lambda: card.length.text() == f"4/{MOST_WORDS + 2}")
    assert not cut(driver)
    untouched = card.field.grab().toImage()
    driver.type("one two three four five six seven")
    driver.qtbot.waitUntil(lambda: card.length.text() == f"9/{MOST_WORDS + 2}")
    assert driver.editor.measure.cut_at == len("one two three four five six")
    assert "struck out" in card.length.toolTip()
    struck = card.field.grab().toImage()
    driver.type("one two")
    driver.qtbot.waitUntil(lambda: not cut(driver))
    assert card.field.grab().toImage() == untouched != struck


def test_an_empty_prompt_has_no_length(driver: Driver, photo: Path) -> None:
    driver.boxed(photo, "one")
    card = driver.window.workspace.prompt
    driver.qtbot.waitUntil(lambda: card.length.text() == f"3/{MOST_WORDS + 2}")
    card.field.selectAll()
    driver.press(Qt.Key.Key_Backspace, target=card.field)
    driver.qtbot.waitUntil(lambda: card.length.text() == "")
    assert card.length.toolTip() == ""


def cut(driver: Driver) -> bool:
    return driver.editor.measure.cut_at is not None


def test_a_prompt_that_is_cut_is_drawn_otherwise(driver: Driver, photo: Path) -> None:
    """The same letters, once read whole and once cut."""
    driver.boxed(photo, "one two three four five six sev")
    measure, field = driver.editor.measure, driver.window.workspace.prompt.field
    driver.qtbot.waitUntil(lambda: measure.cut_at is not None)
    cut = field.grab().toImage()
    measure.length = None
    measure.measured.emit()
    assert field.grab().toImage() != cut


def live(driver: Driver, prompt: str) -> bool:
    running = driver.editor.running
    return running is not None and running.live and running.request.prompt == prompt


def test_the_box_is_redrawn_while_its_prompt_is_typed(
    slow_driver: Driver, photo: Path, gate: threading.Semaphore, slow_engine: FakeEngine
) -> None:
    driver = slow_driver
    driver.boxed(photo, "a cat")
    before = driver.editor.region
    field = driver.window.workspace.prompt.field
    driver.press(Qt.Key.Key_L, CTRL | SHIFT, target=field)
    driver.qtbot.waitUntil(lambda: live(driver, "a cat"))
    for _ in range(2):
        with driver.qtbot.waitSignal(driver.editor.decodes.progressed):
            gate.release()
    field.end(False)
    QTest.keyClicks(field, " and a dog")
    assert field.text() == "a cat and a dog" and not field.isReadOnly()
    driver.qtbot.waitUntil(lambda: live(driver, "a cat and a dog"))
    assert driver.editor.shown_pixels is not None, "the last picture stays until there is a new one"
    first = edits_of(slow_engine)[0]
    gate.release()  # at most the step that was running when the wish came
    driver.qtbot.waitUntil(lambda: first.job in slow_engine.cancelled)
    gate.release(40)
    driver.qtbot.waitUntil(lambda: driver.mode_is(Mode.CHOOSING))
    proposal = driver.editor.proposal
    assert proposal is not None and len(proposal.options) == 1
    assert proposal.run_of(proposal.options[0]).prompt == "a cat and a dog"
    assert first.params.seed == edits_of(slow_engine)[-1].params.seed
    assert field.hasFocus()

    QTest.keyClicks(field, "s")
    driver.qtbot.waitUntil(lambda: driver.editor.prompt in told(driver))
    driver.press(Qt.Key.Key_L, CTRL | SHIFT, target=field)
    driver.press(Qt.Key.Key_Z, CTRL, target=driver.window.view)
    assert driver.mode_is(Mode.EDITING), "typing is one undo step"
    assert driver.editor.region == before


def told(driver: Driver) -> set[str]:
    """Prompts of the candidates on offer."""
    proposal = driver.editor.proposal
    return (
        set() if proposal is None else {proposal.run_of(each).prompt for each in proposal.options}
    )


def test_live_redraw_leaves_a_decode_asked_for_by_hand_alone(
    slow_driver: Driver, photo: Path, slow_engine: FakeEngine
) -> None:
    driver = slow_driver
    driver.boxed(photo, "a cat")
    driver.press(Qt.Key.Key_Return, CTRL)
    assert driver.editor.running is not None
    job = driver.editor.running.request.job
    driver.window.live.turn()
    assert driver.editor.running.request.job == job
    assert driver.window.workspace.prompt.field.isReadOnly()
    driver.window.live.turn()
