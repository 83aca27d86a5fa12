"""Jobs: their numbers, how far the running one is, and what to say of a failed one."""

import itertools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from app.models.engine_sentences import in_window_language
from app.models.pace import Seconds, seconds_left
from app.models.steps import step_in_words
from app.texts import number, tr
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

    @property
    def report(self) -> str:
        """All of it to copy, without the name of the person's home folder."""
        return without_home(f"{self.sentence}\n{self.remedy}\n\n{self.details}")

    @classmethod
    def of(cls, failure: Failed | EngineError) -> "Trouble":
        """In the language of the window; details stay as they are, for they are to be reported."""
        details = failure.details if isinstance(failure, Failed) else ""
        said, remedy = map(in_window_language, (failure.sentence, failure.remedy))
        return cls(said, remedy, details)

    @property
    def told(self) -> str:
        """Sentence and remedy."""
        return f"{self.sentence} {self.remedy}".strip()


def without_home(text: str, home: Path | None = None) -> str:
    """The home folder, however its path is written, becomes `~`: its name is often a person's.

    home: default, that of this user.
    """
    place = Path.home() if home is None else home
    if place == Path(place.anchor):
        return text
    plain, posix = str(place), place.as_posix()
    spellings = (plain.replace("\\", "\\\\"), plain, posix, quote(posix))
    for spelling in dict.fromkeys(spellings):
        text = re.sub(re.escape(spelling) + r"(?![\w-])", "~", text)
    return text


class Progress:
    """How far a decode is, and when it will be done.

    expected: seconds of each step by their number, learned from earlier decodes; where there were
    none, the pace of its own steps tells the time left. step_name: what its kind of step is called.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        expected: Callable[[int], Seconds] = lambda _: (),
        step_name: str = "step",
    ) -> None:
        self._clock, self._expected = clock, expected
        self._step_name = step_name
        self._began = self._last = clock()
        self._taken: list[float] = []
        self.step = 0
        self.steps = 0
        self.seconds_left: float | None = None

    def advance(self, step: int, steps: int) -> None:
        now = self._clock()
        for _ in range(self.step, step):
            self._taken.append((now - self._last) / (step - self.step))
        self._last = now
        self.step, self.steps = step, steps
        learned = seconds_left(self._expected(steps), now - self._began, step)
        self.seconds_left = self._own_pace() if learned is None else learned

    def _own_pace(self) -> float | None:
        """From all steps but the first, which holds what comes before it."""
        taken = self._taken[1:]
        return sum(taken) / len(taken) * (self.steps - self.step) if taken else None

    @property
    def seconds(self) -> Seconds:
        """What each step has taken; nothing while there are steps to do."""
        return tuple(self._taken) if 0 < self.steps == self.step else ()

    @property
    def fraction(self) -> float:
        return self.step / self.steps if self.steps else 0.0

    @property
    def text(self) -> str:
        if not self.steps:
            return tr("Starting")
        told = step_in_words(self._step_name, self.step, self.steps)
        return with_time_left(told, None if self.step == self.steps else self.seconds_left)


def with_time_left(told: str, seconds: float | None) -> str:
    """`Block 3 of 16, 12 s left`; None where it is not known."""
    if seconds is None:
        return told
    return tr("{told}, {time} left").format(told=told, time=duration_text(seconds))


def duration_text(seconds: float) -> str:
    """`0.4 s`, `12 s` or `3 min 5 s`."""
    if seconds < 10:
        return f"{number(seconds, 1)} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    return tr("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
