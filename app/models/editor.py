"""Editor: the box, what is asked of the engine for it, and what becomes of the answers."""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.models.decodes import Decodes, Running
from app.models.document import DocumentModel, generated_document
from app.models.jobs import EngineLine, JobNumbers, Trouble
from app.models.offer import Offer
from app.models.pictures import StepPictures
from app.models.proposal import Proposal
from app.models.sites import filled_sites
from app.models.wishes import Wishes, random_seed
from engine.document.document import Document
from engine.values.errors import EngineError
from engine.values.jobs import (
    Candidate,
    Described,
    DescribeRequest,
    EditRequest,
    EngineEvent,
    Failed,
    Finished,
    Pixels,
    Previewed,
    StepDone,
    WasCancelled,
)
from engine.values.region import Region
from engine.values.spec import GeneratorSpec


class Mode(Enum):
    EMPTY = "no picture is open"
    EDITING = "a picture is open"
    RUNNING = "a decode is running"
    CHOOSING = "candidates are on offer"


class Editor(QObject):
    """Holds the box; asks for decodes, offers what they bring and applies what is chosen.

    changed: anything that a control's state depends on. region_changed: the box. picture_changed:
    what is shown inside the box. offer_changed: the candidates or the shown one. preview_arrived:
    a picture of a step. failed: Trouble. noticed: a sentence. finished: a decode is done.
    """

    changed = Signal()
    region_changed = Signal()
    picture_changed = Signal()
    offer_changed = Signal()
    preview_arrived = Signal()
    failed = Signal(object)
    noticed = Signal(str)
    finished = Signal()

    def __init__(
        self,
        documents: DocumentModel,
        line: EngineLine,
        numbers: JobNumbers,
        *,
        draw_seed: Callable[[], int] = random_seed,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents, self._line, self._numbers = documents, line, numbers
        self._region: Region | None = None
        self._describe_job: int | None = None
        self.wishes = Wishes(draw_seed, self)
        self.decodes = Decodes(line, self)
        self.offer = Offer(StepPictures(line, numbers, self), self)
        self.device = ""
        self.model_absence = "The model is still loading."
        self._connect()

    def _connect(self) -> None:
        self.wishes.changed.connect(self.changed)
        self.decodes.changed.connect(self.changed)
        self.decodes.noticed.connect(self.noticed)
        self.decodes.drawn.connect(self._drawn)
        self.decodes.done.connect(self._done)
        self.decodes.given_up.connect(self._given_up)
        self.offer.shown_changed.connect(self._shown_changed)
        self.offer.arrived.connect(self.preview_arrived)
        self.offer.arrived.connect(self.picture_changed)
        self._documents.document_changed.connect(self._document_changed)

    # -- the box ----------------------------------------------------------------------------

    @property
    def mode(self) -> Mode:
        if self.running is not None:
            return Mode.RUNNING
        if self.proposal is not None:
            return Mode.CHOOSING
        return Mode.EMPTY if self._documents.document is None else Mode.EDITING

    @property
    def region(self) -> Region | None:
        return self._region

    @property
    def picture_size(self) -> tuple[int, int] | None:
        """(width, height) px of what is open or being generated."""
        if self._documents.document is not None:
            base = self._documents.document.base
            return base.width, base.height
        if self.mode in (Mode.RUNNING, Mode.CHOOSING) and self.generator is not None:
            return self.generator.image_side, self.generator.image_side
        return None

    def set_region(self, region: Region | None) -> None:
        """A new box. What is on offer is kept first: what was seen stays (and can be undone)."""
        if self.mode is Mode.RUNNING or region == self._region:
            return
        if self.mode is Mode.CHOOSING:
            self.keep_shown()
        self._region = region
        self.region_changed.emit()
        self.changed.emit()

    @property
    def prompt(self) -> str:
        return self.wishes.prompt

    @property
    def generator(self) -> GeneratorSpec | None:
        return self.wishes.generator

    # -- asking the engine ------------------------------------------------------------------

    def describe(self) -> None:
        """Ask what runs where; the answer makes the editor ready."""
        self._describe_job = self._numbers.next()
        self._line.submit(DescribeRequest(self._describe_job))

    @property
    def obstacle(self) -> str:
        """Why nothing can be generated now, in words for a tooltip; empty when it can."""
        if self.generator is None:
            return self.model_absence
        if self.mode is Mode.RUNNING:
            return "A picture is being made; Esc stops it."
        if not self.prompt.strip():
            return "Type what you want to see."
        if self._documents.document is not None and self._region is None:
            return "Draw a box on the picture first, or choose the whole picture with Ctrl+A."
        return ""

    @property
    def branch_obstacle(self) -> str:
        """Why the shown step cannot be regenerated from; empty when it can."""
        if self.proposal is None or self.proposal.option is None:
            return "Choose a candidate first."
        if self.mode is Mode.RUNNING:
            return "A picture is being made; Esc stops it."
        if not self.prompt.strip():
            return "Type what you want to see."
        if self.proposal.at_tip and self.proposal.option.whole:
            return "Go back to an earlier step first."
        return ""

    def generate(self) -> None:
        """New candidates for the box, or a whole picture when none is open."""
        if self.obstacle or self.generator is None:
            return
        ground = self.offer.ground if self.proposal is not None else self._documents.document
        image = None if ground is None else ground.picture.rgb8
        request = EditRequest(
            job=self._numbers.next(),
            generator=self.generator.key,
            prompt=self.prompt.strip(),
            params=self.wishes.next_params(),
            image=image,
            region=None if image is None else self._region,
            candidates=self.wishes.candidates,
        )
        self._begin(Running(request, ground, before=self.proposal))

    def regenerate_from_here(self) -> None:
        """Branch from the shown step, with a new seed and the prompt as it stands."""
        proposal = self.proposal
        if self.branch_obstacle or proposal is None:
            return
        option, timeline = proposal.option, proposal.timeline
        assert option is not None and timeline is not None
        same_prompt = timeline.head_run.prompt == self.prompt.strip()
        request = EditRequest(
            job=self._numbers.next(),
            generator=proposal.generator,
            prompt=self.prompt.strip(),
            params=self.wishes.next_params(fresh=same_prompt and option.whole),
            image=proposal.image,
            region=proposal.region,
            candidates=self.wishes.candidates,
            timeline=timeline,
        )
        self._begin(Running(request, self.offer.ground, before=proposal, tree=option.tree))

    def cancel(self) -> None:
        """Stop the running decode within one step."""
        self.decodes.cancel()

    def _begin(self, running: Running) -> None:
        self.offer.pictures.stop()
        self.offer.ground = running.ground
        self.offer.proposal = running.before if running.tree is not None else None
        self.decodes.begin(running)
        self._tell_all()

    # -- hearing from the engine ------------------------------------------------------------

    def take(self, event: EngineEvent) -> None:
        """One event of the engine, on the GUI thread."""
        match event:
            case Described():
                self._described(event)
            case Previewed():
                self.offer.pictures.take(event)
            case Failed():
                self._failed(event)
            case StepDone() | Finished() | WasCancelled():
                self.decodes.take(event)

    def _described(self, event: Described) -> None:
        self.device = event.device
        if not event.generators:
            self.model_absence = "No model is installed; install Ellbox again."
        self.wishes.set_generators(event.generators)

    def _failed(self, event: Failed) -> None:
        self.offer.pictures.give_up(event.job)
        if event.job == self._describe_job:
            self.device = self.model_absence = "The model could not be loaded."
            self.changed.emit()
        self.decodes.take(event)
        self.failed.emit(Trouble.of(event))

    def _drawn(self, candidate: int, step: int, picture: Pixels) -> None:
        self.offer.pictures.put_live(candidate, step, picture)
        self.picture_changed.emit()

    def _done(self, running: Running, candidates: tuple[Candidate, ...], whole: bool) -> None:
        self.offer.take(running, candidates, whole=whole)
        self._tell_all()
        self.offer.fetch()
        if whole:
            self.finished.emit()

    def _given_up(self, running: Running) -> None:
        self.offer.proposal = running.before
        self._tell_all()

    # -- what is shown ----------------------------------------------------------------------

    @property
    def running(self) -> Running | None:
        return self.decodes.running

    @property
    def proposal(self) -> Proposal | None:
        return self.offer.proposal

    def preview(self, tree: int, snapshot: int) -> Pixels | None:
        """The picture of a step, when it is at hand."""
        return self.offer.pictures.get(tree, snapshot)

    def frames(self) -> tuple[Pixels, ...]:
        """A picture of every step of the shown candidate, or nothing while some are missing."""
        return self.offer.frames() if self.mode is Mode.CHOOSING else ()

    @property
    def ground(self) -> Document | None:
        """The document that lies under the box."""
        offered = self.mode in (Mode.RUNNING, Mode.CHOOSING)
        return self.offer.ground if offered else self._documents.document

    @property
    def proposal_region(self) -> Region | None:
        """The box that is being redrawn or on offer; None for a whole picture."""
        if self.running is not None:
            return self.running.request.region
        return None if self.proposal is None else self.proposal.region

    def step_sites(self) -> tuple[tuple[float, float, float, float], ...]:
        """Boxes (left, top, width, height) in image px that the shown step has filled."""
        proposal = self.proposal
        if self.mode is not Mode.CHOOSING or proposal is None or proposal.at_tip:
            return ()
        return filled_sites(proposal, 0 if self.generator is None else self.generator.image_side)

    @property
    def shown_pixels(self) -> Pixels | None:
        """What to draw inside the box now; None for the picture as it is."""
        return self.offer.shown_pixels if self.running is None else self.decodes.live_picture(0)

    def _shown_changed(self) -> None:
        self.picture_changed.emit()
        self.offer_changed.emit()
        self.changed.emit()

    # -- choosing ---------------------------------------------------------------------------

    def show(self, number: int) -> None:
        """Show the original (0) or a candidate (1..) in the box."""
        if self.mode is Mode.CHOOSING and self.proposal is not None:
            self.offer.show(self.proposal.showing(number))

    def scrub(self, position: int) -> None:
        """Show a step of the shown candidate, counted from its first."""
        if self.mode is Mode.CHOOSING and self.proposal is not None:
            self.offer.show(self.proposal.scrubbed(position))

    def scrub_by(self, steps: int) -> None:
        if self.proposal is not None:
            self.scrub(self.proposal.position + steps)

    def jump(self, tree: int, snapshot: int) -> None:
        """Show any snapshot of the tree of branches."""
        if self.mode is Mode.CHOOSING and self.proposal is not None:
            self.offer.show(self.proposal.jumped(tree, snapshot))

    @property
    def can_apply(self) -> bool:
        return self.mode is Mode.CHOOSING and self.proposal is not None and self.proposal.shown > 0

    def apply(self) -> None:
        """The shown picture becomes part of the document: one undo step."""
        edit = self.offer.edit if self.can_apply else None
        if edit is None:
            return
        ground = self.offer.ground
        self.offer.clear()
        applied = generated_document(edit) if ground is None else ground.applied(edit)
        if self._documents.document is None:
            self._documents.adopt(applied, "Generated picture")
        else:
            self._documents.push(applied)

    def dismiss(self) -> None:
        """Back to the picture as it was, the box and the prompt kept."""
        if self.mode is Mode.CHOOSING:
            self.offer.clear()
            self._tell_all()

    def keep_shown(self) -> None:
        if self.can_apply:
            self.apply()
        else:
            self.dismiss()

    def reopen(self) -> None:
        """The newest edit goes back on offer with all its steps; applying it again replaces it."""
        document = self._documents.document
        if self.mode is not Mode.EDITING or document is None or not document.edits:
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
        self._region = run.region
        self.wishes.set_prompt(run.prompt)
        self.offer.put(Proposal.of(request, (Candidate(edit.timeline, edit.patch, 0.0),)), ground)
        self._tell_all()

    def _document_changed(self) -> None:
        # Another picture, or undo: an offer made for the old pixels no longer fits.
        self.decodes.abandon()
        self.offer.clear()
        size = self.picture_size
        if size is None:
            self._region = None
        elif self._region is not None:
            try:
                self._region = self._region.clipped(*size)
            except EngineError:
                self._region = None
        self._tell_all()

    def _tell_all(self) -> None:
        self.region_changed.emit()
        self.picture_changed.emit()
        self.offer_changed.emit()
        self.changed.emit()
