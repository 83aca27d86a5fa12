"""Does random things with the real window: `python -m tests.stress.soak --minutes 30`.

A window without a screen, a real engine with a tiny model that breaks now and then, and a person
who acts by a seed. No warning may be logged, by whomever; no exception may be lost; no decode and
no file work may fail to end; what is saved must be what is open; every so often everything is
closed, and then memory and threads must be what they were. `--first N --actions 1` does action
N of a seed; a run that fails tells its last actions.
"""

import argparse
import faulthandler
import os
import random
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from PySide6.QtCore import QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app.desk import Desk, build_application
from app.models.jobs import Trouble
from app.settings import Settings
from tests.stress.failing import INJECTED, FailsAtTimes
from tests.stress.person import NotReached, Person, drawn_action
from tests.stress.watching import Watch, resident_mib, thread_names
from tests.tiny_model import write_tiny_model

REST_EVERY = 250
WARM_UP_RESTS = 4
GROWTH_SHARE, GROWTH_MIB = 0.05, 16.0
"""Memory at the last third of rests may be that much more than at the first, whichever is more."""
TOLD_ACTIONS = 60
FAILS_EVERY = 40
NESTED_MS = 100
UNEXPECTED = "Something"
"""How sentences begin that nobody wrote for this case."""


@dataclass(slots=True)
class Figures:
    """memory: MiB at each rest. refused: sentences that the person was shown, as it should be.

    happened: what came of the actions.
    """

    actions: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    threads_left: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        settled = self.memory[WARM_UP_RESTS - 1 :] or self.memory or [0.0]
        return (
            f"{self.actions.total()} actions in {self.seconds / 60:.1f} minutes, "
            f"{', '.join(f'{times} {name}' for name, times in self.happened.items())}, "
            f"{self.refused.total()} sentences shown, {len(self.memory)} rests; "
            f"memory {settled[0]:.0f} MiB after the warm-up, {max(settled):.0f} most, "
            f"{settled[-1]:.0f} at the end; {len(self.threads_left)} threads left; "
            f"{len(self.faults)} faults"
        )


class Soak:
    """One window and its person."""

    def __init__(self, app: QApplication, folder: Path, seed: int, log: Path | None) -> None:
        self.figures = Figures()
        self._seed, self._log = seed, log
        self._recent: deque[str] = deque(maxlen=TOLD_ACTIONS)
        self._threads = thread_names()
        self._answering = random.Random(seed)
        self._desk = _desk(folder, seed)
        self._person = Person(app, self._desk, folder)
        for model in (self._desk.editor, self._desk.documents, self._desk.recovery):
            model.failed.connect(self._told)
        editor, documents = self._desk.editor, self._desk.documents
        for name, signal in {
            "decodes": editor.finished,
            "edits applied": editor.choosing.applied,
            "files opened": documents.opened,
            "files written": documents.written,
        }.items():
            self.figures.happened[name] = 0
            signal.connect(partial(self._count, name))
        # A dialog that runs a loop of its own is answered from inside it; by a fresh timer each
        # time, as a timer does not fire again while its own slot is in such a loop.
        self._nested = QTimer()
        self._nested.setInterval(NESTED_MS)
        answer = partial(self._person.answer, self._answering)
        self._nested.timeout.connect(lambda: QTimer.singleShot(0, answer))

    def start(self) -> None:
        window = self._desk.window
        window.resize(1280, 820)
        window.show()
        window.activateWindow()
        self._person.until(lambda: self._desk.editor.generator is not None, "loading the model")

    def act(self, number: int) -> None:
        """Action `number` of the seed, and a rest after every so many."""
        chance = random.Random(f"{self._seed} {number}")
        name = drawn_action(chance)
        self._recent.append(f"{number} {name}")
        if self._log is not None:
            with self._log.open("a") as file:
                file.write(f"{self._recent[-1]}\n")
        self.figures.actions[name] += 1
        self._nested.start()
        self._person.act(name, chance)
        self._nested.stop()
        if (number + 1) % REST_EVERY == 0:
            self.rest()

    def rest(self) -> None:
        self._person.rest()
        self.figures.memory.append(resident_mib())

    def close(self) -> None:
        self._nested.stop()
        self._desk.close()
        self._person.breathe(0.05)
        self.figures.threads_left = tuple(sorted(thread_names() - self._threads))

    def judge(self, watch: Watch, stopped: str) -> None:
        """Fills in the faults."""
        figures = self.figures
        figures.faults += watch.faults
        if stopped:
            figures.faults.append(stopped)
        if figures.threads_left:
            figures.faults.append(f"threads left: {', '.join(figures.threads_left)}")
        if told := growth(figures.memory):
            figures.faults.append(told)
        if figures.faults:
            figures.faults.append("the last actions: " + ", ".join(self._recent))

    def _count(self, name: str, *_: object) -> None:
        self.figures.happened[name] += 1

    def _told(self, trouble: Trouble) -> None:
        self.figures.refused[trouble.sentence] += 1
        if trouble.sentence.startswith(UNEXPECTED) and INJECTED not in trouble.details:
            self.figures.faults.append(f"{trouble.sentence} {trouble.details}")


