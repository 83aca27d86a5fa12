"""History: undo and redo of any immutable value, bounded by bytes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")
Part = tuple[int, int]
"""(identity, bytes) of something that several values may share."""

LIMIT_BYTES = 2**30


def without_parts(_: object) -> Iterable[Part]:
    """Of values too small to be counted."""
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class History(Generic[ValueT]):
    """past: oldest first. future: the next redo first.

    parts: what a value holds in memory. All values together hold at most `limit_bytes`, each part
    counted once; the oldest are forgotten to keep to it, the present never.
    """

    present: ValueT
    past: tuple[ValueT, ...] = ()
    future: tuple[ValueT, ...] = ()
    parts: Callable[[ValueT], Iterable[Part]] = without_parts
    limit_bytes: int = LIMIT_BYTES

    @property
    def can_undo(self) -> bool:
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        return bool(self.future)

    def pushed(self, value: ValueT) -> "History[ValueT]":
        """A new present; what could be redone is forgotten."""
        past = self._fitting((*self.past, self.present), value)
        return replace(self, present=value, past=past, future=())

    def limited(self, limit_bytes: int) -> "History[ValueT]":
        """The same with another bound, which is kept from the next push on."""
        return replace(self, limit_bytes=limit_bytes)

    def replaced(self, value: ValueT) -> "History[ValueT]":
        """Another present without a step; past and future stay."""
        return replace(self, present=value)

    def _fitting(self, past: tuple[ValueT, ...], value: ValueT) -> tuple[ValueT, ...]:
        """The newest values of the past that fit in beside the new one."""
        held = dict(self.parts(value))
        total = sum(held.values())
        for count, old in enumerate(reversed(past)):
            for key, size in self.parts(old):
                if key not in held:
                    held[key] = size
                    total += size
            if total > self.limit_bytes:
                return past[len(past) - count :]
        return past

    def undone(self) -> "History[ValueT]":
        """One step back; the same history when there is none."""
        if not self.past:
            return self
        future = (self.present, *self.future)
        return replace(self, present=self.past[-1], past=self.past[:-1], future=future)

    def redone(self) -> "History[ValueT]":
        """One step forward; the same history when there is none."""
        if not self.future:
            return self
        past = (*self.past, self.present)
        return replace(self, present=self.future[0], past=past, future=self.future[1:])
