"""Branches: the runs of a proposal's trees as a model for a tree view."""

from dataclasses import dataclass
from typing import overload

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.editor import Editor
from app.models.proposal import Proposal
from engine.values.timeline import Timeline

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Branch:
    """One run. tip: its last snapshot. parent: the position of the run it left, or None."""

    tree: int
    run: int
    tip: int
    text: str
    told: str
    parent: int | None


def branches(proposal: Proposal) -> tuple[Branch, ...]:
    """All runs of all trees, each after the run that it left."""
    found: list[Branch] = []
    for tree, timeline in enumerate(proposal.trees):
        places: dict[int, int] = {}
        for run in range(len(timeline.runs)):
            branch = _branch(proposal, timeline, tree, run, places)
            places[run] = len(found)
            found.append(branch)
    return tuple(found)


def _branch(
    proposal: Proposal, timeline: Timeline, tree: int, run: int, places: dict[int, int]
) -> Branch:
    asked = timeline.runs[run]
    snapshots = [each for each in timeline.snapshots if each.run == run]
    first, tip = snapshots[0], snapshots[-1]
    number = next(
        (
            str(i)
            for i, option in enumerate(proposal.options, start=1)
            if (option.tree, option.tip) == (tree, tip.id)
        ),
        "",
    )
    seed = f"seed {asked.params.seed}"
    if first.parent is None:
        said, told, parent = asked.prompt, seed, None
    else:
        before = timeline.snapshot(first.parent)
        parent = places[before.run]
        left = f"from step {before.state.step - timeline.snapshots[0].state.step}"
        same = asked.prompt == timeline.runs[before.run].prompt
        said, told = (left, seed) if same else (asked.prompt, f"{left}, {seed}")
    text = f"{number}  {said}" if number else said
    return Branch(tree, run, tip.id, text, told, parent)


class BranchModel(QAbstractItemModel):
    """Rows are Branches of the editor's proposal; it is rebuilt when the trees change."""

    def __init__(self, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._trees: tuple[Timeline, ...] = ()
        self._branches: tuple[Branch, ...] = ()
        editor.offer_changed.connect(self._refresh)

    def _refresh(self) -> None:
        proposal = self._editor.proposal
        trees = () if proposal is None else proposal.trees
        if trees == () and self._trees == ():
            return
        if len(trees) == len(self._trees) and all(
            new is old for new, old in zip(trees, self._trees, strict=True)
        ):
            return
        self.beginResetModel()
        self._trees = trees
        self._branches = () if proposal is None else branches(proposal)
        self.endResetModel()

    def branch(self, index: Index) -> Branch:
        return self._branches[index.internalId()]

    def shown_index(self) -> QModelIndex:
        """The row of the run that the shown snapshot belongs to."""
        proposal = self._editor.proposal
        if proposal is None or proposal.option is None:
            return QModelIndex()
        tree = proposal.option.tree
        tip_run = proposal.trees[tree].snapshot(proposal.option.tip).run
        for place, branch in enumerate(self._branches):
            if (branch.tree, branch.run) == (tree, tip_run):
                return self._index_of(place)
        return QModelIndex()

    def _children(self, place: int | None) -> list[int]:
        return [i for i, branch in enumerate(self._branches) if branch.parent == place]

    def _index_of(self, place: int) -> QModelIndex:
        row = self._children(self._branches[place].parent).index(place)
        return self.createIndex(row, 0, place)

    def _place(self, index: Index) -> int | None:
        return index.internalId() if index.isValid() else None

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        place = None if parent is None else self._place(parent)
        children = self._children(place)
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, 0, children[row])

    @overload
    def parent(self) -> QObject | None: ...
    @overload
    def parent(self, index: Index) -> QModelIndex: ...
    def parent(self, index: Index | None = None) -> QObject | QModelIndex | None:
        if index is None:
            return super().parent()
        if not index.isValid():
            return QModelIndex()
        above = self._branches[index.internalId()].parent
        return QModelIndex() if above is None else self._index_of(above)

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self._children(None if parent is None else self._place(parent)))

    def columnCount(self, parent: Index | None = None) -> int:
        del parent
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if not index.isValid():
            return None
        branch = self.branch(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return branch.text
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return f"{branch.text}\n{branch.told}"
        if role == Qt.ItemDataRole.UserRole:
            return branch.told
        return None
