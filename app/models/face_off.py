"""FaceOff: one box and prompt through every generator that is ready, one after the other."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.models.engine_sentences import in_window_language
from app.models.jobs import EngineLine, JobNumbers, Trouble, duration_text
from app.models.steps import step_in_words, step_name
from app.texts import tr
from engine.document.document import Document
from engine.memory import gigabytes
from engine.values.jobs import (
    Candidate,
    EditRequest,
    EngineEvent,
    Failed,
    Finished,
    Pixels,
    Retrying,
    StepDone,
    WasCancelled,
)
from engine.values.spec import GeneratorSpec


@dataclass(frozen=True, slots=True, eq=False)
class Contender:
    """One generator's part. picture: the newest there is. told: how it stands, or how it went.

    candidate: what it made, once it is done.
    """

    spec: GeneratorSpec
    request: EditRequest
    told: str
    picture: Pixels | None = None
    candidate: Candidate | None = None
    closed: bool = False


class FaceOff(QObject):
    """changed: the contenders. ground: the document under the box; None for a whole picture."""

    changed = Signal()

    def __init__(
        self, line: EngineLine, numbers: JobNumbers, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._line, self._numbers = line, numbers
        self.contenders: tuple[Contender, ...] = ()
        self.ground: Document | None = None

    @property
    def running(self) -> bool:
        return any(not each.closed for each in self.contenders)

    def begin(
        self, generators: tuple[GeneratorSpec, ...], asked: EditRequest, ground: Document | None
    ) -> None:
        """asked: of one of the generators, with its settings; the others draw with their own,
        the same seed and strength. What ran before is given up."""
        self.cancel()
        self.ground = ground
        waits = tr("Waits for its turn")
        self.contenders = tuple(
            Contender(spec, self._of(spec, asked), waits) for spec in generators
        )
        for each in self.contenders:
            self._line.submit(each.request)
        self.changed.emit()

    def _of(self, spec: GeneratorSpec, asked: EditRequest) -> EditRequest:
        same = spec.key == asked.generator
        wished = asked.params
        own = replace(spec.defaults, seed=wished.seed, strength=wished.strength)
        job = self._numbers.next()
        return replace(
            asked, job=job, generator=spec.key, params=wished if same else own, candidates=1
        )

    def cancel(self) -> None:
        """Stop the one that runs within one step, and those that wait."""
        for each in self.contenders:
            if not each.closed:
                self._line.cancel(each.request.job)

    def take(self, event: EngineEvent) -> bool:
        """One event of the engine; False when it belongs to another job."""
        for place, each in enumerate(self.contenders):
            if each.request.job == event.job:
                after = _after(each, event)
                before, behind = self.contenders[:place], self.contenders[place + 1 :]
                self.contenders = (*before, after, *behind)
                self.changed.emit()
                return True
        return False


def _after(contender: Contender, event: EngineEvent) -> Contender:
    match event:
        case StepDone():
            picture = event.previews[0] if event.previews else contender.picture
            told = step_in_words(step_name(contender.spec.step_kind), event.step, event.steps)
            return replace(contender, picture=picture, told=told)
        case Retrying():
            return replace(contender, told=in_window_language(event.sentence))
        case Finished():
            (best, *_) = event.candidates
            return replace(
                contender, picture=best.patch, told=_result(event), candidate=best, closed=True
            )
        case Failed():
            return replace(contender, picture=None, told=Trouble.of(event).told, closed=True)
        case WasCancelled():
            return replace(contender, told=tr("Stopped"), closed=True)
    return contender


def _result(event: Finished) -> str:
    """`0.4 s, 96 MB`."""
    took = duration_text(event.seconds)
    return f"{took}, {gigabytes(event.peak_bytes)}" if event.peak_bytes else took
