"""Branches: the runs of a proposal's trees as a model for a tree view."""

from dataclasses import dataclass
from operator import is_
from typing import overload

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from app.models.editor import Editor
from app.models.proposal import Proposal
from app.models.thumbnails import Thumbnails
from app.texts import QT_TR_NOOP, counted, tr
from engine.values.timeline import Timeline
from engine.values.tokens import TokenMap

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Branch:
    """One run. tip: its last snapshot. parent: the position of the run it left, or None.

    begins, ends: the steps of the picture from the one that it left to its last. number: of the
    candidate at its end, 0 where none is on offer there.
    """

    tree: int
    run: int
    tip: int
    parent: int | None
    begins: int
    ends: int
    number: int
    name: str
    told: str

    @property
    def text(self) -> str:
        return f"{self.number}  {self.name}" if self.number else self.name


def branches(proposal: Proposal) -> tuple[Branch, ...]:
    """The runs that an option goes through, each after the run that it left."""
    found: list[Branch] = []
    for tree, timeline in enumerate(proposal.trees):
        places: dict[int, int] = {}
        for run in sorted(proposal.living(tree)):
            branch = _branch(proposal, timeline, tree, run, places)
            places[run] = len(found)
            found.append(branch)
    return tuple(found)


def _branch(
    proposal: Proposal, timeline: Timeline, tree: int, run: int, places: dict[int, int]
) -> Branch:
    asked, zero = timeline.runs[run], timeline.snapshots[0].state.step
    first, tip = timeline.first(run), timeline.tip(run)
    numbered = enumerate(proposal.options, start=1)
    number = next((i for i, each in numbered if (each.tree, each.tip) == (tree, tip.id)), 0)
    seed = tr("seed {seed}").format(seed=asked.params.seed)
    told, name, parent, begins = seed, asked.prompt, None, 0
    if first.parent is not None:
        before = timeline.snapshot(first.parent)
        parent, begins = places[before.run], before.state.step - zero
        if asked.prompt == timeline.runs[before.run].prompt:
            name = tr("From step {step}").format(step=begins)
        else:
            told = tr("from step {step}, {told}").format(step=begins, told=seed)
    if asked.kept is not None:
        name = opened_in_words(asked.kept)
    ends = tip.state.step - zero
    return Branch(tree, run, tip.id, parent, begins, ends, number, asked.name or name, told)


def opened_in_words(kept: TokenMap) -> str:
    """What a branch that keeps these tokens did."""
    opened = int((~kept.known).sum())
    if opened == 0:
        return tr("A token picked")
    return counted(
        QT_TR_NOOP("1 token drawn anew"), QT_TR_NOOP("{count} tokens drawn anew"), opened
    )


class BranchModel(QAbstractItemModel):
    """Rows are Branches of the editor's proposal; it is rebuilt when trees or options change."""

    def __init__(
        self, editor: Editor, thumbnails: Thumbnails, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor, self._thumbnails = editor, thumbnails
        self._held: tuple[object, ...] = ()
        self._branches: tuple[Branch, ...] = ()
        editor.offer_changed.connect(self._refresh)

    def _refresh(self) -> None:
        proposal = self._editor.proposal
        held = () if proposal is None else (*proposal.trees, *proposal.options)
        if len(held) == len(self._held) and all(map(is_, held, self._held)):
            return
        self.beginResetModel()
        self._held = held
        self._branches = () if proposal is None else branches(proposal)
        self.endResetModel()

    @property
    def rows(self) -> tuple[Branch, ...]:
        """In the order in which they began."""
        return self._branches

    def node(self, branch: Branch, step: int) -> int:
        """The snapshot nearest to a step of the picture, on the way to the end of a branch."""
        proposal = self._editor.proposal
        assert proposal is not None
        path = proposal.trees[branch.tree].path(branch.tip)
        return path[min(max(step, 0), len(path) - 1)].id

    @property
    def shown_step(self) -> tuple[int, int] | None:
        """(row, step of the picture) where the scrubber stands; None for the original."""
        proposal = self._editor.proposal
        if proposal is None or proposal.timeline is None or proposal.option is None:
            return None
        run = proposal.timeline.head_snapshot.run
        tree = proposal.option.tree
        places = (
            i for i, each in enumerate(self._branches) if (each.tree, each.run) == (tree, run)
        )
        place = next(places, None)
        return None if place is None else (place, proposal.position)

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
                return self.index_of(place)
        return QModelIndex()

    def _children(self, place: int | None) -> list[int]:
        return [i for i, branch in enumerate(self._branches) if branch.parent == place]

    def index_of(self, place: int) -> QModelIndex:
        """Of a row, counted through all levels."""
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
        return QModelIndex() if above is None else self.index_of(above)

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self._children(None if parent is None else self._place(parent)))

    def columnCount(self, parent: Index | None = None) -> int:
        del parent
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        branch = self.branch(index)
        self._editor.choosing.name_branch(branch.tree, branch.run, str(value))
        return True

    def delete(self, index: Index) -> None:
        """The branch and what grew from it goes; undo brings it back."""
        if index.isValid():
            branch = self.branch(index)
            self._editor.choosing.delete_branch(branch.tree, branch.run)

    def _thumbnail(self, branch: Branch) -> QImage | None:
        proposal = self._editor.proposal
        if proposal is None:
            return None
        snapshot = proposal.trees[branch.tree].snapshot(branch.tip)
        known = self._thumbnails.get(snapshot)
        if known is not None or not branch.number:
            return known
        return self._thumbnails.put(snapshot, proposal.options[branch.number - 1].patch)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        branch = self.branch(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return branch.text
        if role == Qt.ItemDataRole.EditRole:
            return branch.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnail(branch)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return f"{branch.text}\n{branch.told}"
        if role == Qt.ItemDataRole.UserRole:
            return branch.told
        return None
