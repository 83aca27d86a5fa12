"""Jobs: their numbers, how far the running one is, and what to say of a failed one."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.values.errors import EngineError
from engine.values.jobs import Failed, Request


class EngineLine(Protocol):
    """Where requests go; the answers come as events."""

    def submit(self, request: Request) -> None: ...

    def cancel(self, job: int) -> None: ...


class JobNumbers:
    """Hands out job numbers, each one once, over all kinds of work."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def next(self) -> int:
        return next(self._numbers)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong, in one sentence; `details` is text to copy."""

    sentence: str
    remedy: str = ""
    details: str = ""

    @classmethod
    def of(cls, failure: Failed | EngineError) -> "Trouble":
        if isinstance(failure, Failed):
            return cls(failure.sentence, failure.remedy, failure.details)
        return cls(failure.sentence, failure.remedy)


class Progress:
    """How far a decode is, and when it will be done, from the pace of its own steps."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first: tuple[int, float] | None = None
        self.step = 0
        self.steps = 0
        self.seconds_left: float | None = None

    def advance(self, step: int, steps: int) -> None:
        now = self._clock()
        self.step, self.steps = step, steps
        if self._first is None:
            self._first = (step, now)
            return
        first_step, first_time = self._first
        if step > first_step:
            self.seconds_left = (now - first_time) / (step - first_step) * (steps - step)

    @property
    def fraction(self) -> float:
        return self.step / self.steps if self.steps else 0.0

    @property
    def text(self) -> str:
        if not self.steps:
            return "Starting"
        told = f"Step {self.step} of {self.steps}"
        if self.seconds_left is None or self.step == self.steps:
            return told
        return f"{told}, {duration_text(self.seconds_left)} left"


def duration_text(seconds: float) -> str:
    """`0.4 s`, `12 s` or `3 min 5 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
