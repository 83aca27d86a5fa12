"""Timelines only grow, whatever order of steps, jumps and branches."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap

LAYOUT = Raster(2, 2)
RUN = Run("lformer", "a cat", SamplingParams())
DEEDS = st.lists(
    st.one_of(
        st.just(("step", 0)),
        st.tuples(st.just("jump"), st.integers(0, 99)),
        st.tuples(st.just("branch"), st.integers(0, 99)),
    ),
    max_size=30,
)


def state(step: int, fill: int = 0) -> DecodeState:
    return DecodeState(step, TokenMap(np.full(4, fill, np.int32), LAYOUT, 100))


def after(timeline: Timeline, deed: str, number: int) -> Timeline:
    step = timeline.head_snapshot.state.step + 1
    match deed:
        case "step":
            return timeline.appended(state(step))
        case "jump":
            return timeline.at(number % len(timeline.snapshots))
        case _:
            run = Run("lformer", "a dog", SamplingParams(seed=number))
            return timeline.branched(run, state(step, number))


@given(DEEDS)
def test_a_timeline_stays_a_tree_and_forgets_nothing(deeds: list[tuple[str, int]]) -> None:
    timeline = Timeline.started(RUN, state(0))
    for deed, number in deeds:
        grown = after(timeline, deed, number)
        assert grown.snapshots[: len(timeline.snapshots)] == timeline.snapshots
        assert grown.runs[: len(timeline.runs)] == timeline.runs
        timeline = grown
    for snapshot in timeline.snapshots:
        path = timeline.path(snapshot.id)
        assert [each.state.step for each in path] == list(range(len(path)))
        assert path[0].parent is None
        assert path[-1] is snapshot
    assert timeline.path()[-1] == timeline.head_snapshot


@given(DEEDS)
def test_a_timeline_survives_pickling(deeds: list[tuple[str, int]]) -> None:
    timeline = Timeline.started(RUN, state(0))
    for deed, number in deeds:
        timeline = after(timeline, deed, number)
    assert pickle.loads(pickle.dumps(timeline)) == timeline


def test_the_tip_of_a_run_is_its_last_step() -> None:
    timeline = Timeline.started(RUN, state(0)).appended(state(1)).appended(state(2))
    other = timeline.at(1).branched(Run("lformer", "a dog", SamplingParams()), state(2, 5))
    assert other.tip(0).id == 2
    assert other.tip(1).id == 3
    assert other.head_run.prompt == "a dog"


def test_steps_must_follow() -> None:
    timeline = Timeline.started(RUN, state(0))
    with pytest.raises(ValueError, match="does not follow"):
        timeline.appended(state(2))
    with pytest.raises(ValueError, match="one generator"):
        timeline.branched(Run("other", "", SamplingParams()), state(1))
    with pytest.raises(ValueError, match="no snapshot"):
        timeline.at(1)
    with pytest.raises(ValueError, match="no snapshot"):
        timeline.at(-1)
