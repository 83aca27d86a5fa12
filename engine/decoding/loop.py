"""The fold: step after step, every step a snapshot, cancelled or not."""

from collections.abc import Callable
from dataclasses import replace

from engine.generators.base import DecodeInputs, Generator
from engine.values.errors import BadInput
from engine.values.params import MAX_SEED
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline

OnStep = Callable[[int, int, tuple[DecodeState, ...]], None]
"""Called with (steps done, steps of the whole decode, states) after each step."""


def seeded_runs(run: Run, candidates: int) -> tuple[Run, ...]:
    """One run a candidate: the i-th has the i-th seed after the run's own."""
    seeds = ((run.params.seed + index) % (MAX_SEED + 1) for index in range(candidates))
    return tuple(replace(run, params=replace(run.params, seed=seed)) for seed in seeds)


def decode(
    generator: Generator,
    inputs: DecodeInputs,
    runs: tuple[Run, ...],
    *,
    start: Timeline | None,
    begun: DecodeState | None = None,
    on_step: OnStep,
    cancelled: Callable[[], bool],
) -> tuple[Timeline, ...]:
    """One timeline per run, its head the last step done: fewer steps when cancelled.

    start: go on from its head instead of the first step, as a branch where the run differs.
    begun: the tokens to go on from, at the head's step, where they are not the head's own.
    BadInput when a branch would have no step left.
    """
    steps = generator.steps(inputs)
    if start is None:
        states = generator.begin(inputs)
        timelines = tuple(map(Timeline.started, runs, states))
    else:
        states = (begun or start.head_snapshot.state,) * len(runs)
        timelines = (start,) * len(runs)
        steps = range(states[0].step, steps.stop)
        if not steps and any(run != start.head_run for run in runs):
            raise BadInput("This is the last step: nothing is left to redo.", "Go back some steps.")
    for step in steps:
        if cancelled():
            break
        states = generator.step(states, inputs)
        timelines = tuple(map(_grown, timelines, runs, states))
        first = timelines[0].snapshots[0].state.step
        on_step(step + 1 - first, steps.stop - first, states)
    return timelines


def _grown(timeline: Timeline, run: Run, state: DecodeState) -> Timeline:
    same = timeline.head_run == run
    return timeline.appended(state) if same else timeline.branched(run, state)
