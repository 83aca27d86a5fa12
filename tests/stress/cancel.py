"""Starts and cancels jobs at random: `python -m tests.stress.cancel --jobs 1000`.

Generations, edits, branches from earlier steps and previews go through the real engine thread with
a tiny model that breaks now and then, and two in three are cancelled at a moment that the seed
draws: before they run, or after some of their steps. Each must be answered by exactly one closing
event; after `cancel` returns at most the step that was being done may still be told; memory and
threads must be what they were after the warm-up.
"""

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.runtime.worker import Runs, Worker
from engine.values.jobs import (
    ClosingEvent,
    Described,
    DescribeRequest,
    EditRequest,
    EngineEvent,
    Failed,
    Finished,
    PreviewRequest,
    Request,
    StepDone,
)
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.timeline import Timeline
from tests.stress.failing import INJECTED, FailsAtTimes
from tests.stress.watching import Watch, resident_mib, thread_names
from tests.tiny_model import write_tiny_model

WARM_UP_JOBS = 100
PATIENCE_SECONDS = 120.0
FAILS_EVERY = 25
CANCELLED_SHARE = 0.67
MOST_AT_ONCE = 3
GROWTH_SHARE = 0.05
KINDS = ("generate", "edit", "rollback", "preview")


@dataclass(slots=True)
class Figures:
    """steps_after: steps that were still told after a cancel had returned, by how many."""

    jobs: Counter[str] = field(default_factory=Counter)
    closings: Counter[str] = field(default_factory=Counter)
    steps_after: Counter[int] = field(default_factory=Counter)
    asked_to_cancel: int = 0
    worked_after: int = 0
    before_mib: float = 0.0
    after_mib: float = 0.0
    faults: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        kinds = ", ".join(f"{times} {name}" for name, times in sorted(self.jobs.items()))
        closed = ", ".join(f"{times} {name}" for name, times in sorted(self.closings.items()))
        late = ", ".join(f"{steps}: {times}" for steps, times in sorted(self.steps_after.items()))
        return (
            f"{self.jobs.total()} jobs: {kinds}; {self.asked_to_cancel} told to stop; ended as "
            f"{closed}; steps told after that: {late or 'none'}; {self.worked_after} worked right "
            f"after a cancelled or failed one; memory {self.before_mib:.0f} MiB after the warm-up, "
            f"{self.after_mib:.0f} at the end; {len(self.faults)} faults"
        )


