"""Timeline: every step of every branch of one decode, as a tree that only grows."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.tokens import TokenMap


@dataclass(frozen=True, slots=True)
class Run:
    """What one branch was asked for. `source` are the picture's own tokens of a box edit.

    kept: of a branch in which chosen sites were opened again, the tokens that it keeps; the unknown
    ones are those that it draws. With none unknown a person has put a token in place.
    name: what a person calls the branch; two runs that differ in nothing else are equal.
    """

    generator: str
    prompt: str
    params: SamplingParams
    region: Region | None = None
    source: TokenMap | None = None
    kept: TokenMap | None = None
    name: str = field(default="", compare=False)

    @property
    def own(self) -> TokenMap | None:
        """The tokens where the picture shows as it is: its own, in an edit of less than strength 1
        whose tokens have places. Drawn by the tokenizer it would be blurred there for nothing."""
        if self.source is None or self.params.strength == 1:
            return None
        return self.source if isinstance(self.source.layout, Raster) else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One step. `parent` is the id of the step before (None for the root), `run` indexes runs."""

    id: int
    parent: int | None
    run: int
    state: DecodeState


@dataclass(frozen=True, slots=True)
class Timeline:
    """A tree of snapshots with one root and one generator; ids are positions in `snapshots`.

    Raises ValueError when a snapshot does not continue its parent or an id does not exist.
    """

    runs: tuple[Run, ...]
    snapshots: tuple[Snapshot, ...]
    head: int

    @classmethod
    def started(cls, run: Run, state: DecodeState) -> "Timeline":
        return cls((run,), (Snapshot(0, None, 0, state),), 0)

    def appended(self, state: DecodeState) -> "Timeline":
        """The head's run goes on by one step; raises ValueError for any other step."""
        return self._with_child(state, self.snapshot(self.head).run)

    def at(self, snapshot_id: int) -> "Timeline":
        """Scrubbed or rolled back: the same tree with another head."""
        self.snapshot(snapshot_id)
        return replace(self, head=snapshot_id)

    def branched(self, run: Run, state: DecodeState) -> "Timeline":
        """The first step of a new run under the head; the old branch is untouched."""
        if run.generator != self.runs[0].generator:
            raise ValueError("a timeline has one generator")
        grown = Timeline((*self.runs, run), self.snapshots, self.head)
        return grown._with_child(state, len(self.runs))

    def _with_child(self, state: DecodeState, run: int) -> "Timeline":
        here = self.snapshot(self.head)
        if state.step != here.state.step + 1:
            raise ValueError(f"step {state.step} does not follow step {here.state.step}")
        new = Snapshot(len(self.snapshots), self.head, run, state)
        return Timeline(self.runs, (*self.snapshots, new), new.id)

    def snapshot(self, snapshot_id: int) -> Snapshot:
        if not 0 <= snapshot_id < len(self.snapshots):
            raise ValueError(f"there is no snapshot {snapshot_id}")
        return self.snapshots[snapshot_id]

    @property
    def head_snapshot(self) -> Snapshot:
        return self.snapshot(self.head)

    @property
    def head_run(self) -> Run:
        return self.runs[self.head_snapshot.run]

    def path(self, snapshot_id: int | None = None) -> tuple[Snapshot, ...]:
        """Snapshots from the root to the given one (default: head), in step order."""

        def upwards() -> Iterator[Snapshot]:
            at: int | None = self.head if snapshot_id is None else snapshot_id
            while at is not None:
                here = self.snapshot(at)
                yield here
                at = here.parent

        return tuple(upwards())[::-1]

    def named(self, run: int, name: str) -> "Timeline":
        """The same tree, one of its runs called by another name."""
        called = replace(self.runs[run], name=name)
        return replace(self, runs=(*self.runs[:run], called, *self.runs[run + 1 :]))

    def first(self, run: int) -> Snapshot:
        """The first snapshot that a run made."""
        return next(s for s in self.snapshots if s.run == run)

    def tip(self, run: int) -> Snapshot:
        """The last snapshot that a run made."""
        return [s for s in self.snapshots if s.run == run][-1]
