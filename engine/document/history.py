"""History: undo and redo of any immutable value."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True, eq=False)
class History(Generic[ValueT]):
    """past: oldest first, at most `limit` values. future: the next redo first.

    The limit counts values, not bytes: a document shares all older patches, so that forgetting
    an old one frees next to nothing.
    """

    present: ValueT
    past: tuple[ValueT, ...] = ()
    future: tuple[ValueT, ...] = ()
    limit: int = 200

    @property
    def can_undo(self) -> bool:
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        return bool(self.future)

    def pushed(self, value: ValueT) -> "History[ValueT]":
        """A new present; what could be redone is forgotten."""
        past = (*self.past, self.present)[-self.limit :]
        return replace(self, present=value, past=past, future=())

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
