"""Asking: what is asked of the engine for the box as it stands, or from a step of a candidate."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.models.carrying import Carrying
from app.models.decodes import Running
from app.models.jobs import JobNumbers
from app.models.machine import Machine
from app.models.proposal import Proposal
from app.models.workbench import Workbench
from app.texts import tr
from engine.document.document import Document
from engine.values.jobs import EditRequest
from engine.values.params import SamplingParams
from engine.values.prompts import resolved
from engine.values.timeline import Timeline
from engine.values.tokens import TokenMap


class Asking(QObject):
    """asked: a Running to begin. meant: it was asked for by hand, with the prompt as it stands."""

    asked = Signal(object)
    meant = Signal()

    def __init__(
        self,
        bench: Workbench,
        carrying: Carrying,
        machine: Machine,
        numbers: JobNumbers,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents, self._offer, self._decodes = bench.documents, bench.offer, bench.decodes
        self._moments, self._wishes = bench.moments, bench.wishes
        self._carrying, self._machine, self._numbers = carrying, machine, numbers

    @property
    def ground(self) -> Document | None:
        """The document that lies under the box."""
        running = self._decodes.running
        if running is not None:
            return running.ground
        return self._documents.document if self._offer.proposal is None else self._offer.ground

    @property
    def obstacle(self) -> str:
        """Why nothing can be generated now, in words for a tooltip; empty when it can."""
        if self._wishes.generator is not None and self._decodes.running is not None:
            return tr("A picture is being made; stop it first.")
        return self._lack

    @property
    def _lack(self) -> str:
        """What is missing for a decode, whether or not one is running."""
        if self._wishes.generator is None:
            return self._machine.absence
        if not self._wishes.prompt.strip():
            return tr("Type what you want to see.")
        if self._documents.document is not None and self._moments.region is None:
            return tr("Draw a box on the picture first, or choose the whole picture.")
        return self._carrying.misfit

    @property
    def branch_obstacle(self) -> str:
        """Why the shown step cannot be regenerated from; empty when it can."""
        proposal = self._offer.proposal
        if proposal is None or proposal.option is None:
            return tr("Choose a candidate first.")
        if self._decodes.running is not None:
            return tr("A picture is being made; stop it first.")
        if not self._wishes.prompt.strip():
            return tr("Type what you want to see.")
        if proposal.at_tip and proposal.option.whole:
            return tr("Go back to an earlier step first.")
        return ""

    # -- from the beginning -----------------------------------------------------------------

    def generate(self) -> None:
        """New candidates for the box, or a whole picture when none is open."""
        if not self.obstacle:
            self.meant.emit()
            request = self.request(self._wishes.next_params(), self._wishes.candidates)
            self.asked.emit(Running(request, self.ground, before=self._offer.proposal))

    def redraw(self) -> None:
        """One candidate for the prompt as it stands, with the seed as it is, while typing goes on.

        One that was asked for so and still runs is given up; one asked for by hand is left alone.
        """
        running = self._decodes.running
        if self._lack or (running is not None and not running.live):
            return
        request = self.request(self._wishes.params, 1)
        before, shown = self._offer.proposal, self._offer.shown_pixels
        if running is not None:
            before, shown = running.before, self._decodes.live_picture(0)
        latest = () if shown is None else (shown,)
        self.asked.emit(Running(request, self.ground, before=before, live=True, latest=latest))

    def request(self, params: SamplingParams, candidates: int) -> EditRequest:
        """For the box and prompt as they stand, where there is no obstacle."""
        assert self._wishes.generator is not None
        ground, carried = self.ground, self._carrying.carried
        return EditRequest(
            job=self._numbers.next(),
            generator=self._wishes.generator.key,
            prompt=resolved(self._wishes.prompt.strip(), params.seed),
            params=params,
            image=None if ground is None else ground.picture.rgb8,
            region=None if ground is None else self._moments.region,
            candidates=candidates,
            carried=None if carried is None else carried.timeline,
        )

    # -- from a step ------------------------------------------------------------------------

    def regenerate_from_here(self) -> None:
        """Branch from the shown step, with a new seed and the prompt as it stands."""
        proposal = self._offer.proposal
        if self.branch_obstacle or proposal is None:
            return
        option, timeline = proposal.option, proposal.timeline
        assert option is not None and timeline is not None
        asked, run = self._wishes.params, timeline.head_run
        as_before = resolved(self._wishes.prompt.strip(), asked.seed)
        # A branch has the strength of its tree, and a seed of its own.
        as_run = replace(asked, seed=run.params.seed, strength=run.params.strength)
        same = run.prompt == as_before and run.params == as_run
        # With nothing else changed, the same seed would draw the same tokens again.
        params = self._wishes.next_params(fresh=same and option.whole)
        self.meant.emit()
        self._branch(proposal, resolved(self._wishes.prompt.strip(), params.seed), params)

    def more_like_this(self) -> None:
        """Branches of the shown candidate from half-way, with its own prompt and a new seed."""
        proposal = self._offer.proposal
        if self._decodes.running is None and proposal is not None and proposal.option is not None:
            half_way = proposal.scrubbed(len(proposal.path) // 2)
            params = self._wishes.next_params(fresh=True)
            self._branch(half_way, proposal.run_of(proposal.option).prompt, params)

    def redraw_sites(self, timeline: Timeline, kept: TokenMap) -> None:
        """One branch that keeps the known tokens: with a new seed and the prompt as it stands, or
        as the step was asked for where none is unknown and nothing is to be drawn."""
        proposal, run = self._offer.proposal, timeline.head_run
        if self._decodes.running is not None or proposal is None or proposal.option is None:
            return
        prompt, params = run.prompt, run.params
        if not kept.known.all():
            params = self._wishes.next_params(fresh=True)
            asked = self._wishes.prompt.strip()
            if resolved(asked, run.params.seed) != prompt:
                prompt = resolved(asked, params.seed) or prompt
        self._branch(proposal, prompt, params, timeline=timeline, kept=kept, candidates=1)

    def _branch(
        self,
        proposal: Proposal,
        prompt: str,
        params: SamplingParams,
        *,
        timeline: Timeline | None = None,
        kept: TokenMap | None = None,
        candidates: int | None = None,
    ) -> None:
        """Goes on from the head of the timeline, the proposal's where none is given; with as many
        candidates as are wished for where that is not told."""
        assert proposal.option is not None
        request = EditRequest(
            job=self._numbers.next(),
            generator=proposal.generator,
            prompt=prompt,
            params=params,
            image=proposal.image,
            region=proposal.region,
            candidates=self._wishes.candidates if candidates is None else candidates,
            timeline=proposal.timeline if timeline is None else timeline,
            kept=kept,
        )
        before, tree = self._offer.proposal, proposal.option.tree
        self.asked.emit(Running(request, self._offer.ground, before=before, tree=tree))