def growth(memory: list[float]) -> str:
    """What is to be told of MiB at the rests: empty while they stay what they were."""
    settled = memory[WARM_UP_RESTS - 1 :]
    third = len(settled) // 3
    if not third:
        return ""
    # Medians: what a large picture left behind at one rest is given back by the next.
    before, after = median(settled[:third]), median(settled[-third:])
    if after <= before + max(GROWTH_SHARE * before, GROWTH_MIB):
        return ""
    return f"memory grew from {before:.0f} to {after:.0f} MiB"


def _desk(folder: Path, seed: int) -> Desk:
    """The window on a real engine, with all its files in the folder."""

    def build() -> FailsAtTimes:
        from engine.runtime.engine import build_engine

        return FailsAtTimes(build_engine("cpu", [folder / "model"]), seed, FAILS_EVERY)

    write_tiny_model(folder / "model")
    seeds = count(seed)
    settings = Settings(candidates=2, folder=str(folder))
    return Desk(settings, build, draw_seed=lambda: next(seeds), state=folder / "state")


def soak(
    app: QApplication, folder: Path, numbers: Iterator[int], seed: int, log: Path | None = None
) -> Figures:
    """Actions of those numbers, until there are no more or one does not end."""
    began, stopped = time.monotonic(), ""
    with Watch() as watch, _seen_by(watch):
        run = Soak(app, folder, seed, log)
        try:
            run.start()
            for number in numbers:
                run.act(number)
                if watch.faults:
                    break
            run.rest()
        except NotReached as reason:
            stopped = str(reason)
        finally:
            run.close()
    run.figures.seconds = time.monotonic() - began
    run.judge(watch, stopped)
    return run.figures


@contextmanager
def _seen_by(watch: Watch) -> Iterator[None]:
    """Qt's own messages too."""

    def heard(kind: QtMsgType, place: object, text: str | None) -> None:
        watch.said_by_qt(kind, place, text)

    before = qInstallMessageHandler(heard)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def until(end: float, first: int) -> Iterator[int]:
    """Numbers from the first on, until the clock stands there."""
    for number in count(first):
        if time.monotonic() > end:
            return
        yield number


def main() -> int:
    """1 when there was a fault."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--actions", type=int, help="this many, instead of a time")
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--log", type=Path, help="a file for the names of all actions")
    asked = options.parse_args()
    faulthandler.enable()
    with tempfile.TemporaryDirectory(prefix="ellbox-soak-") as name:
        folder = Path(name)
        own = {key: str(folder / "home") for key in ("HOME", "APPDATA", "LOCALAPPDATA")}
        kinds = ("CONFIG", "DATA", "CACHE", "STATE")
        own |= {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in kinds}
        os.environ.update(own, QT_QPA_PLATFORM="offscreen", HF_HUB_OFFLINE="1")
        numbers: Iterator[int] = until(time.monotonic() + 60 * asked.minutes, asked.first)
        if asked.actions is not None:
            numbers = iter(range(asked.first, asked.first + asked.actions))
        figures = soak(build_application([]), folder, numbers, asked.seed, asked.log)
    memory = " ".join(f"{mib:.0f}" for mib in figures.memory)
    shown = [f"{times:6} {sentence}" for sentence, times in figures.refused.most_common(12)]
    lines = [figures.as_text(), f"memory at each rest, MiB: {memory}", *shown, *figures.faults, ""]
    sys.stdout.write("\n".join(lines))
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main())
