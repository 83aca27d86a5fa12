"""Editor: the box, the prompt and what the engine is asked to make of them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.models.document import DocumentModel, generated_document
from app.models.jobs import EngineLine, JobNumbers, Progress, Trouble
from app.models.pictures import StepPictures
from app.models.proposal import Proposal
from app.models.sites import filled_sites
from engine.document.document import Document, Edit
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
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.spec import GeneratorSpec
from engine.values.timeline import Timeline

MAX_CANDIDATES = 9


class Mode(Enum):
    EMPTY = "no picture is open"
    EDITING = "a picture is open"
    RUNNING = "a decode is running"
    CHOOSING = "candidates are on offer"


@dataclass(slots=True)
class Running:
    """The decode in progress. tree: the tree a branch grows from; `before`: the offer till then."""

    request: EditRequest
    ground: Document | None
    before: Proposal | None = None
    tree: int | None = None
    cancelling: bool = False
    progress: Progress = field(default_factory=Progress)
    first_step: int | None = None
    latest: tuple[Pixels, ...] = ()


def random_seed() -> int:
    """Nine digits at most, so that it can be read and told."""
    return secrets.randbelow(10**9)


class Editor(QObject):
    """Holds region, prompt, generator and settings, runs jobs, offers and applies candidates.

    changed: anything that a control's state depends on. region_changed, prompt_changed,
    settings_changed: those. picture_changed: what is shown inside the box. offer_changed: the
    candidates or the shown one. progressed: a step was done. failed: Trouble. noticed: a sentence.
    """

    changed = Signal()
    region_changed = Signal()
    prompt_changed = Signal(str)
    settings_changed = Signal()
    picture_changed = Signal()
    offer_changed = Signal()
    preview_arrived = Signal()
    progressed = Signal()
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
        self._documents = documents
        self._line = line
        self._numbers = numbers
        self._draw_seed = draw_seed
        self._region: Region | None = None
        self._prompt = ""
        self._params = SamplingParams()
        self._running: Running | None = None
        self._describe_job: int | None = None
        self._ground: Document | None = None
        self._pictures = StepPictures(line, numbers, self)
        self._pictures.arrived.connect(self._pictures_arrived)
        self.proposal: Proposal | None = None
        self.generators: tuple[GeneratorSpec, ...] = ()
        self.generator: GeneratorSpec | None = None
        self.device = ""
        self.model_absence = "The model is still loading."
        self.candidates = 4
        self.seed_locked = False
        documents.document_changed.connect(self._document_changed)

    # -- what is asked for ------------------------------------------------------------------

    @property
    def mode(self) -> Mode:
        if self._running is not None:
            return Mode.RUNNING
        if self.proposal is not None:
            return Mode.CHOOSING
        return Mode.EMPTY if self._documents.document is None else Mode.EDITING

    @property
    def region(self) -> Region | None:
        return self._region

    @property
    def prompt(self) -> str:
        return self._prompt

    @property
    def params(self) -> SamplingParams:
        return self._params

    @property
    def vocabulary(self) -> tuple[str, ...]:
        return () if self.generator is None else self.generator.vocabulary

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

    def set_prompt(self, prompt: str) -> None:
        if prompt != self._prompt:
            self._prompt = prompt
            self.prompt_changed.emit(prompt)
            self.changed.emit()

    def set_params(self, params: SamplingParams) -> None:
        if params != self._params:
            self._params = params
            self.settings_changed.emit()

    def set_seed_locked(self, locked: bool) -> None:
        self.seed_locked = locked
        self.settings_changed.emit()

    def set_candidates(self, count: int) -> None:
        self.candidates = min(max(count, 1), MAX_CANDIDATES)
        self.settings_changed.emit()

    def set_generator(self, key: str) -> None:
        chosen = next((spec for spec in self.generators if spec.key == key), None)
        if chosen is not None and chosen != self.generator:
            self.generator = chosen
            self._params = replace(chosen.defaults, seed=self._params.seed)
            self.settings_changed.emit()
            self.changed.emit()

    def roll_seed(self) -> None:
        self.set_params(replace(self._params, seed=self._draw_seed()))

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
        if not self._prompt.strip():
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
        if not self._prompt.strip():
            return "Type what you want to see."
        if self.proposal.at_tip and self.proposal.option.whole:
            return "Go back to an earlier step first."
        return ""

    def generate(self) -> None:
        """New candidates for the box, or a whole picture when none is open."""
        if self.obstacle or self.generator is None:
            return
        ground = self._ground if self.proposal is not None else self._documents.document
        image = None if ground is None else ground.picture.rgb8
        request = EditRequest(
            job=self._numbers.next(),
            generator=self.generator.key,
            prompt=self._prompt.strip(),
            params=self._next_params(),
            image=image,
            region=None if image is None else self._region,
            candidates=self.candidates,
        )
        self._submit(Running(request, ground, before=self.proposal))

    def regenerate_from_here(self) -> None:
        """Branch from the shown step, with a new seed and the prompt as it stands."""
        proposal = self.proposal
        if self.branch_obstacle or proposal is None:
            return
        option, timeline = proposal.option, proposal.timeline
        assert option is not None and timeline is not None
        same_prompt = timeline.head_run.prompt == self._prompt.strip()
        params = self._next_params(fresh=same_prompt and option.whole)
        request = EditRequest(
            job=self._numbers.next(),
            generator=proposal.generator,
            prompt=self._prompt.strip(),
            params=params,
            image=proposal.image,
            region=proposal.region,
            candidates=self.candidates,
            timeline=timeline,
        )
        self._submit(Running(request, self._ground, before=proposal, tree=option.tree))

    def cancel(self) -> None:
        """Stop the running decode within one step."""
        if self._running is not None and not self._running.cancelling:
            self._running.cancelling = True
            self._line.cancel(self._running.request.job)
            self.changed.emit()

    def _next_params(self, *, fresh: bool = False) -> SamplingParams:
        if fresh or not self.seed_locked:
            self.roll_seed()
        return self._params

    def _submit(self, running: Running) -> None:
        self._pictures.stop()
        self._running = running
        self._ground = running.ground
        self.proposal = running.before if running.tree is not None else None
        self._line.submit(running.request)
        self._tell_all()

    # -- hearing from the engine ------------------------------------------------------------

    def take(self, event: EngineEvent) -> None:
        """One event of the engine, on the GUI thread."""
        match event:
            case Described():
                self._described(event)
            case Previewed():
                self._pictures.take(event)
            case Failed():
                self._failed(event)
            case StepDone() | Finished() | WasCancelled():
                if self._running is not None and event.job == self._running.request.job:
                    self._heard(self._running, event)

    def _heard(self, running: Running, event: StepDone | Finished | WasCancelled) -> None:
        match event:
            case StepDone():
                self._stepped(running, event)
            case Finished():
                self._offer(running, event.candidates, whole=True)
                self.finished.emit()
                if event.notice:
                    self.noticed.emit(event.notice)
            case WasCancelled():
                self._cancelled(running, event)

    def _described(self, event: Described) -> None:
        self.device, self.generators = event.device, event.generators
        if self.generator is None and event.generators:
            self.set_generator(event.generators[0].key)
        if not event.generators:
            self.model_absence = "No model is installed; install Ellbox again."
        self.changed.emit()

    def _stepped(self, running: Running, event: StepDone) -> None:
        running.progress.advance(event.step, event.steps)
        if running.first_step is None:
            running.first_step = event.step
        if event.previews:
            running.latest = event.previews
            for candidate, picture in enumerate(event.previews):
                self._pictures.put_live(candidate, event.step - running.first_step, picture)
            self.picture_changed.emit()
        self.progressed.emit()

    def _offer(self, running: Running, candidates: tuple[Candidate, ...], *, whole: bool) -> None:
        if running.tree is None:
            self._pictures.clear_known()
            self.proposal = Proposal.of(running.request, candidates, whole=whole)
        else:
            assert running.before is not None and running.request.timeline is not None
            base = running.request.timeline
            self.proposal = running.before.grown(running.tree, base, candidates, whole=whole)
        start = running.request.start or self.proposal.path[0].state
        seed = running.request.params.seed
        self._pictures.keep_live(
            self.proposal, count=len(candidates), first_seed=seed, start=start.step
        )
        self._running = None
        self._tell_all()
        self._pictures.fetch(self.proposal)

    def _cancelled(self, running: Running, event: WasCancelled) -> None:
        first = running.request.timeline
        begun = 0 if first is None else len(first.snapshots)
        stopped = [
            Candidate(timeline, picture, 0.0)
            for timeline, picture in zip(event.timelines, running.latest, strict=False)
            if len(timeline.snapshots) > max(begun, 1)
        ]
        step, steps = running.progress.step, running.progress.steps
        if stopped:
            self._offer(running, tuple(stopped), whole=False)
            self.noticed.emit(
                f"Stopped at step {step} of {steps}. Go on from there, or press Esc to go back."
            )
            return
        self._give_up(running)
        self.noticed.emit("Stopped before the first step.")

    def _failed(self, event: Failed) -> None:
        self._pictures.give_up(event.job)
        if event.job == self._describe_job:
            self.device = self.model_absence = "The model could not be loaded."
            self.changed.emit()
        if self._running is not None and event.job == self._running.request.job:
            self._give_up(self._running)
        self.failed.emit(Trouble.of(event))

    def _give_up(self, running: Running) -> None:
        self._running = None
        self.proposal = running.before
        self._tell_all()

    # -- what is shown ----------------------------------------------------------------------

    def preview(self, tree: int, snapshot: int) -> Pixels | None:
        """The picture of a step, when it is at hand."""
        return self._pictures.get(tree, snapshot)

    def frames(self) -> tuple[Pixels, ...]:
        """A picture of every step of the shown candidate, or nothing while some are missing."""
        offered = self.mode is Mode.CHOOSING and self.proposal is not None
        return self._pictures.all_of(self.proposal) if offered and self.proposal else ()

    def live_preview(self, candidate: int) -> Pixels | None:
        """The newest picture of a candidate that is being decoded."""
        latest = () if self._running is None else self._running.latest
        return latest[candidate] if candidate < len(latest) else None

    @property
    def ground(self) -> Document | None:
        """The document that lies under the box."""
        offered = self.mode in (Mode.RUNNING, Mode.CHOOSING)
        return self._ground if offered else self._documents.document

    @property
    def proposal_region(self) -> Region | None:
        """The box that is being redrawn or on offer; None for a whole picture."""
        if self._running is not None:
            return self._running.request.region
        return None if self.proposal is None else self.proposal.region

    def step_sites(self) -> tuple[tuple[float, float, float, float], ...]:
        """Boxes (left, top, width, height) in image px that the shown step has filled."""
        proposal = self.proposal
        if self.mode is not Mode.CHOOSING or proposal is None or proposal.at_tip:
            return ()
        return filled_sites(proposal, self.generator_side)

    @property
    def generator_side(self) -> int:
        return 0 if self.generator is None else self.generator.image_side

    @property
    def shown_pixels(self) -> Pixels | None:
        """What to draw inside the box now; None for the picture as it is."""
        if self._running is not None:
            return self.live_preview(0)
        proposal = self.proposal
        if proposal is None or proposal.option is None:
            return None
        if proposal.at_tip:
            return proposal.option.patch
        return self.preview(proposal.option.tree, proposal.at)

    def _pictures_arrived(self) -> None:
        self.preview_arrived.emit()
        self.picture_changed.emit()
        self._pictures.fetch(self.proposal)

    # -- choosing ---------------------------------------------------------------------------

    def show(self, number: int) -> None:
        """Show the original (0) or a candidate (1..) in the box."""
        if self.mode is Mode.CHOOSING and self.proposal is not None:
            self._reshow(self.proposal.showing(number))

    def scrub(self, position: int) -> None:
        """Show a step of the shown candidate, counted from its first."""
        if self.mode is Mode.CHOOSING and self.proposal is not None:
            self._reshow(self.proposal.scrubbed(position))

    def scrub_by(self, steps: int) -> None:
        if self.proposal is not None:
            self.scrub(self.proposal.position + steps)

    def jump(self, tree: int, snapshot: int) -> None:
        """Show any snapshot of the tree of branches."""
        if self.mode is Mode.CHOOSING and self.proposal is not None:
            self._reshow(self.proposal.jumped(tree, snapshot))

    def _reshow(self, proposal: Proposal) -> None:
        before, self.proposal = self.proposal, proposal
        if before is None or (before.shown, before.at) == (proposal.shown, proposal.at):
            return
        self.picture_changed.emit()
        self.offer_changed.emit()
        self.changed.emit()
        self._pictures.fetch(self.proposal)

    @property
    def can_apply(self) -> bool:
        return self.mode is Mode.CHOOSING and self.proposal is not None and self.proposal.shown > 0

    def apply(self) -> None:
        """The shown picture becomes part of the document: one undo step."""
        edit = self._shown_edit()
        if edit is None:
            return
        ground = self._ground
        self._clear_offer()
        applied = generated_document(edit) if ground is None else ground.applied(edit)
        if self._documents.document is None:
            self._documents.adopt(applied, "Generated picture")
        else:
            self._documents.push(applied)

    def _shown_edit(self) -> Edit | None:
        proposal = self.proposal
        if not self.can_apply or proposal is None or proposal.option is None:
            return None
        patch, timeline = self.shown_pixels, proposal.timeline
        if patch is None or timeline is None:
            return None
        region = proposal.region or Region(0, 0, patch.shape[1], patch.shape[0])
        return Edit(region, patch, timeline)

    def dismiss(self) -> None:
        """Back to the picture as it was, the box and the prompt kept."""
        if self.mode is Mode.CHOOSING:
            self._clear_offer()
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
        image = None if ground is None else ground.picture.rgb8
        tip = edit.timeline
        request = EditRequest(
            job=0,
            generator=run.generator,
            prompt=run.prompt,
            params=run.params,
            image=image,
            region=run.region,
        )
        self._pictures.clear()
        self._ground = ground
        self.proposal = Proposal.of(request, (Candidate(tip, edit.patch, 0.0),))
        self._region = run.region
        self.set_prompt(run.prompt)
        self._tell_all()
        self._pictures.fetch(self.proposal)

    def _clear_offer(self) -> None:
        self._pictures.clear()
        self.proposal = None
        self._ground = None

    def _document_changed(self) -> None:
        # Another picture, or undo: an offer made for the old pixels no longer fits.
        if self._running is not None:
            self.cancel()
            self._running = None
        self._clear_offer()
        size = self.picture_size
        if size is None:
            self._region = None
        elif self._region is not None:
            try:
                self._region = self._region.clipped(*size)
            except EngineError:
                self._region = None
        self._tell_all()

    @property
    def progress(self) -> Progress | None:
        return None if self._running is None else self._running.progress

    @property
    def running(self) -> Running | None:
        return self._running

    @property
    def running_timeline(self) -> Timeline | None:
        return None if self._running is None else self._running.request.timeline

    def _tell_all(self) -> None:
        self.region_changed.emit()
        self.picture_changed.emit()
        self.offer_changed.emit()
        self.changed.emit()
