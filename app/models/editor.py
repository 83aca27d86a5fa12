"""Editor: the box, what is asked of the engine for it, and what becomes of the answers."""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.models.alternatives import Alternatives
from app.models.asking import Asking
from app.models.box_list import BoxList
from app.models.carrying import Carrying
from app.models.choosing import Choosing
from app.models.decodes import Decodes, Running
from app.models.document import DocumentModel
from app.models.engine_sentences import in_window_language
from app.models.face_off import Contender, FaceOff
from app.models.inquiry import Inquiry
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
from app.models.reach import Reach
from app.models.scene import Scene
from app.models.sites import filled_sites
from app.models.steps import step_name
from app.models.wishes import Wishes, random_seed
from app.models.workbench import Workbench
from engine.document.document import Document
from engine.values.jobs import (
    Candidate,
    Described,
    EditRequest,
    EngineEvent,
    Failed,
    Finished,
    Measured,
    Pixels,
    Previewed,
    Reached,
    Retrying,
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
    """Holds the box and the models of what is asked for it; begins decodes, offers what they bring.

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
        self._documents = documents
        self.machine = Machine(line, numbers, self)
        self.wishes = Wishes(draw_seed, self)
        self.decodes = Decodes(line, self)
        self.measure = PromptMeasure(self.wishes, Inquiry(line, numbers), self)
        self.face_off = FaceOff(line, numbers, self)
        self.offer = Offer(StepPictures(Inquiry(line, numbers), self), self)
        self.moments = Moments(documents, self.offer, self.wishes, self)
        bench = Workbench(documents, self.wishes, self.decodes, self.offer, self.moments)
        self.choosing = Choosing(bench, self)
        self.lens = Lens(bench, Inquiry(line, numbers), self)
        self.alternatives = Alternatives(self.lens, Inquiry(line, numbers), self)
        self.carrying = Carrying(bench, self)
        self.asking = Asking(bench, self.carrying, self.machine, numbers, self)
        self.reach = Reach(bench, Inquiry(line, numbers), self)
        self.boxes = BoxList(bench, self.choosing, self)
        self._connect()

    def _connect(self) -> None:
        self.wishes.changed.connect(self.changed)
        self.decodes.changed.connect(self.changed)
        self.carrying.changed.connect(self.changed)
        self.decodes.noticed.connect(self.noticed)
        self.decodes.drawn.connect(self._drawn)
        self.decodes.done.connect(self._done)
        self.decodes.given_up.connect(self._given_up)
        self.asking.asked.connect(self._begin)
        self.asking.meant.connect(self._meant)
        self.choosing.applied.connect(self._meant)
        self.offer.shown_changed.connect(self._shown_changed)
        self.offer.arrived.connect(self.preview_arrived)
        self.offer.arrived.connect(self.picture_changed)
        self.moments.moved.connect(self._moved)
        self.offer_changed.connect(self.lens.follow)
        self.changed.connect(self.lens.follow)
        self.changed.connect(self.reach.follow)
        self.wishes.settings_changed.connect(self.reach.follow)
        self.lens.redraw_asked.connect(self.asking.redraw_sites)

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

        What is on offer is kept first: what was seen stays (and can be undone). Of a box that
        leaves the picture its part inside is taken.
        """
        region = self._inside(region)
        if self.mode is Mode.RUNNING or region == self.moments.region:
            return
        if self.mode is Mode.CHOOSING:
            self.choosing.keep_shown()
        self.moments.leave()
        self.moments.region = region
        self.moments.arrive(kind)

    def _inside(self, region: Region | None) -> Region | None:
        size = self.picture_size
        return None if region is None or size is None else region.intersection(Region(0, 0, *size))

    @property
    def prompt(self) -> str:
        return self.wishes.prompt

    @property
    def generator(self) -> GeneratorSpec | None:
        return self.wishes.generator

    # -- decodes ----------------------------------------------------------------------------

    def compare(self) -> None:
        """One candidate of every generator that is ready, for the box and prompt as they stand."""
        if not self.asking.obstacle:
            self._meant()
            request = replace(self.asking.request(self.wishes.next_params(), 1), carried=None)
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

    def _meant(self) -> None:
        self.remembered.use_prompt(self.prompt)

    # -- hearing from the engine ------------------------------------------------------------

    def take(self, event: EngineEvent) -> None:
        """One event of the engine, on the GUI thread."""
        if any(each.take(event) for each in (self.face_off, self.lens, self.alternatives)):
            return
        match event:
            case Retrying():
                self.noticed.emit(in_window_language(event.sentence))
            case Described():
                self.machine.take(event)
                self.wishes.set_generators(event.generators)
            case Previewed():
                self.offer.pictures.take(event)
            case Measured():
                self.measure.take(event)
            case Reached():
                self.reach.take(event)
            case Failed():
                if not (self.measure.give_up(event.job) or self.reach.give_up(event.job)):
                    self._failed(event)
            case StepDone() | Finished() | WasCancelled():
                self.decodes.take(event)

    def _failed(self, event: Failed) -> None:
        self.lens.give_up(event.job)
        self.offer.pictures.give_up(event.job)
        if self.machine.give_up(event.job):
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
        spec = self.wishes.spec_of(generator)
        return step_name(None if spec is None else spec.step_kind)

    def preview(self, tree: int, snapshot: int) -> Pixels | None:
        """The picture of a step, when it is at hand."""
        return self.offer.pictures.get(tree, snapshot)

    def frames(self) -> tuple[Pixels, ...]:
        """A picture of every step of the shown candidate, or nothing while some are missing."""
        return self.offer.frames() if self.mode is Mode.CHOOSING else ()

    @property
    def ground(self) -> Document | None:
        """The document that lies under the box."""
        return self.asking.ground

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
