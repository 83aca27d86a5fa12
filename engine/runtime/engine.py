"""The engine: requests in, events out. The first module on the way that imports torch."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.catalog import model_folders
from engine.decoding import preview, ranking
from engine.decoding.blended_edit import BlendedEdit
from engine.decoding.loop import decode, seeded_runs
from engine.decoding.region_edit import BoxEdit
from engine.generators.base import ChoosesSites, DecodeInputs, Surroundings
from engine.runtime.device import Device, choose_device
from engine.runtime.model_pool import LoadedModel, ModelPool
from engine.tokenizers.base import ImageTokenizer, ReadsText
from engine.values.errors import BadInput, OutOfMemory
from engine.values.jobs import (
    Candidate,
    Described,
    DescribeRequest,
    EditRequest,
    EngineEvent,
    Finished,
    Measured,
    MeasureRequest,
    Pixels,
    Previewed,
    PreviewRequest,
    Request,
    StepDone,
    WasCancelled,
)
from engine.values.layout import sites_across
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap

Emit = Callable[[EngineEvent], None]
Cancelled = Callable[[], bool]

PREVIEWS_AT_ONCE = 4
RANKING: ranking.Ranking = "similarity"
"""Measured with `ellbox train ablate`: docs/decisions/0004-ranking-and-placement.md."""
WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def build_engine(device: str = "auto", folders: Iterable[Path] | None = None) -> "Engine":
    """device: auto, cpu, cuda or mps. folders: of models; default, those shipped with Ellbox."""
    chosen = choose_device(device)
    return Engine(ModelPool(model_folders(folders), chosen), chosen)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A request made ready: what to decode, from where, and how it gets back into the picture."""

    inputs: DecodeInputs
    runs: tuple[Run, ...]
    start: Timeline | None
    edit: BoxEdit | None


