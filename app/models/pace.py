"""Pace: how long the steps of a decode take, learned from those that were measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NEW_SHARE = 0.5
"""How much the newest decode counts against all before it."""
MAX_KINDS = 64

Seconds = tuple[float, ...]
"""Of every step of one kind of decode, in order; the first holds what comes before it, too."""


@dataclass(frozen=True, slots=True)
class Pace:
    """seconds: by kind of decode; see `kind_of`."""

    seconds: Mapping[str, Seconds] = field(default_factory=dict)

    def of(self, kind: str) -> Seconds:
        """Nothing for a kind that has not been measured."""
        return self.seconds.get(kind, ())

    def measured(self, kind: str, seconds: Seconds) -> "Pace":
        """One decode more; the kinds measured last are kept."""
        before = self.of(kind)
        if len(before) != len(seconds):
            before = seconds
        mean = tuple(
            old + NEW_SHARE * (new - old) for old, new in zip(before, seconds, strict=True)
        )
        others = {key: value for key, value in self.seconds.items() if key != kind}
        kept = [*others.items(), (kind, mean)][-MAX_KINDS:]
        return Pace(dict(kept))


def kind_of(generator: str, candidates: int, steps: int) -> str:
    """Decodes of one kind take equally long, as far as can be told beforehand."""
    return f"{generator} {candidates} {steps}"


def seconds_left(expected: Seconds, spent: float, step: int) -> float | None:
    """Of a decode that has done `step` steps in `spent` seconds; None where nothing is known.

    Today's machine may be slower or faster than the one that was measured: what is left is scaled
    by how long the steps done so far have taken.
    """
    if not 0 < step <= len(expected):
        return None
    done, left = sum(expected[:step]), sum(expected[step:])
    return left * (spent / done) if done > 0 else left
