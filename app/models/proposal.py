"""Proposal: the candidates on offer for one box, each with all its steps; a plain value."""

from dataclasses import dataclass, replace

from engine.document.project import Option
from engine.values.jobs import Candidate, EditRequest, Pixels
from engine.values.region import Region
from engine.values.timeline import Run, Snapshot, Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What a box may become. shown: 0 is the original, 1.. the options. at: the snapshot shown.

    Branches of one candidate live in one tree, so scrubbing and branching never lose a step.
    """

    generator: str
    image: Pixels | None
    region: Region | None
    trees: tuple[Timeline, ...]
    options: tuple[Option, ...]
    shown: int
    at: int

    @classmethod
    def of(
        cls, request: EditRequest, candidates: tuple[Candidate, ...], *, whole: bool = True
    ) -> "Proposal":
        """The first candidates of a box, the best one shown."""
        options = tuple(
            Option(tree, each.timeline.head, each.patch, each.score, whole)
            for tree, each in enumerate(candidates)
        )
        trees = tuple(each.timeline for each in candidates)
        return cls(
            request.generator, request.image, request.region, trees, options, 1, options[0].tip
        )

    def grown(
        self, tree: int, base: Timeline, candidates: tuple[Candidate, ...], *, whole: bool = True
    ) -> "Proposal":
        """New branches of tree number `tree`, all grown from `base`; the first new one is shown."""
        merged = self.trees[tree]
        fresh: list[Option] = []
        for each in candidates:
            merged, tip = grafted(merged, base, each.timeline)
            fresh.append(Option(tree, tip, each.patch, each.score, whole))
        trees = tuple(merged if i == tree else old for i, old in enumerate(self.trees))
        options = (*self.options, *fresh)
        first = len(self.options) + 1
        return replace(self, trees=trees, options=options, shown=first, at=fresh[0].tip)

    @property
    def option(self) -> Option | None:
        return None if self.shown == 0 else self.options[self.shown - 1]

    @property
    def timeline(self) -> Timeline | None:
        """The tree of the shown option, its head where the scrubber stands."""
        option = self.option
        return None if option is None else self.trees[option.tree].at(self.at)

    @property
    def path(self) -> tuple[Snapshot, ...]:
        """The steps of the shown option, first to last; empty for the original."""
        option = self.option
        return () if option is None else self.trees[option.tree].path(option.tip)

    @property
    def position(self) -> int:
        """Where on `path` the scrubber stands."""
        return next((i for i, snapshot in enumerate(self.path) if snapshot.id == self.at), 0)

    @property
    def at_tip(self) -> bool:
        option = self.option
        return option is None or option.tip == self.at

    def run_of(self, option: Option) -> Run:
        tree = self.trees[option.tree]
        return tree.runs[tree.snapshot(option.tip).run]

    def showing(self, number: int) -> "Proposal":
        """The given option (0: the original) at its last step; unknown numbers change nothing."""
        if not 0 <= number <= len(self.options):
            return self
        tip = 0 if number == 0 else self.options[number - 1].tip
        return replace(self, shown=number, at=tip)

    def without(self, number: int) -> "Proposal":
        """One option less; its steps stay in the tree. The next one, or else the last, is shown."""
        options = (*self.options[: number - 1], *self.options[number:])
        left = replace(self, options=options, shown=0, at=0)
        return left.showing(min(number, len(options)))

    def without_branch(self, tree: int, run: int) -> "Proposal":
        """No option that goes through a run is left; all steps stay in the tree."""
        first = self.trees[tree].first(run).id
        gone = [
            number
            for number, option in enumerate(self.options, start=1)
            if option.tree == tree and any(each.id == first for each in self._path_of(option))
        ]
        left = self
        for number in reversed(gone):
            shown, at = left.shown, left.at
            left = left.without(number)
            if shown != number:
                left = replace(left, shown=shown - (shown > number), at=at)
        return left

    def named(self, tree: int, run: int, name: str) -> "Proposal":
        """One run called by another name."""
        trees = tuple(
            old.named(run, name) if i == tree else old for i, old in enumerate(self.trees)
        )
        return replace(self, trees=trees)

    def living(self, tree: int) -> frozenset[int]:
        """The runs of a tree that some option goes through."""
        return frozenset(
            each.run
            for option in self.options
            if option.tree == tree
            for each in self._path_of(option)
        )

    def _path_of(self, option: Option) -> tuple[Snapshot, ...]:
        return self.trees[option.tree].path(option.tip)

    def with_star_turned(self) -> "Proposal":
        """The shown option's star set, or taken away."""
        options = tuple(
            replace(option, starred=not option.starred) if number == self.shown else option
            for number, option in enumerate(self.options, start=1)
        )
        return replace(self, options=options)

    def scrubbed(self, position: int) -> "Proposal":
        """The shown option at a step, counted along its path and clamped to it."""
        path = self.path
        if not path:
            return self
        return replace(self, at=path[min(max(position, 0), len(path) - 1)].id)

    def jumped(self, tree: int, snapshot: int) -> "Proposal":
        """A snapshot anywhere: shown through the first option whose path holds it."""
        for number, option in enumerate(self.options, start=1):
            if option.tree != tree:
                continue
            if any(each.id == snapshot for each in self.trees[tree].path(option.tip)):
                return replace(self, shown=number, at=snapshot)
        return self


def grafted(tree: Timeline, base: Timeline, grown: Timeline) -> tuple[Timeline, int]:
    """What `grown` has more than `base`, added to `tree` (which begins with `base` too).

    Returns the tree and the new id of grown's head; ids that were there keep their meaning.
    """
    old_snapshots, old_runs = len(base.snapshots), len(base.runs)
    shift, run_shift = len(tree.snapshots) - old_snapshots, len(tree.runs) - old_runs

    def new_id(snapshot: int) -> int:
        return snapshot if snapshot < old_snapshots else snapshot + shift

    added = tuple(
        Snapshot(
            new_id(each.id),
            None if each.parent is None else new_id(each.parent),
            each.run if each.run < old_runs else each.run + run_shift,
            each.state,
        )
        for each in grown.snapshots[old_snapshots:]
    )
    head = new_id(grown.head)
    runs = (*tree.runs, *grown.runs[old_runs:])
    return Timeline(runs, (*tree.snapshots, *added), head), head
