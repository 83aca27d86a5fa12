"""The engine: requests in, events out. The first module on the way that imports torch."""

import math
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.catalog import model_folders
from engine.decoding import preview, ranking, reopening, strength
from engine.decoding.loop import OnStep, decode
from engine.generators.base import DecodeInputs, TellsChances
from engine.hardware import present_devices, usable_cores
from engine.runtime.device import Device, choose_device, reason, settled, with_precision
from engine.runtime.ladder import Rung, rungs, within_memory
from engine.runtime.model_pool import LoadedModel, ModelPool
from engine.runtime.planning import (
    Plan,
    blank_inputs,
    box_edit,
    check_made_by,
    planned,
    planned_box,
)
from engine.runtime.room import PeakMeter
from engine.tokenizers.base import ImageTokenizer, ReadsText
from engine.values.computing import Computing, Precision
from engine.values.errors import BadInput, OutOfMemory
from engine.values.jobs import (
    Candidate,
    Described,
    DescribeRequest,
    EditRequest,
    EngineEvent,
    Finished,
    Lensed,
    LensRequest,
    Measured,
    MeasureRequest,
    Pixels,
    Previewed,
    PreviewRequest,
    Reached,
    ReachRequest,
    Request,
    Retrying,
    StepDone,
    WasCancelled,
)
from engine.values.state import DecodeState
from engine.values.timeline import Timeline
from engine.values.tokens import TokenMap
from engine.weights.store import ModelFolder

Emit = Callable[[EngineEvent], None]
Cancelled = Callable[[], bool]

PREVIEWS_AT_ONCE = 4
CLOSE_PROGRAMS = "Close other programs, or choose a smaller generator."
RANKING: ranking.Ranking = "similarity"
"""Measured with `ellbox train ablate`: docs/decisions/0004-ranking-and-placement.md."""
ALTERNATIVES = 8
"""How many ids of a site a lens names."""
NAMED_AT_MOST, NAMED_LENGTH = 6, 30
"""Words that the model does not know, in a sentence; and letters of each."""
WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def build_engine(
    device: str = "auto", folders: Iterable[Path] | None = None, *, precision: Precision = "full"
) -> "Engine":
    """device: auto, cpu, cuda or mps. folders: of models; default, those shipped with Ellbox and
    those added to it, looked for anew whenever the engine is asked to describe itself.
    """
    chosen = with_precision(choose_device(device), precision)
    paths = None if folders is None else tuple(folders)
    return Engine(ModelPool((), chosen), chosen, lambda: model_folders(paths))


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """One of `turns` groups of candidates, decoded after each other; done: pictures so far.

    previews: whether steps are drawn on the way.
    """

    job: int
    number: int
    turns: int
    done: tuple[Pixels, ...]
    previews: bool
    emit: Emit

    def live(self, tokenizer: ImageTokenizer, plan: Plan) -> OnStep:
        """Tells each step, at times with previews; the last is told with finished pictures."""
        pace = preview.Pace()

        def on_step(step: int, steps: int, states: tuple[DecodeState, ...]) -> None:
            previews: tuple[Pixels, ...] = ()
            if step == steps:
                return
            if self.previews and pace.is_due():
                began = pace.now()
                previews = preview.pictures(tokenizer, states, plan.edit, plan.own)
                pace.drawn(began)
            self.step_done(step, steps, previews)

        return on_step

    def step_done(self, step: int, steps: int, pictures: tuple[Pixels, ...]) -> None:
        """step of steps of this group; pictures of its candidates, or none."""
        shown = (*self.done, *pictures) if pictures else ()
        before = self.number * steps
        self.emit(StepDone(self.job, before + step, self.turns * steps, shown))


