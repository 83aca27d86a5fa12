"""Kills a working process at random moments and looks at what is left of its work.

`python -m tests.stress.kill --kills 200` does random edits, saves and autosaves in a child process,
kills it with SIGKILL, and checks after each kill that the newest acknowledged state is found again
(or a later one that was being written), that the project file is whole and holds the newest
acknowledged save or a later one, and that no unfinished file outlives the next write.
"""

import argparse
import hashlib
import itertools
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from engine.atomic_write import UNFINISHED
from engine.document.document import Document, Edit
from engine.document.journal import read_journal
from engine.document.project import Offer, OpenBox, Option, Project, View
from engine.document.project_file import open_project, save_project
from engine.document.project_record import Packer
from engine.document.recovery import SUFFIX, Autosave, Work
from engine.values.image import Picture
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap

SIDE_PX = 256
LAYOUT, CODEBOOK = Raster(8, 8), 512
MAX_EDITS = 8
CHECKPOINT_BYTES = 1_500_000
"""Small, so that a good part of the records are checkpoints."""
PROJECT, STATE = "project.ellbox", "state"
MAX_LINES, MAX_PAUSE_SECONDS = 60, 0.02


def digest(project: Project, packer: Packer | None = None) -> str:
    """Of every pixel, token and setting, through the names of the members.

    A fresh packer looks at every pixel anew.
    """
    record = (packer or Packer()).pack(project).record
    return hashlib.blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=8).hexdigest()


# -- the process that works, and is killed ----------------------------------------------------


def work(folder: Path, seed: int, say: Callable[[str], object]) -> None:
    """Random deeds without end. Says what it is about to write, and again when it is written."""
    rng = np.random.default_rng(seed)
    packer, path = Packer(), folder / PROJECT
    autosave = Autosave(folder / STATE, packer, checkpoint_bytes=CHECKPOINT_BYTES)
    found = autosave.find()
    if found is not None:
        autosave.resume(found)
        project = found.work.project
    elif path.exists():
        project = open_project(path, packer)
    else:
        project = Project(Document(Picture(noise(rng, SIDE_PX, SIDE_PX))))
    for number in itertools.count():
        saving = number % 7 == 6
        project = project if saving else changed(project, rng)
        told = digest(project, packer)
        if saving:
            say(f"save {told}")
            save_project(project, path, packer)
            say(f"saved {told}")
        say(f"keep {told}")
        autosave.keep(Work(project, "picture", path, safe=saving))
        say(f"kept {told}")


def changed(project: Project, rng: np.random.Generator) -> Project:
    """One deed of a person."""
    document = project.document
    assert document is not None
    match int(rng.integers(5)):
        case 0 if document.edits:
            place = int(rng.integers(len(document.edits)))
            shown = document.edits[place].visible
            return replace(project, document=document.with_visibility(place, not shown))
        case 1 if document.edits:
            return replace(
                project, document=Document(document.base, document.edits[:-1]), offer=None
            )
        case 2:
            return replace(project, boxes=(open_box(rng),), view=View(rng.random() + 0.1, 3.0, 4.0))
        case 3:
            return replace(project, offer=offer(rng, document))
        case _:
            edit = Edit(region := box(rng), noise(rng, region.width, region.height), timeline(rng))
            kept = document.edits[-(MAX_EDITS - 1) :]
            return Project(Document(document.base, (*kept, edit)), project.boxes)


def noise(rng: np.random.Generator, width: int, height: int) -> np.ndarray:
    return rng.integers(0, 256, (height, width, 3), np.uint8)


def box(rng: np.random.Generator) -> Region:
    left, top = (int(rng.integers(0, SIDE_PX - 16)) for _ in range(2))
    return Region(
        left, top, int(rng.integers(left + 8, SIDE_PX)), int(rng.integers(top + 8, SIDE_PX))
    )


def open_box(rng: np.random.Generator) -> OpenBox:
    return OpenBox(box(rng), f"prompt {rng.integers(10**6)}", "lformer", SamplingParams(seed=3))


def timeline(rng: np.random.Generator) -> Timeline:
    def state(step: int) -> DecodeState:
        ids = rng.integers(-1, CODEBOOK, LAYOUT.length).astype(np.int32)
        draft = rng.integers(0, CODEBOOK, LAYOUT.length).astype(np.int32)
        return DecodeState(step, TokenMap(ids, LAYOUT, CODEBOOK), draft=draft)

    run = Run("lformer", "a cat", SamplingParams(seed=int(rng.integers(1000))))
    grown = Timeline.started(run, state(0))
    for step in range(1, 6):
        grown = grown.appended(state(step))
    return grown


def offer(rng: np.random.Generator, ground: Document) -> Offer:
    region, tree = box(rng), timeline(rng)
    options = tuple(
        Option(0, tip, noise(rng, region.width, region.height), 0.5, whole=tip == 5)
        for tip in (3, 5)
    )
    return Offer("lformer", region, ground, (tree,), options, 1, 2)


