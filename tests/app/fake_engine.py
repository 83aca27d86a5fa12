"""A scripted engine without torch: real decodes in miniature, exact and repeatable."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.decoding.moving import carried
from engine.decoding.region_edit import BoxEdit
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
    StepDone,
    WasCancelled,
)
from engine.values.layout import Raster
from engine.values.lens import TokenLens
from engine.values.params import SamplingParams
from engine.values.prompts import PromptLength
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.strength import first_sites
from engine.values.timeline import Run, Timeline
from engine.values.tokens import UNKNOWN, TokenMap

SIDE_PX, GRID, CODEBOOK = 128, 16, 64
MOST_WORDS = 6
SPEC = GeneratorSpec(
    key="fake",
    title="Fake",
    step_kind="block",
    layout=Raster(GRID, GRID),
    codebook_size=CODEBOOK,
    image_side=SIDE_PX,
    region_edit="token",
    defaults=SamplingParams(temperature=0.5, top_k=8, guidance_scale=3.0),
    vocabulary=("apple", "apricot", "banana", "blue", "red", "background"),
    lens=True,
)
ALTERNATIVES = 4


class FakeEngine:
    """Draws each token as a colour; a token depends on (prompt, seed, step, site) alone.

    cancelled: jobs that were stopped before their last step.
    """

    def __init__(self, wait: Callable[[], object] = lambda: None) -> None:
        self._wait = wait
        self.requests: list[Request] = []
        self.cancelled: list[int] = []

    def run(
        self,
        request: Request,
        emit: Callable[[EngineEvent], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self.requests.append(request)
        match request:
            case DescribeRequest():
                emit(self.described(request))
            case PreviewRequest():
                edit = planned(request)
                emit(Previewed(request.job, tuple(drawn(s, edit) for s in request.states)))
            case MeasureRequest():
                emit(Measured(request.job, measured(request.prompt)))
            case LensRequest():
                emit(Lensed(request.job, looked_at(request)))
            case ReachRequest():
                emit(Reached(request.job, reached(request)))
            case EditRequest():
                self._decode(request, emit, cancelled)

    def described(self, request: DescribeRequest) -> Described:
        return Described(request.job, "Runs on a fake", (SPEC,))

    def fails(self, request: EditRequest) -> bool:
        return request.prompt == "explode"

    def _decode(
        self,
        request: EditRequest,
        emit: Callable[[EngineEvent], None],
        cancelled: Callable[[], bool],
    ) -> None:
        if self.fails(request):
            raise RuntimeError("a scripted failure")
        edit = planned(request)
        if request.carried is not None and edit is not None:
            request = replace(request, kept=moved(request, edit))
        timelines = [self._begun(request, edit, i) for i in range(request.candidates)]
        editable = drawable(request, edit)
        last = 1 + int(block_of()[editable].max(initial=-1))
        first = timelines[0].head_snapshot.state.step
        for step in range(first, last):
            if cancelled():
                self.cancelled.append(request.job)
                emit(WasCancelled(request.job, tuple(timelines)))
                return
            self._wait()
            timelines = [
                self._grown(request, timeline, i, step, editable)
                for i, timeline in enumerate(timelines)
            ]
            pictures = tuple(drawn(t.head_snapshot.state, edit) for t in timelines)
            emit(StepDone(request.job, step + 1 - first, last - first, pictures))
        emit(Finished(request.job, finished(timelines, edit), 0.1))

    def _begun(self, request: EditRequest, edit: BoxEdit | None, candidate: int) -> Timeline:
        if request.kept is not None and request.timeline is None:
            step = int(block_of()[~request.kept.known].min())
            return Timeline.started(self._run(request, candidate), DecodeState(step, request.kept))
        if request.kept is not None:
            return self._opened(request)
        if request.timeline is not None:
            return request.timeline
        ids = np.full(GRID * GRID, UNKNOWN)
        step = 0
        if edit is not None:
            editable = drawable(request, edit)
            ids = np.where(editable, UNKNOWN, 3)
            step = int(block_of()[editable].min())
        state = DecodeState(step, TokenMap(ids, SPEC.layout, CODEBOOK))
        return Timeline.started(self._run(request, candidate), state)

    def _opened(self, request: EditRequest) -> Timeline:
        """Where the branch leaves the path; with nothing to draw it is the branch already."""
        assert request.timeline is not None and request.kept is not None
        if request.kept.known.all():
            step = request.timeline.head_snapshot.state.step + 1
            return request.timeline.branched(self._run(request, 0), DecodeState(step, request.kept))
        first = int(block_of()[~request.kept.known].min())
        leaves = next(s for s in request.timeline.path() if s.state.step == first)
        return request.timeline.at(leaves.id)

    def _run(self, request: EditRequest, candidate: int) -> Run:
        params = replace(request.params, seed=request.params.seed + candidate)
        return Run(request.generator, request.prompt, params, request.region, kept=request.kept)

    def _grown(
        self,
        request: EditRequest,
        timeline: Timeline,
        candidate: int,
        step: int,
        editable: np.ndarray,
    ) -> Timeline:
        run = self._run(request, candidate)
        state = timeline.head_snapshot.state
        key = [run.params.seed, step, sum(map(ord, run.prompt))]
        begins = request.kept is not None and timeline.head_run != run
        ids = (request.kept if begins and request.kept else state.tokens).ids.copy()
        here = (block_of() == step) & editable
        ids[here] = np.random.default_rng(key).integers(0, CODEBOOK, int(here.sum()))
        grown = DecodeState(step + 1, TokenMap(ids, SPEC.layout, CODEBOOK))
        if timeline.head_run != run:
            return timeline.branched(run, grown)
        return timeline.appended(grown)


def drawable(request: EditRequest, edit: BoxEdit | None) -> np.ndarray:
    """(L,) bool: the sites that a decode draws."""
    if request.kept is not None:
        return ~request.kept.known
    if request.timeline is not None:
        return ~request.timeline.snapshots[0].state.tokens.known
    if edit is None:
        return np.ones(GRID * GRID, bool)
    order = np.arange(GRID * GRID, dtype=np.float32)
    return first_sites(order, edit.editable(SPEC.layout), request.params.strength)


def moved(request: EditRequest, edit: BoxEdit) -> TokenMap:
    """The tokens of a step of another box, in this one."""
    assert request.carried is not None and request.carried.runs[0].region is not None
    there = replace(request, region=request.carried.runs[0].region)
    was = planned(there)
    assert was is not None
    source = TokenMap(np.full(GRID * GRID, 3), SPEC.layout, CODEBOOK)
    tokens = request.carried.head_snapshot.state.tokens
    return carried(tokens, was.editable(SPEC.layout), edit.editable(SPEC.layout), source)


def reached(request: ReachRequest) -> int:
    """The sites in the box."""
    width, height = request.size
    blank = np.zeros((height, width, 3), np.uint8)
    edit = BoxEdit.planned(blank, request.region, image_side=SIDE_PX, sites=GRID)
    return int(edit.editable(SPEC.layout).sum())


def looked_at(request: LensRequest) -> TokenLens:
    """A site's chance is told by its number alone: of the drawn ones, later ones are surer."""
    state, root = request.timeline.head_snapshot.state, request.timeline.snapshots[0].state
    sites = np.arange(GRID * GRID)
    own = state.tokens.ids
    chances = np.stack([(sites + 1) / (sites.size + 1) * 0.5**i for i in range(ALTERNATIVES)], 1)
    ids = (own[:, None] + np.arange(ALTERNATIVES)) % CODEBOOK
    lens = TokenLens(
        chances[:, 0].astype(np.float32), ids.astype(np.int32), chances.astype(np.float32)
    )
    return lens.only(state.tokens.known & ~root.tokens.known)


