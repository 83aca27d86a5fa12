"""Editor: the box, what is asked of the engine for it, and what becomes of the answers."""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.models.alternatives import Alternatives
from app.models.box_list import BoxList
from app.models.choosing import Choosing
from app.models.decodes import Decodes, Running
from app.models.document import DocumentModel
from app.models.face_off import Contender, FaceOff
from app.models.jobs import EngineLine, JobNumbers, Progress, Trouble
from app.models.lens import Lens
from app.models.machine import Machine
from app.models.measure import PromptMeasure
from app.models.memory import Memory, Remembered
from app.models.moments import Moments
from app.models.offer import Offer
from app.models.pace import Seconds, kind_of
from app.models.pictures import StepPictures
from app.models.proposal import Proposal
from app.models.scene import Scene
from app.models.sites import filled_sites
from app.models.wishes import Wishes, random_seed
from engine.document.document import Document
from engine.values.computing import Computing
from engine.values.jobs import (
    Candidate,
    Described,
    DescribeRequest,
    EditRequest,
    EngineEvent,
    Failed,
    Finished,
    Measured,
    Pixels,
    Previewed,
    Retrying,
    StepDone,
    WasCancelled,
)
from engine.values.params import SamplingParams
from engine.values.prompts import resolved
from engine.values.region import Region
from engine.values.spec import STEP_NAMES, GeneratorSpec
from engine.values.timeline import Timeline
from engine.values.tokens import TokenMap


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
        remembered: Remembered | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.remembered = Remembered(Memory(), self) if remembered is None else remembered
        self._documents, self._line, self._numbers = documents, line, numbers
        self._describe_job: int | None = None
        self.wishes = Wishes(draw_seed, self)
        self.decodes = Decodes(line, self)
        self.measure = PromptMeasure(self.wishes, line, numbers, self)
        self.face_off = FaceOff(line, numbers, self)
        self.offer = Offer(StepPictures(line, numbers, self), self)
        self.moments = Moments(documents, self.offer, self.wishes, self)
        self.choosing = Choosing(
            documents, self.offer, self.decodes, self.moments, wishes=self.wishes, parent=self
        )
        self.lens = Lens(self.offer, self.decodes, self.wishes, line, numbers=numbers, parent=self)
        self.alternatives = Alternatives(self.lens, line, numbers, self)
        self.machine = Machine(self)
        self.boxes = BoxList(self.moments, self.offer, self.decodes, self.choosing, self)
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
        self.choosing.applied.connect(lambda: self.remembered.use_prompt(self.prompt))
        self.offer.shown_changed.connect(self._shown_changed)
        self.offer.arrived.connect(self.preview_arrived)
        self.offer.arrived.connect(self.picture_changed)
        self.moments.moved.connect(self._moved)
        self.offer_changed.connect(self.lens.follow)
        self.changed.connect(self.lens.follow)
        self.lens.redraw_asked.connect(self._redraw_sites)

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
        return self.moments.region

    @property
    def picture_size(self) -> tuple[int, int] | None:
        """(width, height) px of what is open or being generated."""
        if self._documents.document is not None:
            base = self._documents.document.base
            return base.width, base.height
        if self.mode in (Mode.RUNNING, Mode.CHOOSING) and self.generator is not None:
            return self.generator.image_side, self.generator.image_side
        return None

    def set_region(self, region: Region | None, *, kind: str = "") -> None:
        """A new box; changes in a row of one kind that has a name are undone together.

        What is on offer is kept first: what was seen stays (and can be undone).
        """
        if self.mode is Mode.RUNNING or region == self.moments.region:
            return
        if self.mode is Mode.CHOOSING:
            self.choosing.keep_shown()
        self.moments.leave()
        self.moments.region = region
        self.moments.arrive(kind)

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
        self._line.submit(DescribeRequest(self._describe_job, self.machine.computing))

    def settle(self, computing: Computing) -> None:
        """Have the engine work so from its next job on."""
        if computing != self.machine.computing:
            self.machine.computing = computing
            self.describe()

    @property
    def obstacle(self) -> str:
        """Why nothing can be generated now, in words for a tooltip; empty when it can."""
        if self.generator is not None and self.mode is Mode.RUNNING:
            return "A picture is being made; Esc stops it."
        return self._lack

    @property
    def _lack(self) -> str:
        """What is missing for a decode, whether or not one is running."""
        if self.generator is None:
            return self.model_absence
        if not self.prompt.strip():
            return "Type what you want to see."
        if self._documents.document is not None and self.moments.region is None:
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
        if not self.obstacle:
            self.remembered.use_prompt(self.prompt)
            request = self._request(self.wishes.next_params(), self.wishes.candidates)
            self._begin(Running(request, self.ground, before=self.proposal))

    def redraw(self) -> None:
        """One candidate for the prompt as it stands, with the seed as it is, while typing goes on.

        One that was asked for so and still runs is given up; one asked for by hand is left alone.
        """
        running, shown = self.running, self.shown_pixels
        if self._lack or (running is not None and not running.live):
            return
        request = self._request(self.wishes.params, 1)
        before = self.proposal if running is None else running.before
        latest = () if shown is None else (shown,)
        self._begin(Running(request, self.ground, before=before, live=True, latest=latest))

    def _request(self, params: SamplingParams, candidates: int) -> EditRequest:
        assert self.generator is not None
        ground = self.ground
        return EditRequest(
            job=self._numbers.next(),
            generator=self.generator.key,
            prompt=resolved(self.prompt.strip(), params.seed),
            params=params,
            image=None if ground is None else ground.picture.rgb8,
            region=None if ground is None else self.region,
            candidates=candidates,
        )

    def regenerate_from_here(self) -> None:
        """Branch from the shown step, with a new seed and the prompt as it stands."""
        proposal = self.proposal
        if self.branch_obstacle or proposal is None:
            return
        option, timeline = proposal.option, proposal.timeline
        assert option is not None and timeline is not None
        asked, run = self.wishes.params, timeline.head_run
        as_before = resolved(self.prompt.strip(), asked.seed)
        same = run.prompt == as_before and run.params == replace(asked, seed=run.params.seed)
        # With nothing else changed, the same seed would draw the same tokens again.
        params = self.wishes.next_params(fresh=same and option.whole)
        self.remembered.use_prompt(self.prompt)
        self._branch(proposal, resolved(self.prompt.strip(), params.seed), params)

    def compare(self) -> None:
        """One candidate of every generator that is ready, for the box and prompt as they stand."""
        if not self.obstacle:
            self.remembered.use_prompt(self.prompt)
            request = self._request(self.wishes.next_params(), 1)
            self.face_off.begin(self.wishes.generators, request, self.ground)

    def put_on_offer(self, contender: Contender) -> None:
        """What a generator made in the face-off is the candidate now, and the generator chosen."""
        if contender.candidate is None:
            return
        self.moments.leave()
        self.wishes.set_generator(contender.spec.key)
        self.wishes.set_params(contender.request.params)
        proposal = Proposal.of(contender.request, (contender.candidate,))
        self.offer.put(proposal, self.face_off.ground)
        self.moments.arrive()

    def more_like_this(self) -> None:
        """Branches of the shown candidate from half-way, with its own prompt and a new seed."""
        proposal = self.proposal
        if self.mode is Mode.CHOOSING and proposal is not None and proposal.option is not None:
            half_way = proposal.scrubbed(len(proposal.path) // 2)
            params = self.wishes.next_params(fresh=True)
            self._branch(half_way, proposal.run_of(proposal.option).prompt, params)

    def _redraw_sites(self, timeline: Timeline, kept: TokenMap) -> None:
        """One branch that keeps the known tokens: with a new seed and the prompt as it stands, or
        as the step was asked for where none is unknown and nothing is to be drawn."""
        proposal, run = self.proposal, timeline.head_run
        if proposal is None or proposal.option is None or self.mode is Mode.RUNNING:
            return
        prompt, params = run.prompt, run.params
        if not kept.known.all():
            params = self.wishes.next_params(fresh=True)
            if resolved(self.prompt.strip(), run.params.seed) != prompt:
                prompt = resolved(self.prompt.strip(), params.seed) or prompt
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
            candidates=self.wishes.candidates if candidates is None else candidates,
            timeline=proposal.timeline if timeline is None else timeline,
            kept=kept,
        )
        tree = proposal.option.tree
        self._begin(Running(request, self.offer.ground, before=self.proposal, tree=tree))

    def cancel(self) -> None:
        """Stop the running decode within one step."""
        self.decodes.cancel()

    def _begin(self, running: Running) -> None:
        if self.running is None:
            self.moments.leave()
        running.progress = Progress(
            expected=partial(self._expected, running.request),
            step_name=self.step_name(running.request.generator),
        )
        self.offer.pictures.stop()
        self.offer.ground = running.ground
        self.offer.proposal = running.before if running.tree is not None else None
        self.decodes.begin(running)
        self._tell_all()

    def _expected(self, request: EditRequest, steps: int) -> Seconds:
        return self.remembered.memory.pace.of(kind_of(request.generator, request.candidates, steps))

    # -- hearing from the engine ------------------------------------------------------------

    def take(self, event: EngineEvent) -> None:
        """One event of the engine, on the GUI thread."""
        if any(each.take(event) for each in (self.face_off, self.lens, self.alternatives)):
            return
        match event:
            case Retrying():
                self.noticed.emit(event.sentence)
            case Described():
                self._described(event)
            case Previewed():
                self.offer.pictures.take(event)
            case Measured():
                self.measure.take(event)
            case Failed():
                if not self.measure.give_up(event.job):
                    self._failed(event)
            case StepDone() | Finished() | WasCancelled():
                self.decodes.take(event)

    def _described(self, event: Described) -> None:
        self.device = event.device
        self.machine.take(event)
        if not event.generators:
            self.model_absence = "No model is installed; install Ellbox again."
        self.wishes.set_generators(event.generators)

    def _failed(self, event: Failed) -> None:
        self.lens.give_up(event.job)
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
        self.moments.arrive("live" if running.live else "")
        self.offer.fetch()
        request, taken = running.request, running.progress.seconds
        if whole and taken:
            kind = kind_of(request.generator, request.candidates, len(taken))
            self.remembered.measure(kind, taken)
        if whole and not running.live:
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

    def step_name(self, generator: str) -> str:
        """What a generator's steps are called: block, scale, denoising step, unmasking step."""
        kinds = {spec.key: spec.step_kind for spec in self.wishes.generators}
        return STEP_NAMES[kinds[generator]] if generator in kinds else "step"

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

    @property
    def scene(self) -> Scene:
        """The box and what is on offer, as they are now."""
        return self.moments.scene

    def _moved(self) -> None:
        self.decodes.abandon()
        self._tell_all()

    def _tell_all(self) -> None:
        self.region_changed.emit()
        self.picture_changed.emit()
        self.offer_changed.emit()
        self.changed.emit()
