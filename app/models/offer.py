"""Offer: the candidates for one box, which of them is shown, and at which step."""

from PySide6.QtCore import QObject, Signal

from app.models.decodes import Running
from app.models.pictures import StepPictures
from app.models.proposal import Proposal
from engine.document.document import Document, Edit
from engine.values.jobs import Candidate, EditRequest, Pixels
from engine.values.region import Region
from engine.values.timeline import Timeline


class Offer(QObject):
    """shown_changed: another candidate or step is shown. arrived: pictures of steps are at hand.

    ground: the document under the box; None for a whole picture.
    """

    shown_changed = Signal()
    arrived = Signal()

    def __init__(self, pictures: StepPictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pictures = pictures
        self.pictures.arrived.connect(self._pictures_arrived)
        self.proposal: Proposal | None = None
        self.ground: Document | None = None

    def put(self, proposal: Proposal | None, ground: Document | None) -> None:
        """Candidates that were made before, or none."""
        if not _same_trees(self.proposal, proposal):
            self.pictures.clear()
        self.proposal, self.ground = proposal, ground
        self.fetch()

    def take(self, running: Running, candidates: tuple[Candidate, ...], *, whole: bool) -> None:
        """Candidates that have just been made, with the pictures drawn meanwhile."""
        if running.tree is None:
            self.pictures.clear_known()
        self.proposal = running.offered(candidates, whole=whole)
        start = _step_before(running.request, candidates[0].timeline)
        seed = running.request.params.seed
        self.pictures.keep_live(self.proposal, count=len(candidates), first_seed=seed, start=start)

    def clear(self) -> None:
        self.pictures.clear()
        self.proposal = self.ground = None

    def fetch(self) -> None:
        """Ask for the pictures of the shown candidate's steps that are not at hand."""
        self.pictures.fetch(self.proposal)

    def _pictures_arrived(self) -> None:
        self.arrived.emit()
        self.fetch()

    def show(self, proposal: Proposal) -> None:
        """The same candidates with another one, or another step, shown."""
        before, self.proposal = self.proposal, proposal
        if before is None or (before.shown, before.at) == (proposal.shown, proposal.at):
            return
        self.shown_changed.emit()
        self.fetch()

    def mark(self, proposal: Proposal) -> None:
        """The same candidates, the same one shown, with other marks."""
        self.proposal = proposal
        self.shown_changed.emit()

    def frames(self) -> tuple[Pixels, ...]:
        """A picture of every step of the shown candidate, or nothing while some are missing."""
        return () if self.proposal is None else self.pictures.all_of(self.proposal)

    @property
    def shown_pixels(self) -> Pixels | None:
        """The picture of the shown candidate and step; None for the original or while missing."""
        proposal = self.proposal
        if proposal is None or proposal.option is None:
            return None
        if proposal.at_tip:
            return proposal.option.patch
        return self.pictures.get(proposal.option.tree, proposal.at)

    @property
    def edit(self) -> Edit | None:
        """What is shown as an edit to be applied; None for the original or while missing."""
        patch, proposal = self.shown_pixels, self.proposal
        if patch is None or proposal is None or proposal.timeline is None:
            return None
        region = proposal.region or Region(0, 0, patch.shape[1], patch.shape[0])
        return Edit(region, patch, proposal.timeline)


def _step_before(request: EditRequest, made: Timeline) -> int:
    """The step that a job began at: before the first one that it made."""
    if request.timeline is None:
        return made.snapshots[0].state.step
    fresh = made.snapshots[len(request.timeline.snapshots) :]
    return (fresh[0].state.step - 1) if fresh else request.timeline.head_snapshot.state.step


def _same_trees(old: Proposal | None, new: Proposal | None) -> bool:
    """Whether pictures of the one's steps are pictures of the other's."""
    if old is None or new is None:
        return old is new
    pairs = zip(old.trees, new.trees, strict=False)
    return len(old.trees) == len(new.trees) and all(mine is other for mine, other in pairs)
