"""Jobs started and cancelled at random; `make stress` has a thousand of them."""

import time
from collections.abc import Callable
from pathlib import Path

from engine.runtime.worker import Emit
from engine.values.jobs import (
    Described,
    DescribeRequest,
    EditRequest,
    Request,
    StepDone,
    WasCancelled,
)
from tests.app.fake_engine import SPEC
from tests.stress import cancel

JOBS = 60


def test_jobs_are_started_and_cancelled_at_random(tmp_path: Path) -> None:
    """Too few for a word on memory, which caches that fill would make grow."""
    figures = cancel.trial(cancel.engine_of(tmp_path, 1), seed=1, jobs=JOBS, warm_up=0)
    assert not figures.faults
    assert figures.jobs.total() >= JOBS and set(figures.jobs) == set(cancel.KINDS)
    assert {"Finished", "WasCancelled", "Failed"} <= set(figures.closings)
    assert figures.worked_after


class Deaf:
    """Does six steps, whatever it is told."""

    def run(self, request: Request, emit: Emit, cancelled: Callable[[], bool]) -> None:
        if isinstance(request, DescribeRequest):
            emit(Described(request.job, "deaf", (SPEC,)))
            return
        assert isinstance(request, EditRequest)
        for step in range(6):
            time.sleep(0.005)
            emit(StepDone(request.job, step + 1, 6, ()))
        emit(WasCancelled(request.job, ()))


def test_the_driver_notices_jobs_that_do_not_obey() -> None:
    """A driver that can find nothing would prove nothing."""
    figures = cancel.trial(Deaf, seed=1, jobs=6, warm_up=0)
    assert figures.faults and all("steps after it was cancelled" in f for f in figures.faults)