class Engine:
    """Answers one request at a time; belongs to one thread."""

    def __init__(self, pool: ModelPool, device: Device) -> None:
        self._pool = pool
        self._device = device

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

    def _describe(self, request: DescribeRequest, emit: Emit) -> None:
        specs = self._pool.specs
        emit(Described(request.job, self._device.describe(), specs))
        # Asked at the start of a window: by the time the first prompt is typed, it is loaded.
        if specs:
            self._pool.get(specs[0].key)

    def _preview(self, request: PreviewRequest, emit: Emit, cancelled: Cancelled) -> None:
        model = self._pool.get(request.generator)
        _check_made_by(model, request.states)
        edit = _box_edit(model, request.image, request.region)
        tokenizer = _drawing_tokenizer(model, request.prompt)
        drawn: list[Pixels] = []
        for start in range(0, len(request.states), PREVIEWS_AT_ONCE):
            if cancelled():
                emit(WasCancelled(request.job, ()))
                return
            states = request.states[start : start + PREVIEWS_AT_ONCE]
            drawn.extend(preview.pictures(tokenizer, states, edit))
        emit(Previewed(request.job, tuple(drawn)))

    def _edit(self, request: EditRequest, emit: Emit, cancelled: Cancelled) -> None:
        """Out of memory: one more try with half the candidates."""
        began = time.perf_counter()
        model = self._pool.get(request.generator)
        notices = [*_prompt_notices(request.prompt, model)]
        counts = [request.candidates, request.candidates // 2] if request.candidates > 1 else [1]
        for count in counts:
            try:
                candidates = _decoded(request, model, count, emit, cancelled)
            except (RuntimeError, MemoryError) as error:
                if not _is_out_of_memory(error):
                    raise
                self._free(model)
                continue
            if candidates is not None:
                if count < request.candidates:
                    notices.append(f"Memory was enough for {count} of {request.candidates}.")
                seconds = time.perf_counter() - began
                emit(Finished(request.job, candidates, seconds, " ".join(notices)))
            return
        raise OutOfMemory(
            "There is not enough memory for this.", "Ask for fewer candidates or close programs."
        )

    def _free(self, model: LoadedModel) -> None:
        model.drop_caches()
        if self._device.device.type == "cuda":
            torch.cuda.empty_cache()


def _decoded(
    request: EditRequest, model: LoadedModel, count: int, emit: Emit, cancelled: Cancelled
) -> tuple[Candidate, ...] | None:
    """Candidates, best first; None when cancelled, which is then answered."""
    plan = _planned(request, model, count)
    tokenizer = _drawing_tokenizer(model, request.prompt)
    pace = preview.Pace()

    def on_step(step: int, steps: int, states: tuple[DecodeState, ...]) -> None:
        previews: tuple[Pixels, ...] = ()
        if step == steps:
            return  # told below, with the finished pictures
        if pace.is_due():
            began = pace.now()
            previews = preview.pictures(tokenizer, states, plan.edit)
            pace.drawn(began)
        emit(StepDone(request.job, step, steps, previews))

    timelines = decode(
        model.generator,
        plan.inputs,
        plan.runs,
        start=plan.start,
        on_step=on_step,
        cancelled=cancelled,
    )
    steps = len(model.generator.steps(plan.inputs))
    states = tuple(timeline.head_snapshot.state for timeline in timelines)
    if states[0].step < model.generator.steps(plan.inputs).stop:
        emit(WasCancelled(request.job, timelines))
        return None
    squares = preview.decoded_squares(tokenizer, states)
    patches = tuple(square if plan.edit is None else plan.edit.patch(square) for square in squares)
    emit(StepDone(request.job, steps, steps, patches))
    found = zip(timelines, patches, _scores(model, states, plan.inputs, squares), strict=True)
    candidates = [Candidate(timeline, patch, score) for timeline, patch, score in found]
    return tuple(sorted(candidates, key=lambda candidate: -candidate.score))


def _planned(request: EditRequest, model: LoadedModel, count: int) -> Plan:
    start = request.timeline
    if start is not None:
        _check_made_by(model, (start.head_snapshot.state,))
    region = request.region or (start.runs[0].region if start else None)
    edit = _box_edit(model, request.image, region)
    if start is not None and start.runs[0].region != (edit.region if edit else None):
        raise BadInput("The box has moved since these steps were made.", "Generate anew.")
    source = None if edit is None else _source(edit, model, start)
    run = Run(model.spec.key, request.prompt, request.params, edit.region if edit else None, source)
    runs = seeded_runs(run, count)
    around = edit.surroundings if isinstance(edit, BlendedEdit) else None
    inputs = DecodeInputs(
        condition=model.text.encode(request.prompt),
        unconditional=model.unconditional,
        params=request.params,
        seeds=tuple(run.params.seed for run in runs),
        source=source,
        editable=None if edit is None else _editable(edit, model, around),
        surroundings=around,
    )
    return Plan(inputs, runs, start, edit)


def _check_made_by(model: LoadedModel, states: tuple[DecodeState, ...]) -> None:
    kinds = {(state.tokens.layout, state.tokens.codebook_size) for state in states}
    if kinds - {(model.spec.layout, model.spec.codebook_size)}:
        raise BadInput(f"{model.spec.title} did not make these steps.", "Generate anew.")


def _box_edit(model: LoadedModel, image: Pixels | None, region: Region | None) -> BoxEdit | None:
    """None for whole pictures; BadInput when only one of picture and box is given."""
    if image is None and region is None:
        return None
    if image is None or region is None:
        raise BadInput("A box needs a picture, and a picture a box.", "Draw a box on the picture.")
    side = model.spec.image_side
    if model.spec.region_edit == "blend":
        return BlendedEdit.around(image, region, image_side=side)
    sites = sites_across(model.spec.layout)
    return BoxEdit.planned(image, region, image_side=side, sites=sites)


def _editable(edit: BoxEdit, model: LoadedModel, around: Surroundings | None) -> NDArray[np.bool_]:
    """(L,) bool, True = regenerate; where tokens have no place, the generator knows which."""
    if around is not None and isinstance(model.generator, ChoosesSites):
        return model.generator.sites_for(around)
    return edit.editable(model.spec.layout)


def _drawing_tokenizer(model: LoadedModel, prompt: str) -> ImageTokenizer:
    """The model's tokenizer, reading the prompt if it draws with one."""
    if isinstance(model.tokenizer, ReadsText):
        return model.tokenizer.with_text(model.text.encode(prompt).for_pictures)
    return model.tokenizer


def _source(edit: BoxEdit, model: LoadedModel, start: Timeline | None) -> TokenMap:
    """The picture's own tokens; those of the timeline, so that its steps go on exactly."""
    if start is not None and start.head_run.source is not None:
        return start.head_run.source
    ids = model.tokenizer.encode(edit.cropped[None])[0]
    return TokenMap(ids, model.spec.layout, model.spec.codebook_size)


def _scores(
    model: LoadedModel,
    states: tuple[DecodeState, ...],
    inputs: DecodeInputs,
    squares: NDArray[np.uint8],
) -> list[float]:
    """How well each candidate fits picture and prompt; only comparable within one job."""
    if len(states) == 1:
        return [0.0]  # what z-scores come to when there is nothing to compare with
    fit = ranking.fit(
        model.generator,
        model.text,
        by=RANKING,
        states=states,
        inputs=inputs,
        squares=squares,
    )
    return [float(score) for score in fit.scores]


def _prompt_notices(prompt: str, model: LoadedModel) -> Iterable[str]:
    taught = set(WORDS.findall(" ".join(model.spec.vocabulary).lower()))
    words = dict.fromkeys(WORDS.findall(prompt.lower()))
    unknown = [word for word in words if taught and word not in taught]
    if unknown:
        named = ", ".join(repr(word) for word in unknown)
        yield f"The built-in model was not taught: {named}."
    if model.text.length(prompt).truncated:
        yield "The prompt is too long; its end was left out."


def _is_out_of_memory(error: Exception) -> bool:
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return any(sign in text for sign in ("out of memory", "allocate memory", "not enough memory"))
