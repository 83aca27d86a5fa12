"""One command's engine: progress on the terminal, and Ctrl+C answered between steps."""

import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from engine.runtime.worker import Runs
from engine.values.errors import EngineError
from engine.values.jobs import (
    ClosingEvent,
    EditRequest,
    EngineEvent,
    Failed,
    Finished,
    Pixels,
    Previewed,
    PreviewRequest,
    Request,
    Retrying,
    StepDone,
)


class Interrupted(Exception):
    """The user pressed Ctrl+C, and the work has ended."""


class Shows(Protocol):
    """Where progress goes."""

    def step(self, step: int, steps: int) -> None: ...

    def say(self, sentence: str) -> None: ...


class Session:
    """Asks an engine and waits for its answers; progress goes to standard error."""

    def __init__(self, engine: Runs) -> None:
        self._engine = engine

    def decode(self, request: EditRequest) -> Finished:
        """Candidates, best first; Interrupted after Ctrl+C."""
        unseen = replace(request, previews=False)
        with _progress("Decoding") as shown:
            closing = self._run(unseen, shown)
        if not isinstance(closing, Finished):
            raise Interrupted
        return closing

    def attempt(self, request: EditRequest) -> Finished | Failed:
        """As decode, but whatever goes wrong comes back as a sentence."""
        try:
            return self.decode(request)
        except EngineError as error:
            return Failed(request.job, error.sentence, error.remedy, "")
        except Interrupted:
            raise
        except Exception as error:  # noqa: BLE001 - others wait for their turn whatever one does
            sentence = f"Something unexpected went wrong: {type(error).__name__}: {error}."
            return Failed(request.job, sentence, "Please report it.", traceback.format_exc())

    def preview(self, request: PreviewRequest) -> tuple[Pixels, ...]:
        """One picture a state; Interrupted after Ctrl+C."""
        with _progress("Drawing the steps") as shown:
            closing = self._run(request, shown)
        if not isinstance(closing, Previewed):
            raise Interrupted
        return closing.pictures

    def _run(self, request: Request, shown: Shows) -> ClosingEvent:
        closing: list[ClosingEvent] = []

        def emit(event: EngineEvent) -> None:
            if isinstance(event, StepDone):
                shown.step(event.step, event.steps)
            elif isinstance(event, Retrying):
                shown.say(event.sentence)
            else:
                closing.append(event)

        with _interrupt() as asked:
            self._engine.run(request, emit, asked.is_set)
        return closing[-1]


@contextmanager
def _interrupt() -> Iterator[threading.Event]:
    """An event set by the first Ctrl+C; the second one breaks off at once."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.getsignal(signal.SIGINT)

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            signal.default_int_handler(number, frame)
        asked.set()

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(title: str) -> Iterator[Shows]:
    """A bar on a terminal, a line a step elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines(title)
        return
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)


class _Lines:
    def __init__(self, title: str) -> None:
        self._title = title

    def step(self, step: int, steps: int) -> None:
        sys.stderr.write(f"{self._title}: step {step} of {steps}\n")

    def say(self, sentence: str) -> None:
        sys.stderr.write(f"{sentence}\n")


class _Bar:
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None)

    def step(self, step: int, steps: int) -> None:
        self._bar.update(self._task, completed=step, total=steps)

    def say(self, sentence: str) -> None:
        self._bar.console.print(sentence)
