"""Inquiry: a question to the engine, of which one at a time is under way."""

from collections.abc import Callable

from app.models.jobs import EngineLine, JobNumbers
from engine.values.jobs import Request


class Inquiry:
    """Who wants to know something else meanwhile drops it, or asks again when it is closed."""

    def __init__(self, line: EngineLine, numbers: JobNumbers) -> None:
        self._line, self._numbers = line, numbers
        self._job: int | None = None

    @property
    def is_open(self) -> bool:
        return self._job is not None

    def ask(self, request: Callable[[int], Request]) -> None:
        """Only while none is open. request: made with the number of its job."""
        assert self._job is None
        self._job = self._numbers.next()
        self._line.submit(request(self._job))

    def drop(self) -> None:
        """Its answer is not wanted any more."""
        if self._job is not None:
            self._line.cancel(self._job)
            self._job = None

    def close(self, job: int) -> bool:
        """Whether a job that was answered or failed was this question; another can be asked then.

        An answer to a question that was dropped is none.
        """
        if job != self._job:
            return False
        self._job = None
        return True