class Ledger:
    """What the engine thread says, kept for each job until it is asked for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._events: dict[int, list[EngineEvent]] = {}

    def __call__(self, event: EngineEvent) -> None:
        with self._changed:
            self._events.setdefault(event.job, []).append(event)
            self._changed.notify_all()

    def steps(self, job: int) -> int:
        with self._changed:
            return self._steps(job)

    def wait_for_step(self, job: int, step: int) -> None:
        """Until that many steps are told, or the job is closed."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed(job) or self._steps(job) >= step, PATIENCE_SECONDS
            )

    def closed(self, job: int) -> list[EngineEvent]:
        """All events of a closed job, which are forgotten here; empty when it does not end."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._closed(job), PATIENCE_SECONDS):
                return []
            return self._events.pop(job)

    def _steps(self, job: int) -> int:
        return sum(isinstance(each, StepDone) for each in self._events.get(job, ()))

    def _closed(self, job: int) -> bool:
        return any(isinstance(each, ClosingEvent) for each in self._events.get(job, ()))


class Asker:
    """Makes up requests; keeps the last finished timeline, to go back in it."""

    def __init__(self, generator: str) -> None:
        self._generator = generator
        self._last: Timeline | None = None
        ramp = np.linspace(0, 255, 120 * 90 * 3).reshape(90, 120, 3)
        self._photo = ramp.astype(np.uint8)

    def request(self, kind: str, job: int, chance: random.Random) -> Request:
        seed, count = chance.randrange(10**6), chance.randint(1, 3)
        params = SamplingParams(seed=seed, guidance_scale=2.0)
        prompt = chance.choice(("a red apple", "", "a cat", "x" * 900))
        timeline = self._last
        if timeline is None or kind in ("generate", "edit"):
            image, region = (None, None) if kind == "generate" else (self._photo, _box(chance))
            return EditRequest(job, self._generator, prompt, params, image, region, count)
        region = timeline.head_run.region
        image = None if region is None else self._photo
        if kind == "preview":
            states = tuple(snapshot.state for snapshot in timeline.snapshots)
            return PreviewRequest(job, self._generator, states, image, region, prompt)
        path = timeline.path(timeline.head)
        back = timeline.at(path[chance.randrange(len(path) - 1)].id)
        return EditRequest(job, self._generator, prompt, params, image, region, count, back)

    def learn(self, closing: EngineEvent) -> None:
        # A tree that grows with every rollback would be memory of our own.
        if isinstance(closing, Finished) and len(closing.candidates[0].timeline.runs) == 1:
            self._last = closing.candidates[0].timeline


def _box(chance: random.Random) -> Region:
    left, top = chance.randrange(90), chance.randrange(60)
    return Region(left, top, left + chance.randint(1, 60), top + chance.randint(1, 60))


class Trial:
    """One engine thread and all that was asked of it."""

    def __init__(self, build: Callable[[], Runs], seed: int) -> None:
        self.figures = Figures()
        self._seed, self._number = seed, 0
        self._ledger = Ledger()
        self._worker = Worker(build, self._ledger)
        self._worker.start()
        self._ended_badly = False
        self._asker: Asker | None = None

    def start(self) -> None:
        """Asks which generator there is, as often as the engine breaks over it."""
        while self._asker is None:
            self._number += 1
            self._worker.submit(DescribeRequest(self._number))
            closing = self._ledger.closed(self._number)[-1]
            if isinstance(closing, Described):
                self._asker = Asker(closing.generators[0].key)

    def turn(self, turn: int) -> None:
        """One to three jobs in the queue, some of them cancelled."""
        chance = random.Random(f"{self._seed} {turn}")
        assert self._asker is not None
        jobs: list[int] = []
        for _ in range(chance.randint(1, MOST_AT_ONCE)):
            self._number += 1
            kind = chance.choice(KINDS)
            self.figures.jobs[kind] += 1
            self._worker.submit(self._asker.request(kind, self._number, chance))
            jobs.append(self._number)
        cancelled = {job: chance.randrange(4) for job in jobs if chance.random() < CANCELLED_SHARE}
        order = list(cancelled)
        chance.shuffle(order)
        pauses = [chance.uniform(0, 0.003) for _ in order]
        seen = {
            job: self._cancel(job, cancelled[job] if job == jobs[0] else 0, pause)
            for job, pause in zip(order, pauses, strict=True)
        }
        for job in jobs:
            self._take(job, seen.get(job))

    def _cancel(self, job: int, after_step: int, pause: float) -> int:
        """How many steps had been told when `cancel` returned."""
        if after_step:
            self._ledger.wait_for_step(job, after_step)
        time.sleep(pause)
        self._worker.cancel(job)
        self.figures.asked_to_cancel += 1
        return self._ledger.steps(job)

    def _take(self, job: int, seen: int | None) -> None:
        """How a job ended. seen: steps told when it was cancelled; None when it was not."""
        assert self._asker is not None
        events = self._ledger.closed(job)
        if not events:
            self.figures.faults.append(f"job {job} did not end")
            return
        closing = events[-1]
        self.figures.closings[type(closing).__name__] += 1
        self._asker.learn(closing)
        if isinstance(closing, Failed) and INJECTED not in closing.details:
            self.figures.faults.append(f"job {job}: {closing.sentence} {closing.details}")
        if seen is not None and not isinstance(closing, Failed):
            late = sum(isinstance(each, StepDone) for each in events) - seen
            self.figures.steps_after[late] += 1
            if late > 1:
                self.figures.faults.append(f"job {job}: {late} steps after it was cancelled")
        works = isinstance(closing, Finished)
        self.figures.worked_after += works and self._ended_badly
        self._ended_badly = not works

    def stop(self) -> None:
        self._worker.stop()


def trial(build: Callable[[], Runs], seed: int, jobs: int, warm_up: int = WARM_UP_JOBS) -> Figures:
    """That many jobs after the warm-up; without one, memory is not judged."""
    threads = thread_names()
    with Watch() as watch:
        run = Trial(build, seed)
        try:
            run.start()
            turn = 0
            while (done := run.figures.jobs.total()) < warm_up + jobs and not run.figures.faults:
                if done >= warm_up > 0 and not run.figures.before_mib:
                    run.figures.before_mib = resident_mib()
                run.turn(turn)
                turn += 1
            run.figures.after_mib = resident_mib()
        finally:
            run.stop()
    _judge(run.figures, watch, thread_names() - threads)
    return run.figures


def _judge(figures: Figures, watch: Watch, threads_left: set[str]) -> None:
    figures.faults += watch.faults
    if threads_left:
        figures.faults.append(f"threads left: {', '.join(sorted(threads_left))}")
    if figures.before_mib and figures.after_mib > (1 + GROWTH_SHARE) * figures.before_mib:
        grown = f"from {figures.before_mib:.0f} to {figures.after_mib:.0f} MiB"
        figures.faults.append(f"memory grew {grown}")


def engine_of(folder: Path, seed: int) -> Callable[[], Runs]:
    """Builds, on the engine's thread, a real engine with a tiny model that breaks now and then."""
    model = write_tiny_model(folder)

    def build() -> Runs:
        from engine.runtime.engine import build_engine

        return FailsAtTimes(build_engine("cpu", [model]), seed, FAILS_EVERY)

    return build


def main() -> int:
    """1 when there was a fault."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jobs", type=int, default=1000)
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    with tempfile.TemporaryDirectory(prefix="ellbox-cancel-") as folder:
        figures = trial(engine_of(Path(folder), asked.seed), asked.seed, asked.jobs)
    sys.stdout.write("\n".join([figures.as_text(), *figures.faults, ""]))
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main())
