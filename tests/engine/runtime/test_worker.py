"""The background thread: order, one closing event, cancel, stop; and light imports."""

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engine.runtime.worker import Emit, Worker
from engine.values.errors import BadInput
from engine.values.jobs import (
    Candidate,
    ClosingEvent,
    Described,
    DescribeRequest,
    EditRequest,
    EngineEvent,
    Failed,
    Finished,
    Previewed,
    PreviewRequest,
    Request,
    StepDone,
    WasCancelled,
)
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap


class Script:
    """An engine whose jobs do what their number says."""

    def __init__(self) -> None:
        self.running = threading.Event()

    def run(self, request: Request, emit: Emit, cancelled: Callable[[], bool]) -> None:
        job = request.job
        if job == 13:
            raise BadInput("Thirteen is not allowed.", "Take another number.")
        if job == 14:
            raise ZeroDivisionError("a bug")
        if job == 15:
            return
        if job == 16:
            emit(Described(job, "cpu", ()))
            raise ZeroDivisionError("after closing")
        for step in range(3):
            emit(StepDone(job, step + 1, 3, ()))
        self.running.set()
        while job >= 100 and not cancelled():
            pass
        emit(WasCancelled(job, ()) if cancelled() else Described(job, "cpu", ()))


class Log:
    def __init__(self) -> None:
        self.events: list[EngineEvent] = []
        self.changed = threading.Condition()

    def __call__(self, event: EngineEvent) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    def closing(self, job: int) -> EngineEvent:
        def found() -> EngineEvent | None:
            ours = (e for e in self.events if e.job == job and isinstance(e, ClosingEvent))
            return next(ours, None)

        with self.changed:
            event = self.changed.wait_for(found, timeout=10)
        assert event is not None
        return event


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def worker(script: Script, log: Log) -> Iterator[Worker]:
    worker = Worker(lambda: script, log)
    worker.start()
    yield worker
    worker.stop()


def test_events_come_in_order_and_close_once(worker: Worker, log: Log) -> None:
    for job in (1, 2, 3):
        worker.submit(DescribeRequest(job))
    log.closing(3)
    assert [event.job for event in log.events] == [1] * 4 + [2] * 4 + [3] * 4
    for job in (1, 2, 3):
        kinds = [type(event) for event in log.events if event.job == job]
        assert kinds == [StepDone, StepDone, StepDone, Described]


def test_failures_become_events_and_the_next_job_works(worker: Worker, log: Log) -> None:
    for job in (13, 14, 15, 1):
        worker.submit(DescribeRequest(job))
    known, bug, silent = log.closing(13), log.closing(14), log.closing(15)
    assert isinstance(known, Failed) and isinstance(bug, Failed) and isinstance(silent, Failed)
    assert (known.sentence, known.remedy) == ("Thirteen is not allowed.", "Take another number.")
    assert "ZeroDivisionError: a bug" in bug.details
    assert "without a closing event" in silent.details
    assert isinstance(log.closing(1), Described)


def test_nothing_follows_a_closing_event(
    worker: Worker, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    worker.submit(DescribeRequest(16))
    worker.submit(DescribeRequest(1))
    log.closing(1)
    assert [type(event) for event in log.events if event.job == 16] == [Described]
    assert "after closing" in caplog.text
    caplog.clear()


def test_cancel_ends_the_running_and_the_queued_job(
    worker: Worker, log: Log, script: Script
) -> None:
    worker.submit(DescribeRequest(100))
    worker.submit(DescribeRequest(101))
    worker.submit(DescribeRequest(1))
    assert script.running.wait(10)
    worker.cancel(101)
    worker.cancel(100)
    worker.cancel(999)
    assert isinstance(log.closing(100), WasCancelled)
    assert isinstance(log.closing(101), WasCancelled)
    assert isinstance(log.closing(1), Described)
    assert not any(isinstance(e, StepDone) for e in log.events if e.job == 101)


def test_stop_cancels_joins_and_answers_every_job(worker: Worker, log: Log, script: Script) -> None:
    for job in (100, 1, 2):
        worker.submit(DescribeRequest(job))
    assert script.running.wait(10)
    worker.stop()
    worker.stop()
    assert all(isinstance(log.closing(job), WasCancelled) for job in (100, 1, 2))
    assert not any(thread.name == "engine" for thread in threading.enumerate())
    with pytest.raises(RuntimeError):
        worker.submit(DescribeRequest(3))


def test_an_engine_that_cannot_be_built_is_tried_again(log: Log, script: Script) -> None:
    tries: list[int] = []

    def build() -> Script:
        tries.append(1)
        if len(tries) == 1:
            raise BadInput("Not yet.")
        return script

    worker = Worker(build, log)
    worker.start()
    worker.submit(DescribeRequest(1))
    worker.submit(DescribeRequest(2))
    assert isinstance(log.closing(1), Failed)
    assert isinstance(log.closing(2), Described)
    worker.stop()


def test_stop_before_start() -> None:
    Worker(Script, Log()).stop()


def test_messages_pickle() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    state = DecodeState(1, TokenMap.unknown(Raster(2, 2), 8), np.ones(3, np.float32))
    timeline = Timeline.started(Run("lformer", "a cat", SamplingParams()), state)
    messages: list[Request | EngineEvent] = [
        EditRequest(
            1, "lformer", "a cat", SamplingParams(), pixels, Region(0, 0, 1, 1), 2, timeline
        ),
        PreviewRequest(2, "lformer", (state,)),
        DescribeRequest(3),
        StepDone(1, 1, 2, (pixels,)),
        Finished(1, (Candidate(timeline, pixels, 0.5),), 0.1, "notice"),
        Previewed(2, (pixels,)),
        Described(3, "CPU", ()),
        Failed(4, "No.", "Yes.", "trace"),
        WasCancelled(5, (timeline,)),
    ]
    for message in messages:
        copy = pickle.loads(pickle.dumps(message))
        assert type(copy) is type(message) and copy.job == message.job


@pytest.mark.parametrize(
    "module",
    [
        "engine.runtime.worker",
        "engine.catalog",
        "engine.weights.manifest",
        "engine.weights.store",
        "engine.decoding.region_edit",
        "engine.decoding.compositing",
    ],
)
def test_imports_no_torch(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules or 'PySide6' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
