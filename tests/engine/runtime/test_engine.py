"""Requests to a real engine with a tiny model: events, resume, branches, refusals."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.catalog import model_folders
from engine.decoding import preview
from engine.decoding.loop import decode
from engine.generators.base import DecodeInputs, Generator
from engine.runtime import engine as engine_module
from engine.runtime.device import choose_device
from engine.runtime.engine import Engine, build_engine
from engine.runtime.ladder import rungs
from engine.runtime.model_pool import ModelPool
from engine.values.errors import BadInput, OutOfMemory
from engine.values.jobs import (
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
    Retrying,
    StepDone,
    WasCancelled,
)
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.prompts import PromptLength
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap
from tests.engine_answers import events_of, finished
from tests.tiny_model import CONTEXT_LENGTH, GRID_SIDE, IMAGE_SIDE, write_tiny_model

PARAMS = SamplingParams(seed=7, guidance_scale=2.0)
WHOLE = EditRequest(1, "lformer", "a red apple", PARAMS, candidates=3)


def closed(events: list[EngineEvent]) -> Finished:
    last = events[-1]
    assert isinstance(last, Finished)
    return last


def photo(width: int = 90, height: int = 60) -> Pixels:
    ramp = np.linspace(0, 255, width * height * 3).reshape(height, width, 3)
    noise = np.random.default_rng(0).normal(0, 20, ramp.shape)
    return (ramp + noise).clip(0, 255).astype(np.uint8)


def test_a_picture_is_generated_step_by_step(engine: Engine) -> None:
    *steps, closing = events_of(engine, WHOLE)
    assert isinstance(closing, Finished)
    assert [(s.step, s.steps) for s in steps if isinstance(s, StepDone)] == [
        (step, GRID_SIDE) for step in range(1, GRID_SIDE + 1)
    ]
    last = steps[-1]
    assert isinstance(last, StepDone) and len(last.previews) == 3
    scores = [candidate.score for candidate in closing.candidates]
    assert scores == sorted(scores, reverse=True) and len(scores) == 3
    seeds = {candidate.timeline.head_run.params.seed for candidate in closing.candidates}
    assert seeds == {7, 8, 9}
    for candidate in closing.candidates:
        assert candidate.patch.shape == (IMAGE_SIDE, IMAGE_SIDE, 3)
        assert len(candidate.timeline.snapshots) == GRID_SIDE + 1


def test_steps_that_nobody_sees_are_not_drawn(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview.Pace, "is_due", lambda _: True)
    seen = events_of(engine, WHOLE)
    unseen = events_of(engine, replace(WHOLE, previews=False))
    assert [len(e.previews) for e in seen if isinstance(e, StepDone)] == [3] * GRID_SIDE
    told = [len(e.previews) for e in unseen if isinstance(e, StepDone)]
    assert told == [0] * (GRID_SIDE - 1) + [3]
    for one, other in zip(closed(seen).candidates, closed(unseen).candidates, strict=True):
        assert np.array_equal(one.patch, other.patch)


def test_the_same_request_gives_the_same_pixels(engine: Engine) -> None:
    first, again = finished(engine, WHOLE), finished(engine, WHOLE)
    for one, other in zip(first.candidates, again.candidates, strict=True):
        assert np.array_equal(one.patch, other.patch) and one.score == other.score


def test_a_candidate_does_not_depend_on_its_batch(engine: Engine) -> None:
    batch = finished(engine, WHOLE).candidates
    alone = finished(engine, replace(WHOLE, params=replace(PARAMS, seed=8), candidates=1))
    twin = next(c for c in batch if c.timeline.head_run.params.seed == 8)
    assert twin.timeline.head_snapshot.state == alone.candidates[0].timeline.head_snapshot.state


def test_a_box_is_redrawn(engine: Engine) -> None:
    region = Region(30, 20, 60, 45)
    request = EditRequest(2, "lformer", "a cat", PARAMS, photo(), region, 2)
    *steps, closing = events_of(engine, request)
    assert isinstance(closing, Finished)
    for candidate in closing.candidates:
        assert candidate.patch.shape == (25, 30, 3)
        run = candidate.timeline.head_run
        assert run.region == region and run.source is not None
    assert all(p.shape == (25, 30, 3) for s in steps if isinstance(s, StepDone) for p in s.previews)


def test_a_box_beyond_the_border_is_clipped(engine: Engine) -> None:
    request = EditRequest(2, "lformer", "a cat", PARAMS, photo(), Region(80, -5, 120, 10))
    candidate = finished(engine, request).candidates[0]
    assert candidate.timeline.head_run.region == Region(80, 0, 90, 10)
    assert candidate.patch.shape == (10, 10, 3)


def test_going_on_from_any_step_gives_the_same_tokens(engine: Engine) -> None:
    region = Region(10, 10, 70, 60)
    for request in (WHOLE, EditRequest(2, "lformer", "a cat", PARAMS, photo(), region)):
        whole = finished(engine, replace(request, candidates=1)).candidates[0].timeline
        for snapshot in whole.path()[:-1]:
            start = replace(whole, head=snapshot.id)
            resumed = finished(engine, replace(request, candidates=1, timeline=start))
            timeline = resumed.candidates[0].timeline
            assert timeline.head_snapshot.state == whole.head_snapshot.state
            assert len(timeline.runs) == 1


def test_branches_leave_the_old_steps_alone(engine: Engine) -> None:
    whole = finished(engine, replace(WHOLE, candidates=1)).candidates[0].timeline
    request = replace(
        WHOLE, prompt="a blue cat", params=replace(PARAMS, seed=99), timeline=whole.at(2)
    )
    for candidate in finished(engine, request).candidates:
        branch = candidate.timeline
        assert branch.snapshots[: len(whole.snapshots)] == whole.snapshots
        assert len(branch.runs) == 2 and branch.head_run.prompt == "a blue cat"
        kept = branch.path()[2].state
        assert kept == whole.snapshots[2].state
        assert np.array_equal(branch.head_snapshot.state.latent, kept.latent)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="last step"):
        events_of(engine, replace(request, timeline=whole))


def test_the_box_of_a_branch_must_be_the_same(engine: Engine) -> None:
    request = EditRequest(2, "lformer", "a cat", PARAMS, photo(), Region(10, 10, 70, 60))
    timeline = finished(engine, request).candidates[0].timeline.at(0)
    with pytest.raises(BadInput, match="moved"):
        events_of(engine, replace(request, region=Region(0, 0, 9, 9), timeline=timeline))


def test_cancel_keeps_the_steps_done_and_can_be_resumed(engine: Engine) -> None:
    asked: list[int] = []

    def after_two_steps() -> bool:
        asked.append(1)
        return len(asked) > 2

    request = replace(WHOLE, candidates=1)
    closing = events_of(engine, request, after_two_steps)[-1]
    assert isinstance(closing, WasCancelled)
    (timeline,) = closing.timelines
    assert timeline.head_snapshot.state.step == 2
    resumed = finished(engine, replace(request, timeline=timeline)).candidates[0]
    straight = finished(engine, request).candidates[0]
    assert np.array_equal(resumed.patch, straight.patch)


def test_states_are_drawn_as_pictures(engine: Engine) -> None:
    timeline = finished(engine, replace(WHOLE, candidates=1)).candidates[0].timeline
    states = tuple(snapshot.state for snapshot in timeline.path())
    (closing,) = events_of(engine, PreviewRequest(3, "lformer", states))
    assert isinstance(closing, Previewed) and len(closing.pictures) == GRID_SIDE + 1
    assert (closing.pictures[0] == 128).all()
    patch = finished(engine, replace(WHOLE, candidates=1)).candidates[0].patch
    assert np.abs(closing.pictures[-1].astype(int) - patch).max() <= 1
    (cancelled,) = events_of(engine, PreviewRequest(3, "lformer", states), lambda: True)
    assert isinstance(cancelled, WasCancelled)


def test_an_unfinished_box_shows_the_picture_where_nothing_is_drawn(engine: Engine) -> None:
    region = Region(0, 0, 90, 60)
    request = EditRequest(2, "lformer", "a cat", PARAMS, photo(), region)
    start = finished(engine, request).candidates[0].timeline.snapshots[0].state
    (closing,) = events_of(engine, PreviewRequest(4, "lformer", (start,), photo(), region))
    assert isinstance(closing, Previewed)
    assert np.abs(closing.pictures[0].astype(int) - photo()).mean() < 3


def test_unknown_words_and_long_prompts_are_told(engine: Engine) -> None:
    notice = finished(engine, replace(WHOLE, prompt="a red zebra on Mars, a cat")).notice
    assert notice.startswith("The built-in model was not taught: 'zebra', 'mars'.")
    assert finished(engine, replace(WHOLE, prompt="a cat")).notice == ""
    assert "too long" in finished(engine, replace(WHOLE, prompt="a red cat " * 30)).notice


def test_impossible_requests_are_refused_in_a_sentence(engine: Engine) -> None:
    for request in (
        replace(WHOLE, generator="dall-e"),
        replace(WHOLE, image=photo()),
        replace(WHOLE, region=Region(0, 0, 9, 9)),
        replace(WHOLE, image=photo(), region=Region(500, 0, 600, 9)),
    ):
        with pytest.raises(BadInput) as caught:
            events_of(engine, request)
        assert caught.value.sentence and caught.value.remedy


def test_the_engine_describes_itself(engine: Engine) -> None:
    (event,) = events_of(engine, DescribeRequest(5))
    assert isinstance(event, Described)
    assert "processor" in event.device
    assert [spec.key for spec in event.generators] == ["lformer"]


def test_a_prompt_is_measured_by_its_generators_text_encoder(engine: Engine) -> None:
    (event,) = events_of(engine, MeasureRequest(6, "lformer", "a red apple " * 30))
    assert isinstance(event, Measured)
    assert event.length.truncated and event.length.most == CONTEXT_LENGTH
    (short,) = events_of(engine, MeasureRequest(7, "lformer", "a"))
    assert isinstance(short, Measured) and short.length == PromptLength(3, CONTEXT_LENGTH, 1)


class Scripted:
    """`decode` on a device that holds few candidates: the real one, or out of memory."""

    def __init__(self, most: int, error: type[Exception] = torch.OutOfMemoryError) -> None:
        self.most, self.error = most, error
        self.asked: list[int] = []

    def __call__(
        self,
        generator: Generator,
        inputs: DecodeInputs,
        runs: tuple[Run, ...],
        **rest: Any,  # noqa: ANN401 - whatever decode takes
    ) -> tuple[Timeline, ...]:
        self.asked.append(len(runs))
        if len(runs) > self.most:
            raise self.error("scripted")
        return decode(generator, inputs, runs, **rest)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, MemoryError])
def test_short_memory_makes_candidates_one_by_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    straight = finished(engine, WHOLE)
    scripted = Scripted(1, error)
    monkeypatch.setattr(engine_module, "decode", scripted)
    *events, closing = events_of(engine, WHOLE)
    assert scripted.asked == [3, 1, 1, 1]
    (retrying,) = [event for event in events if isinstance(event, Retrying)]
    assert retrying.job == WHOLE.job and "one by one" in retrying.sentence
    assert isinstance(closing, Finished) and "1 of the candidates" in closing.notice
    for one, other in zip(straight.candidates, closing.candidates, strict=True):
        assert np.array_equal(one.patch, other.patch)
        assert one.score == pytest.approx(other.score, abs=1e-4)
    told = [(e.step, e.steps) for e in events if isinstance(e, StepDone)]
    assert told == [(step, 3 * GRID_SIDE) for step in range(1, 3 * GRID_SIDE + 1)]
    assert [len(e.previews) for e in events if isinstance(e, StepDone)][-1] == 3


def test_a_job_without_memory_fails_and_the_next_one_works(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        scripted = Scripted(0)
        patched.setattr(engine_module, "decode", scripted)
        with pytest.raises(OutOfMemory, match="not enough memory"):
            events_of(engine, WHOLE)
        assert scripted.asked == [3, 1]  # one retry, no more
        with pytest.raises(OutOfMemory):
            events_of(engine, replace(WHOLE, candidates=1))
        assert scripted.asked == [3, 1, 1]
    assert len(finished(engine, WHOLE).candidates) == 3


def test_a_candidate_too_large_for_the_card_is_made_by_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = model_folders([write_tiny_model(tmp_path / "tiny")])
    device = choose_device("cpu")
    pool = ModelPool(folders, device)
    # A device that is no processor: what it has loaded is where the script says.
    engine = Engine(pool, replace(device, device=torch.device("meta")))
    first = pool.get("lformer").generator

    def card_is_full(generator: Generator, *rest: Any, **more: Any) -> tuple[Timeline, ...]:  # noqa: ANN401
        if generator is first:
            raise torch.OutOfMemoryError("scripted")
        return decode(generator, *rest, **more)

    monkeypatch.setattr(engine_module, "decode", card_is_full)
    *events, closing = events_of(engine, replace(WHOLE, candidates=1))
    assert [e.sentence for e in events if isinstance(e, Retrying)] == [rungs(1, "cuda")[1].sentence]
    assert isinstance(closing, Finished) and "processor made this" in closing.notice


def test_a_cancel_between_groups_keeps_what_is_done(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "decode", Scripted(1))
    asked: list[int] = []

    def after_six_steps() -> bool:
        asked.append(1)
        return len(asked) > 6

    closing = events_of(engine, WHOLE, after_six_steps)[-1]
    assert isinstance(closing, WasCancelled)
    assert [t.head_snapshot.state.step for t in closing.timelines] == [GRID_SIDE, 2]


def test_pictures_are_drawn_one_by_one_where_memory_is_short(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = finished(engine, replace(WHOLE, candidates=1)).candidates[0].timeline
    states = tuple(snapshot.state for snapshot in timeline.path())
    request = PreviewRequest(3, "lformer", states)
    (straight,) = events_of(engine, request)
    draw, counts = preview.pictures, []

    def short(tokenizer: Any, states: Any, edit: Any, own: Any) -> tuple[Pixels, ...]:  # noqa: ANN401
        counts.append(len(states))
        if len(states) > 1:
            raise RuntimeError("DefaultCPUAllocator: not enough memory")
        drawn: tuple[Pixels, ...] = draw(tokenizer, states, edit, own)
        return drawn

    monkeypatch.setattr(preview, "pictures", short)
    (closing,) = events_of(engine, request)
    assert counts[:2] == [4, 1]
    assert isinstance(closing, Previewed) and isinstance(straight, Previewed)
    for one, other in zip(straight.pictures, closing.pictures, strict=True):
        assert np.abs(one.astype(int) - other).max() <= 1


def test_the_memory_taken_is_told(engine: Engine) -> None:
    taken = finished(engine, WHOLE).peak_bytes
    assert taken > 100_000 or not sys.platform.startswith("linux")


def test_a_failing_network_is_not_taken_for_short_memory(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(engine_module, "decode", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        events_of(engine, WHOLE)


def test_no_model_at_all() -> None:
    empty = build_engine("cpu", [])
    with pytest.raises(BadInput, match="no generator"):
        events_of(empty, WHOLE)
    (event,) = events_of(empty, DescribeRequest(1))
    assert isinstance(event, Described) and event.generators == ()


def test_without_a_latent(tmp_path: Path) -> None:
    engine = build_engine("cpu", [write_tiny_model(tmp_path / "plain", latent=False)])
    assert finished(engine, WHOLE).candidates[0].timeline.head_snapshot.state.latent is None


def test_steps_of_another_model_are_refused(engine: Engine) -> None:
    foreign = DecodeState(1, TokenMap.unknown(Raster(3, 3), 8))
    timeline = Timeline.started(Run("lformer", "a cat", PARAMS), foreign)
    for request in (replace(WHOLE, timeline=timeline), PreviewRequest(6, "lformer", (foreign,))):
        with pytest.raises(BadInput, match="did not make"):
            events_of(engine, request)
