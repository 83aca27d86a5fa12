"""The fold, with a generator that counts."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.decoding.loop import decode, seeded_runs
from engine.generators.base import DecodeInputs
from engine.text.base import Conditioning
from engine.values.errors import BadInput
from engine.values.layout import Raster
from engine.values.params import MAX_SEED, SamplingParams
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap

FIRST, STOP = 2, 6
LAYOUT = Raster(2, 3)
RUN = Run("count", "one", SamplingParams(seed=5))
Progress = list[tuple[int, int]]


class Counting:
    """Every step writes (seed + step) at the site of the step."""

    spec = GeneratorSpec("count", "Count", "block", LAYOUT, 100, 8, "token")

    def steps(self, inputs: DecodeInputs) -> range:
        return range(FIRST, STOP)

    def begin(self, inputs: DecodeInputs) -> tuple[DecodeState, ...]:
        return tuple(DecodeState(FIRST, TokenMap.unknown(LAYOUT, 100)) for _ in inputs.seeds)

    def step(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[DecodeState, ...]:
        return tuple(map(self._next, states, inputs.seeds))

    def _next(self, state: DecodeState, seed: int) -> DecodeState:
        ids = state.tokens.ids.copy()
        ids[state.step] = seed + state.step
        return DecodeState(state.step + 1, TokenMap(ids, LAYOUT, 100))

    def kept_log_likelihood(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[float, ...]:
        return (0.0,) * len(states)


def run(
    start: Timeline | None = None,
    *,
    asked: Run = RUN,
    candidates: int = 1,
    cancelled: Callable[[], bool] = lambda: False,
    told: Progress | None = None,
) -> tuple[Timeline, ...]:
    runs = seeded_runs(asked, candidates)
    nothing = Conditioning(torch.zeros(1), torch.zeros(1, 1))
    inputs = DecodeInputs(nothing, nothing, asked.params, tuple(r.params.seed for r in runs))
    progress = [] if told is None else told
    return decode(
        Counting(),
        inputs,
        runs,
        start=start,
        on_step=lambda step, steps, _: progress.append((step, steps)),
        cancelled=cancelled,
    )


def test_every_step_is_a_snapshot_of_every_candidate() -> None:
    told: Progress = []
    timelines = run(candidates=2, told=told)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    for seed, timeline in zip((5, 6), timelines, strict=True):
        assert [s.state.step for s in timeline.path()] == [2, 3, 4, 5, 6]
        assert timeline.head_run.params.seed == seed
        expected = [-1, -1, *(seed + step for step in range(FIRST, STOP))]
        assert timeline.head_snapshot.state.tokens.ids.tolist() == expected


def test_the_same_run_goes_on_where_it_stopped() -> None:
    (whole,) = run()
    for snapshot in whole.path():
        told: Progress = []
        start = replace(whole, snapshots=whole.snapshots[: snapshot.id + 1], head=snapshot.id)
        (resumed,) = run(start, told=told)
        assert resumed == whole
        assert told == [(step, 4) for step in range(snapshot.id + 1, 5)]


def test_another_run_branches_and_keeps_the_old_steps() -> None:
    (whole,) = run()
    branches = run(whole.at(2), asked=replace(RUN, prompt="two"), candidates=3)
    for index, branch in enumerate(branches):
        assert branch.snapshots[:5] == whole.snapshots
        assert [s.run for s in branch.path()] == [0, 0, 0, 1, 1]
        assert branch.head_run == replace(RUN, prompt="two", params=SamplingParams(5 + index))
        assert len(branch.runs) == 2


def test_a_branch_needs_a_step() -> None:
    (whole,) = run()
    with pytest.raises(BadInput, match="last step"):
        run(whole, asked=replace(RUN, prompt="two"))


@pytest.mark.parametrize("after", range(4))
def test_cancel_is_answered_within_one_step(after: int) -> None:
    told: Progress = []
    (timeline,) = run(cancelled=lambda: len(told) >= after, told=told)
    assert len(told) == after and len(timeline.snapshots) == after + 1
    assert run(timeline) == run()


def test_seeds_stay_in_range() -> None:
    last = replace(RUN, params=SamplingParams(seed=MAX_SEED))
    assert [r.params.seed for r in seeded_runs(last, 3)] == [MAX_SEED, 0, 1]


def test_states_are_what_the_generator_made() -> None:
    (timeline,) = run()
    assert np.array_equal(timeline.snapshots[1].state.tokens.ids, [-1, -1, 7, -1, -1, -1])
