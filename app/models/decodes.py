"""Decodes: the one decode in progress, from asking for it to its last event."""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.models.engine_sentences import in_window_language
from app.models.jobs import EngineLine, Progress
from app.models.proposal import Proposal
from app.texts import tr
from engine.document.document import Document
from engine.values.jobs import (
    Candidate,
    EditRequest,
    Failed,
    Finished,
    Pixels,
    StepDone,
    WasCancelled,
)


@dataclass(slots=True)
class Running:
    """The decode in progress. tree: the tree a branch grows from; `before`: the offer till then.

    live: asked for by typing, and not by hand. latest: the newest picture of each candidate.
    """

    request: EditRequest
    ground: Document | None
    before: Proposal | None = None
    tree: int | None = None
    live: bool = False
    cancelling: bool = False
    progress: Progress = field(default_factory=Progress)
    first_step: int | None = None
    latest: tuple[Pixels, ...] = ()

    def offered(self, candidates: tuple[Candidate, ...], *, whole: bool) -> Proposal:
        """What it brought: a new offer, or branches added to the one before."""
        if self.tree is None:
            return Proposal.of(self.request, candidates, whole=whole)
        assert self.before is not None and self.request.timeline is not None
        base = self.request.timeline
        return self.before.grown(self.tree, base, candidates, whole=whole)


class Decodes(QObject):
    """changed: one began, is being stopped or ended. progressed: a step was done.

    drawn: candidate, steps since the first, and its picture. done: Running, its candidates, and
    whether all steps were done. given_up: a Running that brought nothing. noticed: a sentence.
    """

    changed = Signal()
    progressed = Signal()
    drawn = Signal(int, int, object)
    done = Signal(object, object, bool)
    given_up = Signal(object)
    noticed = Signal(str)

    def __init__(self, line: EngineLine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self.running: Running | None = None

    @property
    def progress(self) -> Progress | None:
        return None if self.running is None else self.running.progress

    def live_picture(self, candidate: int) -> Pixels | None:
        """The newest picture of a candidate that is being decoded."""
        latest = () if self.running is None else self.running.latest
        return latest[candidate] if candidate < len(latest) else None

    def begin(self, running: Running) -> None:
        """Ask for it; one that still runs is given up for it."""
        self.abandon()
        self.running = running
        self._line.submit(running.request)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop within one step; what has been decoded till then is offered."""
        if self.running is not None and not self.running.cancelling:
            self.running.cancelling = True
            self._line.cancel(self.running.request.job)
            self.changed.emit()

    def abandon(self) -> None:
        """Stop within one step, and want nothing of it any more."""
        if self.running is not None:
            self._line.cancel(self.running.request.job)
            self.running = None

    def take(self, event: StepDone | Finished | WasCancelled | Failed) -> None:
        """An event of any job; those of the decode in progress are acted on."""
        running = self.running
        if running is None or event.job != running.request.job:
            return
        match event:
            case StepDone():
                self._stepped(running, event)
            case Finished():
                self._ended(running, event.candidates, whole=True)
                if event.notice:
                    self.noticed.emit(in_window_language(event.notice))
            case WasCancelled():
                self._cancelled(running, event)
            case Failed():
                self._give_up(running)

    def _stepped(self, running: Running, event: StepDone) -> None:
        running.progress.advance(event.step, event.steps)
        if running.first_step is None:
            running.first_step = event.step
        if event.previews:
            running.latest = event.previews
            for candidate, picture in enumerate(event.previews):
                self.drawn.emit(candidate, event.step - running.first_step, picture)
        self.progressed.emit()

    def _cancelled(self, running: Running, event: WasCancelled) -> None:
        first = running.request.timeline
        begun = 0 if first is None else len(first.snapshots)
        stopped = [
            Candidate(timeline, picture, 0.0)
            for timeline, picture in zip(event.timelines, running.latest, strict=False)
            if len(timeline.snapshots) > max(begun, 1)
        ]
        if stopped:
            step, steps = running.progress.step, running.progress.steps
            self._ended(running, tuple(stopped), whole=False)
            told = tr("Stopped at step {step} of {steps}. Go on from there, or go back.")
            self.noticed.emit(told.format(step=step, steps=steps))
            return
        self._give_up(running)
        self.noticed.emit(tr("Stopped before the first step."))

    def _ended(self, running: Running, candidates: tuple[Candidate, ...], *, whole: bool) -> None:
        self.running = None
        self.done.emit(running, candidates, whole)

    def _give_up(self, running: Running) -> None:
        self.running = None
        self.given_up.emit(running)
