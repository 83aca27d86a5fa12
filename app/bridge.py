"""Bridge: the only place where a background thread and the GUI thread meet."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from engine.runtime.worker import Worker


class Bridge(QObject):
    """One background worker. arrived: an event of it, delivered on the GUI thread."""

    arrived = Signal(object)

    def __init__(
        self,
        build: Callable[[], Any],
        take: Callable[[Any], None],
        *,
        name: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._take = take
        # The slot is a method of this object, which lives on the GUI thread: a queued connection
        # to it is what carries events across.
        self.arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._worker = Worker(build, self.arrived.emit, name)
        self._stopped = False

    def start(self) -> None:
        """Start the thread; what was submitted before waits in its queue."""
        if not self._stopped:
            self._worker.start()

    def submit(self, request: Any) -> None:
        self._worker.submit(request)

    def cancel(self, job: int) -> None:
        self._worker.cancel(job)

    def stop(self) -> None:
        """Cancel what runs and join the thread; later events are dropped."""
        self._stopped = True
        self._worker.stop()

    def _deliver(self, event: Any) -> None:
        if not self._stopped:
            self._take(event)
