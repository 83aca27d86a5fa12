"""A background thread for jobs: a queue, cancel, one closing event a job. Imports no torch."""

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from engine.values.errors import EngineError
from engine.values.jobs import Failed, Retrying, StepDone, WasCancelled

log = logging.getLogger(__name__)

Emit = Callable[[Any], None]


class Job(Protocol):
    """A request: its number stands in every event that answers it."""

    @property
    def job(self) -> int: ...


class Runs(Protocol):
    """What the thread drives: answers a request with StepDone events and one closing event."""

    def run(
        self,
        request: Any,  # noqa: ANN401 - of the engine or of files
        emit: Emit,
        cancelled: Callable[[], bool],
    ) -> None: ...


class Worker:
    """Runs requests one after the other on a thread of its own.

    build: called on that thread before the first job (this is where torch is imported).
    emit: called on that thread with every event; each submitted job gets exactly one closing event.
    """

    def __init__(self, build: Callable[[], Runs], emit: Emit, name: str = "engine") -> None:
        self._build = build
        self._emit = emit
        self._runner: Runs | None = None
        self._changed = threading.Condition()
        self._queue: deque[Job] = deque()
        self._running: int | None = None
        self._cancelled: set[int] = set()
        self._stopping = False
        # Not a daemon: torch aborts the process when its thread is killed at interpreter exit.
        self._thread = threading.Thread(target=self._work, name=name, daemon=False)

    def start(self) -> None:
        self._thread.start()

    def submit(self, request: Job) -> None:
        """Queue a request; RuntimeError after stop()."""
        with self._changed:
            if self._stopping:
                raise RuntimeError("the worker has been stopped")
            self._queue.append(request)
            self._changed.notify()

    def cancel(self, job: int) -> None:
        """Ask for a job to end; it answers within one step. Unknown and closed jobs are ignored."""
        with self._changed:
            if job == self._running or any(request.job == job for request in self._queue):
                self._cancelled.add(job)

    def stop(self) -> None:
        """Cancel everything and wait for the thread; may be called twice."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while (request := self._next()) is not None:
            self._answer(request)
            with self._changed:
                self._running = None
                self._cancelled.discard(request.job)

    def _next(self) -> Job | None:
        """The next request, or None when stopped and every queued job has been answered."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._stopping)
            if not self._queue:
                return None
            request = self._queue.popleft()
            self._running = request.job
            return request

    def _is_cancelled(self, job: int) -> bool:
        with self._changed:
            return self._stopping or job in self._cancelled

    def _answer(self, request: Job) -> None:
        job = request.job
        answer = _Answer(self._emit)
        try:
            if self._is_cancelled(job):
                answer(WasCancelled(job, ()))
                return
            if self._runner is None:
                self._runner = self._build()
            self._runner.run(request, answer, lambda: self._is_cancelled(job))
            if not answer.closed:
                raise RuntimeError("the job ended without a closing event")
        except EngineError as error:
            answer.failed(job, error.sentence, error.remedy)
        except Exception:  # noqa: BLE001 - the one place where any failure becomes an event
            sentence = "Something unexpected went wrong."
            answer.failed(job, sentence, "Please copy the details and report them.")


class _Answer:
    """Passes the events of one job on; nothing follows its closing event."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.closed = False

    def __call__(self, event: object) -> None:
        if self.closed:
            raise RuntimeError(f"{type(event).__name__} after the job was closed")
        # Everything but progress closes a job, so file work may bring events of its own.
        self.closed = not isinstance(event, StepDone | Retrying)
        self._emit(event)

    def failed(self, job: int, sentence: str, remedy: str) -> None:
        """Close with the exception being handled; if the job is closed already, only log it."""
        details = traceback.format_exc()
        if self.closed:
            log.error("after job %d was closed: %s", job, details)
            return
        self(Failed(job, sentence, remedy, details))
