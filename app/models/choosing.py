"""Choosing: walking through what is on offer, applying it, putting it away and bringing it back."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.models.document import generated_document
from app.models.proposal import Proposal
from app.models.workbench import Workbench
from engine.document.document import Document
from engine.values.jobs import Candidate, EditRequest


class Choosing(QObject):
    """Changes nothing while a decode is running. applied: the shown candidate."""

    applied = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents, self._offer, self._decodes = bench.documents, bench.offer, bench.decodes
        self._moments, self._wishes = bench.moments, bench.wishes

    @property
    def proposal(self) -> Proposal | None:
        """What can be chosen from now."""
        return self._offer.proposal if self._decodes.running is None else None

    @property
    def _idle(self) -> bool:
        return self._decodes.running is None and self._offer.proposal is None

    def show(self, number: int) -> None:
        """Show the original (0) or a candidate (1..) in the box."""
        if self.proposal is not None:
            self._offer.show(self.proposal.showing(number))

    def show_by(self, numbers: int) -> None:
        """Walk through the original and the candidates, round and round."""
        if self.proposal is not None:
            self.show((self.proposal.shown + numbers) % (len(self.proposal.options) + 1))

    def scrub(self, position: int) -> None:
        """Show a step of the shown candidate, counted from its first."""
        if self.proposal is not None:
            self._offer.show(self.proposal.scrubbed(position))

    def scrub_by(self, steps: int) -> None:
        if self.proposal is not None:
            self.scrub(self.proposal.position + steps)

    def jump(self, tree: int, snapshot: int) -> None:
        """Show any snapshot of the tree of branches."""
        if self.proposal is not None:
            self._offer.show(self.proposal.jumped(tree, snapshot))

    @property
    def can_apply(self) -> bool:
        return self.proposal is not None and self.proposal.shown > 0

    def apply(self) -> None:
        """The shown picture becomes part of the document: one undo step."""
        applied = self.shown_document
        if applied is not None:
            self.applied.emit()
            self._moments.leave()
            self._documents.push(applied, self._moments.scene.settled)

    @property
    def shown_document(self) -> Document | None:
        """The document as applying would make it; None where nothing can be applied."""
        edit, ground = self._offer.edit if self.can_apply else None, self._offer.ground
        if edit is None:
            return None
        edit = replace(edit, weights=self._wishes.digests_of(edit.timeline.head_run.generator))
        return generated_document(edit) if ground is None else ground.applied(edit)

    def dismiss(self) -> None:
        """Back to the picture as it was, box and prompt kept; undo brings the candidates back."""
        if self.proposal is not None:
            self._moments.leave()
            self._offer.clear()
            self._moments.arrive()

    def discard(self) -> None:
        """The shown candidate is no longer on offer; undo brings it back."""
        proposal = self.proposal
        if not self.can_apply or proposal is None:
            return
        if len(proposal.options) == 1:
            self.dismiss()
            return
        self._moments.leave()
        self._offer.proposal = proposal.without(proposal.shown)
        self._moments.arrive()

    def delete_branch(self, tree: int, run: int) -> None:
        """A branch and what grew from it is no longer on offer; undo brings it back."""
        proposal = self.proposal
        if proposal is None:
            return
        left = proposal.without_branch(tree, run)
        if not left.options:
            self.dismiss()
        elif left is not proposal:
            self._moments.leave()
            self._offer.proposal = left
            self._moments.arrive()

    def name_branch(self, tree: int, run: int, name: str) -> None:
        if self.proposal is not None:
            self._offer.mark(self.proposal.named(tree, run, name.strip()))

    @property
    def starred(self) -> bool:
        """Whether the shown candidate is marked."""
        option = None if self.proposal is None else self.proposal.option
        return option is not None and option.starred

    def star(self) -> None:
        """Mark the shown candidate, or take its mark away."""
        if self.can_apply and self.proposal is not None:
            self._offer.mark(self.proposal.with_star_turned())

    def keep_shown(self) -> None:
        if self.can_apply:
            self.apply()
        else:
            self.dismiss()

    def reopen(self) -> None:
        """The newest edit goes back on offer with all its steps; applying it again replaces it."""
        document = self._documents.document
        if document is None or not document.edits or not self._idle:
            return
        edit = document.edits[-1]
        run = edit.timeline.head_run
        ground = replace(document, edits=document.edits[:-1]) if run.region else None
        request = EditRequest(
            job=0,
            generator=run.generator,
            prompt=run.prompt,
            params=run.params,
            image=None if ground is None else ground.picture.rgb8,
            region=run.region,
        )
        self._moments.leave()
        if self._moments.others and self._moments.region != run.region:
            self._moments.park()
        self._moments.region = run.region
        self._wishes.set_prompt(run.prompt)
        self._offer.put(Proposal.of(request, (Candidate(edit.timeline, edit.patch, 0.0),)), ground)
        self._moments.arrive()