class Engine:
    """Answers one request at a time; belongs to one thread."""

    def __init__(
        self,
        pool: ModelPool,
        device: Device,
        find: Callable[[], tuple[ModelFolder, ...]] | None = None,
    ) -> None:
        """find: models to offer instead of the pool's."""
        self._pool = pool
        self._device = device
        self._find = find
        self._computing = Computing()
        self._fallback: ModelPool | None = None
        self._look_again()

    def run(self, request: Request, emit: Emit, cancelled: Cancelled) -> None:
        """Ends with one closing event or an exception (EngineError for what people can mend)."""
        match request:
            case EditRequest():
                self._edit(request, emit, cancelled)
            case PreviewRequest():
                self._preview(request, emit, cancelled)
            case DescribeRequest():
                self._describe(request, emit)
            case MeasureRequest():
                length = self._pool.get(request.generator).text.length(request.prompt)
                emit(Measured(request.job, length))
            case LensRequest():
                self._lens(request, emit)
            case ReachRequest():
                emit(_reached(request, self._pool))

    def _look_again(self) -> None:
        """Models may have been added or removed since."""
        if self._find is not None:
            self._pool.offer(self._find())
            self._fallback = None

    def _describe(self, request: DescribeRequest, emit: Emit) -> None:
        if request.computing is not None:
            self._settle(request.computing)
        self._look_again()
        specs = self._pool.specs
        emit(
            Described(
                request.job,
                self._device.describe(),
                specs,
                why=reason(self._device, self._computing),
                devices=present_devices(),
                cores=usable_cores(),
            )
        )
        # Asked at the start of a window: by the time the first prompt is typed, it is loaded.
        if specs:
            with suppress(OutOfMemory):  # told when something is asked for
                self._pool.get(specs[0].key)

    def _settle(self, computing: Computing) -> None:
        """Models loaded for another device or precision are let go."""
        device = settled(computing)
        self._computing = computing
        if device != self._device:
            self._pool, self._device, self._fallback = self._pool.on(device), device, None

    def _preview(self, request: PreviewRequest, emit: Emit, cancelled: Cancelled) -> None:
        for at_once in (PREVIEWS_AT_ONCE, 1):
            drawn = within_memory(partial(_previewed, request, self._pool, at_once, cancelled))
            if drawn is not None:
                emit(drawn)
                return
            self._pool.free_caches()
        raise OutOfMemory("There is not enough memory for the pictures.", CLOSE_PROGRAMS)

    def _lens(self, request: LensRequest, emit: Emit) -> None:
        told = within_memory(partial(_lensed, request, self._pool))
        if told is None:
            self._pool.free_caches()
            raise OutOfMemory(
                "There is not enough memory to look at single tokens.", CLOSE_PROGRAMS
            )
        emit(told)

    def _edit(self, request: EditRequest, emit: Emit, cancelled: Cancelled) -> None:
        at_once = self._pool.fitting(request.generator, request.candidates)
        for rung in rungs(at_once, self._device.device.type):
            if rung.sentence:
                emit(Retrying(request.job, rung.sentence))
            pool = self._cpu_pool() if rung.on_cpu else self._pool
            closing = within_memory(partial(_answered, request, pool, rung, emit, cancelled))
            if closing is not None:
                emit(closing)
                return
            pool.free_caches()
        raise OutOfMemory("There is not enough memory for this.", CLOSE_PROGRAMS)

    def _cpu_pool(self) -> ModelPool:
        """The same models on the processor; kept, for memory that ran out once does so again."""
        if self._fallback is None:
            self._fallback = self._pool.on(choose_device("cpu"))
        return self._fallback


def _previewed(
    request: PreviewRequest, pool: ModelPool, at_once: int, cancelled: Cancelled
) -> Previewed | WasCancelled:
    model = pool.get(request.generator)
    check_made_by(model, request.states)
    edit = box_edit(model, request.image, request.region)
    tokenizer = _drawing_tokenizer(model, request.prompt)
    drawn: list[Pixels] = []
    for start in range(0, len(request.states), at_once):
        if cancelled():
            return WasCancelled(request.job, ())
        states = request.states[start : start + at_once]
        drawn.extend(preview.pictures(tokenizer, states, edit, request.own))
    return Previewed(request.job, tuple(drawn))


def _answered(
    request: EditRequest, pool: ModelPool, rung: Rung, emit: Emit, cancelled: Cancelled
) -> Finished | WasCancelled:
    model = pool.get(request.generator)
    meter, began = PeakMeter(pool.device.device), time.perf_counter()
    found = _decoded(request, model, rung.at_once, emit, cancelled)
    if isinstance(found, WasCancelled):
        return found
    seconds, peak = time.perf_counter() - began, model.bytes + meter.taken_bytes
    notices = [*_prompt_notices(request.prompt, model), *_memory_notices(request, rung)]
    return Finished(request.job, found, seconds, " ".join(notices), peak)