# -- the process that kills and looks ---------------------------------------------------------


@dataclass(slots=True)
class Ledger:
    """What may be found after a kill: the newest acknowledged state, and what was tried after it.

    An empty name stands for nothing yet.
    """

    acceptable: list[str] = field(default_factory=lambda: [""])

    def tried(self, told: str) -> None:
        self.acceptable.append(told)

    def acknowledged(self, told: str) -> None:
        assert told == self.acceptable[-1]
        self.acceptable = [told]

    def seen(self, told: str) -> None:
        """What was found is what the next life begins with."""
        self.acceptable = [told]


@dataclass(slots=True)
class Figures:
    kills: int = 0
    during: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    torn_journals: int = 0
    unfinished_files: int = 0
    faults: list[str] = field(default_factory=list)


def attack(folder: Path, kills: int, seed: int) -> Figures:
    """Kills `kills` lives that go on with each other's work in `folder`."""
    rng, figures = random.Random(seed), Figures()
    states, saves = Ledger(), Ledger()
    for life in range(kills):
        last = ""
        for line in lines_until_killed(folder, seed * 100_003 + life, rng):
            last, _, told = line.partition(" ")
            ledger = saves if last.startswith("save") else states
            if last in ("keep", "save"):
                ledger.tried(told)
            else:
                ledger.acknowledged(told)
                figures.acknowledged += 1
        figures.kills += 1
        figures.during[last if last in ("keep", "save") else "between writes"] += 1
        inspect(folder, states, saves, figures)
    if (folder / PROJECT).exists():
        save_project(open_project(folder / PROJECT), folder / PROJECT)
    if left := left_over(folder):
        figures.faults.append(f"left for good: {left}")
    return figures


def inspect(folder: Path, states: Ledger, saves: Ledger, figures: Figures) -> None:
    """Looks at what a killed life left, as the next start would."""
    figures.unfinished_files += len(left_over(folder))
    for journal in (folder / STATE).glob(f"*{SUFFIX}"):
        damage = read_journal(journal.read_bytes()).damage
        figures.torn_journals += damage == "torn"
        if damage == "damaged":
            figures.faults.append(f"{journal.name} is damaged")
    saved = digest(open_project(folder / PROJECT)) if (folder / PROJECT).exists() else ""
    if saved not in saves.acceptable:
        figures.faults.append(f"kill {figures.kills}: saved {saved}, not {saves.acceptable}")
    saves.seen(saved)
    autosave = Autosave(folder / STATE)
    found = autosave.find()
    if found is not None:
        autosave.resume(found)
    # Work that is safe is not offered again: it is what the project file holds.
    now = saved if found is None else digest(found.work.project)
    if now not in states.acceptable:
        figures.faults.append(f"kill {figures.kills}: found {now}, not {states.acceptable}")
    states.seen(now)
    autosave.close()


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(f".*{UNFINISHED}")]


def lines_until_killed(folder: Path, seed: int, rng: random.Random) -> Iterator[str]:
    """Lets a life go on for some lines and a moment, kills it, and gives all that it said."""
    lines_left, pause = rng.randrange(1, MAX_LINES), rng.uniform(0, MAX_PAUSE_SECONDS)
    with killed_child(folder, seed) as (kill, lines):
        for line in lines:
            yield line
            lines_left -= 1
            if lines_left == 0:
                time.sleep(pause)
                kill()


class killed_child:  # noqa: N801 - used like contextlib.closing
    """A forked life and the lines it says; killed at the latest when the block ends."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed

    def __enter__(self) -> tuple[Callable[[], None], Iterator[str]]:
        self._reading, writing = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._reading)
            try:
                work(self._folder, self._seed, lambda line: os.write(writing, f"{line}\n".encode()))
            except BaseException as error:  # noqa: BLE001 - told to the parent, which counts it
                os.write(writing, f"fault {error!r}\n".encode())
            os._exit(1)
        os.close(writing)
        return self._kill, self._lines()

    def _kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)

    def _lines(self) -> Iterator[str]:
        with os.fdopen(self._reading) as said:
            for line in said:
                if line.startswith("fault"):
                    raise RuntimeError(f"the life ended by itself: {line}")
                yield line.strip()

    def __exit__(self, *_: object) -> None:
        self._kill()
        os.waitpid(self._child, 0)


def main() -> int:
    """1 when anything was lost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="ellbox-kill-") as folder:
        figures = attack(Path(folder), asked.kills, asked.seed)
    during = ", ".join(f"{count} during {name}" for name, count in sorted(figures.during.items()))
    said = (
        f"{figures.kills} kills: {during}; {figures.acknowledged} states acknowledged, "
        f"{figures.torn_journals} journals torn, {figures.unfinished_files} unfinished files seen, "
        f"{len(figures.faults)} faults"
    )
    sys.stdout.write("\n".join([said, *figures.faults, ""]))
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main())
