"""What is learned from use: prompts, step times; and the hints."""

from collections import defaultdict
from pathlib import Path

import pytest

from app.models.boxes import Grip
from app.models.editor import Mode
from app.models.hints import Pointer, Pointing, Situation, hint
from app.models.jobs import Progress
from app.models.memory import Memory, Remembered, read_memory, write_memory
from app.models.pace import MAX_KINDS, Pace, kind_of, seconds_left
from app.models.prompt_history import MAX_PROMPTS, PromptHistory, Walk
from app.models.shortcuts import Shortcuts

KEYS = Shortcuts(
    defaultdict(tuple, {"before": ("C",), "cancel": ("Esc",), "more": ("M",)}),
    {},
)


def test_a_prompt_stands_in_the_history_once_and_first() -> None:
    history = PromptHistory()
    for prompt in ("a", "b", " a ", "  "):
        history = history.used(prompt)
    assert history.prompts == ("a", "b")
    assert history.without("a").prompts == ("b",)


def test_the_history_is_bounded() -> None:
    history = PromptHistory()
    for number in range(MAX_PROMPTS + 5):
        history = history.used(str(number))
    assert len(history.prompts) == MAX_PROMPTS and history.prompts[-1] == "5"


def test_words_are_found_in_any_order_and_case() -> None:
    history = PromptHistory(("A red Apple", "a blue apple", "a red cup"))
    assert history.matching("APPLE red") == ("A red Apple",)
    assert history.matching("") == history.prompts


def test_a_walk_stops_at_both_ends_and_skips_the_draft() -> None:
    walk = Walk(PromptHistory(("b", "draft", "a")), "draft")
    assert [walk.stepped(by).prompt for by in (-1, 0, 1, 2, 9)] == ["draft", "draft", "b", "a", "a"]


def test_what_was_measured_tells_the_time_left() -> None:
    pace = Pace().measured("k", (4.0, 1.0, 1.0)).measured("k", (2.0, 1.0, 3.0))
    assert pace.of("k") == (3.0, 1.0, 2.0)
    assert seconds_left(pace.of("k"), 3.0, 1) == pytest.approx(3.0)
    assert seconds_left(pace.of("k"), 6.0, 1) == pytest.approx(6.0), "twice as slow today"
    assert seconds_left(pace.of("k"), 9.0, 3) == 0
    assert seconds_left((), 9.0, 3) is None
    assert pace.measured("k", (1.0,)).of("k") == (1.0,), "another count of steps starts anew"


def test_the_kinds_measured_last_are_kept() -> None:
    pace = Pace()
    for number in range(MAX_KINDS + 3):
        pace = pace.measured(kind_of("g", 1, number), (1.0,))
    assert len(pace.seconds) == MAX_KINDS and not pace.of(kind_of("g", 1, 0))


def test_progress_knows_from_the_first_step_on() -> None:
    clock = iter([0.0, 1.0, 2.0, 5.0])
    progress = Progress(lambda: next(clock), lambda steps: (1.0, 1.0, 3.0) if steps == 3 else ())
    progress.advance(1, 3)
    assert progress.text == "Step 1 of 3, 4.0 s left"
    progress.advance(2, 3)
    assert progress.text == "Step 2 of 3, 3.0 s left"
    progress.advance(3, 3)
    assert progress.seconds == (1.0, 1.0, 3.0)


def test_memory_survives_and_forgives(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "memory.json"
    memory = Memory(PromptHistory(("a", "b")), Pace({"k": (0.5, 1.25)}))
    write_memory(memory, path)
    assert read_memory(path) == memory
    for damaged in ("", "[]", '{"prompts": [3, null], "step_seconds": {"k": "x", "l": [null]}}'):
        path.write_text(damaged)
        assert read_memory(path) == Memory()
    assert read_memory(tmp_path / "none.json") == Memory()


def test_only_what_is_new_is_kept() -> None:
    kept: list[Memory] = []
    remembered = Remembered(Memory())
    remembered.changed.connect(kept.append)
    for _ in range(2):
        remembered.use_prompt("a cat")
    remembered.forget_prompt("a dog")
    assert [each.prompts.prompts for each in kept] == [("a cat",)]


@pytest.mark.parametrize(
    ("now", "pointing", "says"),
    [
        (Situation(Mode.EMPTY), Pointing(), "Type what you want"),
        (Situation(Mode.EDITING), Pointing(), "Drag to draw a box"),
        (Situation(Mode.EDITING), Pointing(space=True), "let go of Space"),
        (Situation(Mode.EDITING), Pointing(Pointer.PANNING), "move the picture"),
        (Situation(Mode.EDITING), Pointing(Pointer.DRAWING), "Shift: square"),
        (Situation(Mode.EDITING), Pointing(Pointer.DRAWING, shift=True), "any shape"),
        (Situation(Mode.EDITING, boxed=True), Pointing(grip=Grip.INSIDE), "Drag to move the box"),
        (Situation(Mode.EDITING, boxed=True), Pointing(grip=Grip.LEFT), "change the size"),
        (Situation(Mode.EDITING, boxed=True), Pointing(Pointer.OVER_CANVAS), "click: no box"),
        (Situation(Mode.EDITING, boxed=True, comparable=True), Pointing(), "hold C"),
        (Situation(Mode.RUNNING), Pointing(), "Esc stops"),
        (Situation(Mode.CHOOSING), Pointing(), "M: more like this"),
        (Situation(Mode.CHOOSING, wiping=True), Pointing(), "Drag the line"),
    ],
)
def test_hints_say_what_can_be_done_now(now: Situation, pointing: Pointing, says: str) -> None:
    assert says in hint(now, pointing, KEYS)