def _decoded(
    request: EditRequest, model: LoadedModel, at_once: int, emit: Emit, cancelled: Cancelled
) -> tuple[Candidate, ...] | WasCancelled:
    """Candidates, best first, `at_once` of them decoded together, which changes none of them."""
    plan = planned(request, model)
    tokenizer = _drawing_tokenizer(model, request.prompt)
    if plan.start is not None and request.kept is not None and request.kept.known.all():
        return (_placed(request.kept, plan, tokenizer),)
    timelines: list[Timeline] = []
    patches: list[Pixels] = []
    fits: list[ranking.Fit] = []
    turns = math.ceil(len(plan.runs) / at_once)
    for first in range(0, len(plan.runs), at_once):
        part = plan.part(first, first + at_once)
        turn = Turn(request.job, first // at_once, turns, tuple(patches), request.previews, emit)
        timelines += decode(
            model.generator,
            part.inputs,
            part.runs,
            start=plan.start,
            begun=plan.begun,
            on_step=turn.live(tokenizer, part),
            cancelled=cancelled,
        )
        states = tuple(each.head_snapshot.state for each in timelines[first:])
        if states[0].step < model.generator.steps(part.inputs).stop:
            return WasCancelled(request.job, tuple(timelines))
        steps = states[0].step - timelines[first].snapshots[0].state.step
        timelines[first:] = [reopening.carried_on(each, plan.stop) for each in timelines[first:]]
        squares = preview.decoded_squares(tokenizer, states)
        drawn = preview.shown(squares, states, plan.edit, plan.own)
        turn.step_done(steps, steps, drawn)
        patches += drawn
        if len(plan.runs) > 1:  # a lone candidate has none to be compared with
            fits.append(_fit(model, states, part.inputs, squares))
    scores = ranking.joined(fits).scores.tolist() if fits else [0.0]
    found = zip(timelines, patches, scores, strict=True)
    return tuple(sorted((Candidate(*each) for each in found), key=lambda each: -each.score))


def _placed(kept: TokenMap, plan: Plan, tokenizer: ImageTokenizer) -> Candidate:
    """The candidate of tokens that a person has put in place; nothing is drawn."""
    assert plan.start is not None
    state = reopening.placed(plan.start, kept)
    timeline = reopening.carried_on(plan.start.branched(plan.runs[0], state), plan.stop)
    (picture,) = preview.pictures(tokenizer, (state,), plan.edit, plan.own)
    return Candidate(timeline, picture, 0.0)


def _lensed(request: LensRequest, pool: ModelPool) -> Lensed:
    """Of the sites inside the box; what lies around it was never drawn."""
    model, run = pool.get(request.generator), request.timeline.head_run
    if not isinstance(model.generator, TellsChances):
        raise BadInput(f"{model.spec.title} cannot say how sure it is of single sites.")
    asked = EditRequest(
        job=request.job,
        generator=run.generator,
        prompt=run.prompt,
        params=run.params,
        image=request.image,
        region=request.region,
        timeline=request.timeline,
    )
    inputs = planned_box(asked, model).inputs
    state = request.timeline.head_snapshot.state
    lens = model.generator.lens(state, inputs, ALTERNATIVES)
    return Lensed(request.job, lens if inputs.editable is None else lens.only(inputs.editable))


def _reached(request: ReachRequest, pool: ModelPool) -> Reached:
    model = pool.get(request.generator)
    return Reached(request.job, strength.whole(model.generator, blank_inputs(request, model)))


def _drawing_tokenizer(model: LoadedModel, prompt: str) -> ImageTokenizer:
    """The model's tokenizer, reading the prompt if it draws with one."""
    if isinstance(model.tokenizer, ReadsText):
        return model.tokenizer.with_text(model.text.encode(prompt).for_pictures)
    return model.tokenizer


def _fit(
    model: LoadedModel,
    states: tuple[DecodeState, ...],
    inputs: DecodeInputs,
    squares: NDArray[np.uint8],
) -> ranking.Fit:
    """How well each candidate fits picture and prompt; only comparable within one job."""
    return ranking.fit(
        model.generator,
        model.text,
        by=RANKING,
        states=states,
        inputs=inputs,
        squares=squares,
    )


def _memory_notices(request: EditRequest, rung: Rung) -> Iterable[str]:
    if rung.on_cpu:
        yield "The processor made this: the graphics card has too little memory."
    elif rung.at_once < request.candidates:
        yield f"Memory is short: {rung.at_once} of the candidates were made at a time."


def _prompt_notices(prompt: str, model: LoadedModel) -> Iterable[str]:
    taught = set(WORDS.findall(" ".join(model.spec.vocabulary).lower()))
    words = dict.fromkeys(WORDS.findall(prompt.lower()))
    unknown = [word for word in words if taught and word not in taught]
    if unknown:
        named = ", ".join(repr(word[:NAMED_LENGTH]) for word in unknown[:NAMED_AT_MOST])
        more = f" and {len(unknown) - NAMED_AT_MOST} more" if len(unknown) > NAMED_AT_MOST else ""
        yield f"The built-in model was not taught: {named}{more}."
    if model.text.length(prompt).truncated:
        yield "The prompt is too long; its end was left out."