def measured(prompt: str) -> PromptLength:
    """One token a word and two marks; eight are read."""
    words = list(re.finditer(r"\S+", prompt))
    kept = len(prompt) if len(words) <= MOST_WORDS else words[MOST_WORDS - 1].end()
    return PromptLength(len(words) + 2, MOST_WORDS + 2, kept)


def block_of() -> np.ndarray:
    """(L,) the L-block of each site."""
    rows, columns = np.indices((GRID, GRID))
    return np.maximum(rows, columns).reshape(-1)


def planned(request: EditRequest | PreviewRequest) -> BoxEdit | None:
    if request.image is None or request.region is None:
        return None
    return BoxEdit.planned(request.image, request.region, image_side=SIDE_PX, sites=GRID)


def drawn(state: DecodeState, edit: BoxEdit | None) -> Pixels:
    ids = state.tokens.ids.reshape(GRID, GRID)
    colors = np.stack([ids * 37 % 256, ids * 91 % 256, ids * 153 % 256], axis=-1)
    colors[ids == UNKNOWN] = 128
    pixels = colors.astype(np.uint8).repeat(SIDE_PX // GRID, 0).repeat(SIDE_PX // GRID, 1)
    return pixels if edit is None else edit.patch(pixels)


def finished(timelines: list[Timeline], edit: BoxEdit | None) -> tuple[Candidate, ...]:
    """Best first: the fake likes late seeds."""
    made = [
        Candidate(each, drawn(each.head_snapshot.state, edit), float(place))
        for place, each in enumerate(timelines)
    ]
    return tuple(reversed(made))
