"""What the window shows, without a window: boxes, proposals, previews, settings, completion."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.boxes import Drag, Grip, grip_at, moved_within, spanned
from app.models.jobs import Progress, duration_text
from app.models.previews import PreviewCache
from app.models.proposal import Proposal, grafted
from app.panels.prompt.completions import completions
from app.settings import Settings, read_settings, write_settings
from engine.values.jobs import EditRequest, EngineEvent, Finished
from engine.values.params import SamplingParams
from engine.values.region import Region
from tests.app.fake_engine import FakeEngine

WIDTH, HEIGHT = 200, 100
inside = st.tuples(st.floats(-50, WIDTH + 50), st.floats(-50, HEIGHT + 50))
grips = st.sampled_from(Grip)


@given(inside, inside)
def test_a_drawn_box_lies_in_the_picture(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    region = Drag(*start, WIDTH, HEIGHT).at(*end)
    if region is not None:
        assert Region(0, 0, WIDTH, HEIGHT).contains(region)


@given(grips, inside)
def test_a_resized_or_moved_box_lies_in_the_picture(grip: Grip, end: tuple[float, float]) -> None:
    before = Region(40, 20, 120, 70)
    after = Drag(60, 40, WIDTH, HEIGHT, before, grip).at(*end)
    if after is None:
        return
    assert Region(0, 0, WIDTH, HEIGHT).contains(after)
    if grip is Grip.INSIDE:
        assert (after.width, after.height) == (before.width, before.height)


def test_shift_draws_a_square() -> None:
    region = Drag(10, 10, WIDTH, HEIGHT).at(50, 30, square=True)
    assert region == Region(10, 10, 50, 50)


def test_corners_win_over_edges_and_the_middle_moves() -> None:
    region = Region(40, 20, 120, 70)
    assert grip_at(region, 41, 21, 5) is Grip.TOP_LEFT
    assert grip_at(region, 80, 70, 5) is Grip.BOTTOM
    assert grip_at(region, 60, 40, 5) is Grip.INSIDE
    assert grip_at(region, 10, 10, 5) is None
    assert grip_at(Region(40, 20, 44, 24), 42, 22, 9) is Grip.INSIDE


def test_a_box_stops_at_the_border() -> None:
    assert moved_within(Region(1, 1, 5, 5), -10, 200, WIDTH, HEIGHT) == Region(0, 96, 4, 100)
    assert spanned(5, 5, 5.2, 30, WIDTH, HEIGHT) is None


def offered(engine: FakeEngine, request: EditRequest) -> Finished:
    events: list[EngineEvent] = []
    engine.run(request, events.append, lambda: False)
    assert isinstance(events[-1], Finished)
    return events[-1]


def asked(seed: int = 5, count: int = 2) -> EditRequest:
    return EditRequest(1, "fake", "a cat", SamplingParams(seed=seed), candidates=count)


def test_branches_of_one_step_share_a_tree() -> None:
    engine = FakeEngine()
    proposal = Proposal.of(asked(), offered(engine, asked()).candidates)
    back = proposal.showing(2).scrubbed(6)
    base = back.timeline
    assert base is not None and back.option is not None
    request = EditRequest(2, "fake", "a dog", SamplingParams(seed=9), candidates=3, timeline=base)
    grown = back.grown(back.option.tree, base, offered(engine, request).candidates)
    assert len(grown.options) == 5 and grown.shown == 3
    assert len(grown.trees[back.option.tree].runs) == 4
    for number in (2, 3, 4, 5):
        path = grown.showing(number).path
        assert [snapshot.state.step for snapshot in path] == list(range(17))
        assert path[6].state == base.head_snapshot.state
    prompts = {grown.run_of(option).prompt for option in grown.options[2:]}
    assert prompts == {"a dog"}


def test_grafting_keeps_the_meaning_of_ids() -> None:
    engine = FakeEngine()
    base = offered(engine, asked(count=1)).candidates[0].timeline
    start = base.at(4)
    request = EditRequest(2, "fake", "a dog", SamplingParams(seed=9), candidates=2, timeline=start)
    first, second = (each.timeline for each in offered(engine, request).candidates)
    tree, tip = grafted(base, start, first)
    tree, other = grafted(tree, start, second)
    assert tree.snapshots[: len(base.snapshots)] == base.snapshots
    assert tree.snapshot(tip).state == first.head_snapshot.state
    assert tree.snapshot(other).state == second.head_snapshot.state


def test_scrubbing_is_clamped_and_the_original_has_no_steps() -> None:
    proposal = Proposal.of(asked(), offered(FakeEngine(), asked()).candidates)
    assert proposal.scrubbed(-3).position == 0
    assert proposal.scrubbed(99).at_tip
    assert proposal.showing(0).path == () and proposal.showing(0).scrubbed(3).shown == 0
    assert proposal.showing(7) is proposal


def test_previews_are_bounded_by_bytes() -> None:
    cache: PreviewCache[int] = PreviewCache(3 * 300)
    for key in range(5):
        cache.put(key, np.zeros((10, 10, 3), np.uint8))
        cache.get(0)
    assert cache.held_bytes <= cache.limit_bytes
    assert 0 in cache and 4 in cache and 1 not in cache


def test_progress_tells_the_time_left() -> None:
    clock = iter([0.0, 3.0, 4.0, 5.0])
    progress = Progress(lambda: next(clock))
    progress.advance(1, 5)
    assert progress.text == "Step 1 of 5"
    progress.advance(2, 5)
    progress.advance(3, 5)
    assert progress.text == "Step 3 of 5, 2.0 s left"
    assert duration_text(75) == "1 min 15 s"


def test_completion_takes_several_words() -> None:
    words = ("hot dog", "house", "red")
    assert completions("a ho", words) == ("ho", ["hot dog", "house"])
    assert completions("a hot d", words) == ("hot d", ["hot dog"])
    assert completions("a red", words) == ("", [])
    assert completions("", words) == ("", [])


def test_settings_are_sparse_and_forgiving(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    write_settings(Settings(appearance="dark", recent=("a.png",)), path)
    assert json.loads(path.read_text()) == {"appearance": "dark", "recent": ["a.png"]}
    assert read_settings(path) == Settings(appearance="dark", recent=("a.png",))
    for damaged in ("", "[]", '{"appearance": "pink", "candidates": "many", "recent": 3}'):
        path.write_text(damaged)
        assert read_settings(path) == Settings()


@pytest.mark.parametrize("module", ["app.application", "app.tour"])
def test_the_window_imports_no_torch(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules or 'open_clip' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
