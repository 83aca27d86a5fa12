"""The loop of the fuzz drivers: many damaged files, each answered by a value or a sentence."""

import argparse
import os
import random
import resource
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.values.errors import BadInput

Case = Callable[[random.Random], bytes]
Read = Callable[[bytes], object]

SLOW_SECONDS = 5.0
"""Of the processor: how long the others that share it made a case wait says nothing of it."""
BLOCK = 1000
MEMORY_BYTES = 6 * 2**30
MOST_FAULTS = 20


@dataclass(slots=True)
class Figures:
    """opened: read in spite of the damage. refused: sentences. faults: all else, to be mended."""

    cases: int = 0
    opened: int = 0
    refused: int = 0
    slowest_seconds: float = 0.0
    sentences: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        said = (
            f"{self.cases} cases: {self.opened} opened, {self.refused} refused with a sentence, "
            f"{len(self.faults)} faults; slowest {self.slowest_seconds:.2f} s, most memory "
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB"
        )
        return "\n".join([said, *self.faults])


def fuzz(case: Case, read: Read, *, seed: int, first: int, count: int) -> Figures:
    """Cases `first` to `first + count` of a seed; the same ones each time."""
    figures = Figures()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # whatever is only warned of would be shown to nobody
        for number in range(first, first + count):
            data = case(random.Random(f"{seed} {number}"))
            began = time.process_time()
            try:
                read(data)
                figures.opened += 1
            except BadInput as bad:
                figures.refused += 1
                figures.sentences[bad.sentence[:40]] += 1
                if not bad.sentence.endswith("."):
                    figures.faults.append(f"{number}: no sentence: {bad.sentence!r}")
            except Exception:  # noqa: BLE001 - finding these is the purpose
                last = " | ".join(traceback.format_exc().splitlines()[-4:])
                figures.faults.append(f"{number}: {last}")
            took = time.process_time() - began
            figures.slowest_seconds = max(figures.slowest_seconds, took)
            if took > SLOW_SECONDS:
                figures.faults.append(f"{number}: took {took:.1f} s")
            figures.cases += 1
    return figures


def run(case: Case, read: Read, about: str) -> int:
    """The driver's command line; 1 when there was a fault. A line a block goes to stderr, so
    that a crash of the interpreter tells where it was, and faults as they are found."""
    options = argparse.ArgumentParser(description=about)
    options.add_argument("--count", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--first", type=int, default=0)
    asked = options.parse_args()
    os.nice(10)
    # What asks for more gets a MemoryError, which must end in a sentence too.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    whole = Figures()
    end = asked.first + asked.count
    for first in range(asked.first, end, BLOCK):
        block = fuzz(case, read, seed=asked.seed, first=first, count=min(BLOCK, end - first))
        whole.cases += block.cases
        whole.opened += block.opened
        whole.refused += block.refused
        whole.slowest_seconds = max(whole.slowest_seconds, block.slowest_seconds)
        whole.sentences += block.sentences
        whole.faults += block.faults
        sys.stderr.write("\n".join([f"{whole.cases} done", *block.faults, ""]))
        if len(whole.faults) >= MOST_FAULTS:
            break
    sys.stdout.write(f"{whole.as_text()}\n")
    for sentence, times in whole.sentences.most_common(12):
        sys.stdout.write(f"{times:8} {sentence}\n")
    return 1 if whole.faults else 0
