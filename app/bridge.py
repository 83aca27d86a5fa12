"""Bridge: the only place where a background thread and the GUI thread meet."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar, cast

from PySide6.QtCore import QObject, Qt, Signal

from engine.runtime.worker import Runs, Worker
from engine.values.jobs import Request

RequestT = TypeVar("RequestT", contravariant=True)
EventT = TypeVar("EventT")
AnswerT = TypeVar("AnswerT", covariant=True)


class Answers(Protocol[RequestT, AnswerT]):
    """What a worker drives; like the engine, but for any kind of request."""

    def run(
        self, request: RequestT, emit: Callable[[AnswerT], None], cancelled: Callable[[], bool]
    ) -> None: ...


class Arrivals(QObject):
    """arrived: an event of the worker, delivered on the GUI thread."""

    arrived = Signal(object)


class Bridge(Generic[RequestT, EventT]):
    """One background worker, asked from the GUI thread and heard there."""

    def __init__(
        self,
        build: Callable[[], Answers[RequestT, EventT]],
        take: Callable[[EventT], None],
        *,
        name: str,
    ) -> None:
        self._take = take
        self._stopped = False
        self._arrivals = Arrivals()
        self._receiver = _Receiver(self._deliver)
        # The receiver lives on the GUI thread: this queued connection carries events across.
        self._arrivals.arrived.connect(self._receiver.take, Qt.ConnectionType.QueuedConnection)
        # The worker runs anything that has a job number; the engine's types are its usual case.
        self._worker = Worker(cast(Callable[[], Runs], build), self._arrivals.arrived.emit, name)

    def start(self) -> None:
        """Start the thread; what was submitted before waits in its queue."""
        if not self._stopped:
            self._worker.start()

    def submit(self, request: RequestT) -> None:
        self._worker.submit(cast(Request, request))

    def cancel(self, job: int) -> None:
        self._worker.cancel(job)

    def stop(self) -> None:
        """Cancel what runs and join the thread; later events are dropped."""
        self._stopped = True
        self._worker.stop()

    def _deliver(self, event: EventT) -> None:
        if not self._stopped:
            self._take(event)


class _Receiver(QObject):
    def __init__(self, deliver: Callable[..., None]) -> None:
        super().__init__()
        self._deliver = deliver

    def take(self, event: object) -> None:
        self._deliver(event)
