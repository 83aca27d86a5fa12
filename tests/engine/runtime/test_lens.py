"""Confidence, sites opened again and tokens put in place, asked of a real engine."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from engine.console import Session
from engine.document.document import Document
from engine.replay import Ground, decoded_anew
from engine.runtime.engine import Engine
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.jobs import (
    Candidate,
    EditRequest,
    Finished,
    Lensed,
    LensRequest,
    StepDone,
    WasCancelled,
)
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.timeline import Timeline
from engine.values.tokens import UNKNOWN, TokenMap
from tests.engine_answers import drawn, events_of
from tests.tiny_model import GRID_SIDE

SITES = GRID_SIDE * GRID_SIDE
PARAMS = SamplingParams(seed=7, guidance_scale=2.0)
WHOLE = EditRequest(1, "lformer", "a red apple", PARAMS)
IMAGE = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
BOXED = replace(WHOLE, image=IMAGE, region=Region(30, 20, 60, 45))


def tokens_of(candidate: Candidate) -> TokenMap:
    return candidate.timeline.head_snapshot.state.tokens


def lens_request(candidate: Candidate, request: EditRequest) -> LensRequest:
    return LensRequest(9, candidate.timeline, request.image, request.region)


def editable(candidate: Candidate) -> np.ndarray:
    return ~candidate.timeline.snapshots[0].state.tokens.known


def opened(candidate: Candidate, *sites: int) -> TokenMap:
    ids = tokens_of(candidate).ids.copy()
    ids[list(sites)] = UNKNOWN
    return replace(tokens_of(candidate), ids=ids)


@pytest.mark.parametrize("request_for", [WHOLE, BOXED], ids=["whole", "boxed"])
def test_the_drawn_sites_are_told(engine: Engine, request_for: EditRequest) -> None:
    candidate = drawn(engine, request_for)
    asked = lens_request(candidate, request_for)
    (told,) = events_of(engine, pickle.loads(pickle.dumps(asked)))
    assert isinstance(told, Lensed)
    assert np.array_equal(told.lens.told, editable(candidate))
    told_ones = told.lens.confidence[told.lens.told]
    assert ((told_ones >= 0) & (told_ones <= 1)).all()
    assert isinstance(pickle.loads(pickle.dumps(told)), Lensed)


@pytest.mark.parametrize("request_for", [WHOLE, BOXED], ids=["whole", "boxed"])
def test_opened_sites_are_drawn_and_the_others_stay(
    engine: Engine, request_for: EditRequest
) -> None:
    first = drawn(engine, request_for)
    site = int(np.flatnonzero(editable(first))[-1])
    kept = opened(first, site)
    again = replace(request_for, timeline=first.timeline, kept=kept, params=replace(PARAMS, seed=9))
    *steps, closing = events_of(engine, again)
    assert isinstance(closing, Finished) and len(steps) == 1, "one block was opened"
    (step,) = steps
    assert isinstance(step, StepDone) and 0 < step.step == step.steps
    made = closing.candidates[0]
    stays = np.arange(SITES) != site
    assert np.array_equal(tokens_of(made).ids[stays], tokens_of(first).ids[stays])
    assert made.timeline.head_run.kept == kept
    assert made.timeline.snapshots[: len(first.timeline.snapshots)] == first.timeline.snapshots
    assert drawn(engine, again).timeline == made.timeline
    assert [each.state.step for each in made.timeline.path()] == [
        each.state.step for each in first.timeline.path()
    ]


def test_a_token_is_put_in_place(engine: Engine) -> None:
    first = drawn(engine, BOXED)
    before = first.timeline.at(first.timeline.path()[-2].id)
    site = int(np.flatnonzero(editable(first))[0])
    ids = tokens_of(first).ids.copy()
    ids[site] = (ids[site] + 1) % tokens_of(first).codebook_size
    wanted = replace(tokens_of(first), ids=ids)
    (closing,) = events_of(engine, replace(BOXED, timeline=before, kept=wanted))
    assert isinstance(closing, Finished)
    made = closing.candidates[0]
    assert tokens_of(made) == wanted and made.timeline.head_run.kept == wanted
    assert made.timeline.head_snapshot.parent == before.head
    assert made.patch.shape == first.patch.shape and not np.array_equal(made.patch, first.patch)


def test_sites_around_the_box_cannot_be_opened(engine: Engine) -> None:
    first = drawn(engine, BOXED)
    outside = int(np.flatnonzero(~editable(first))[0])
    with pytest.raises(BadInput, match="inside the box"):
        events_of(engine, replace(BOXED, timeline=first.timeline, kept=opened(first, outside)))


def test_a_cancelled_branch_goes_on_to_the_same_tokens(engine: Engine) -> None:
    first = drawn(engine, WHOLE)
    kept = opened(first, 0, SITES - 1)  # of the first and the last block
    again = replace(WHOLE, timeline=first.timeline, kept=kept, params=replace(PARAMS, seed=9))
    whole = drawn(engine, again)
    asked = iter((False, False, True))
    stopped = events_of(engine, again, lambda: next(asked))[-1]
    assert isinstance(stopped, WasCancelled)
    (begun,) = stopped.timelines
    assert len(begun.snapshots) == len(first.timeline.snapshots) + 2
    resumed = drawn(engine, replace(again, timeline=begun, kept=None))
    assert resumed.timeline == whole.timeline


def test_it_is_all_decoded_anew_from_its_record(engine: Engine) -> None:
    """Opened sites and a token put in place, one after the other, as `ellbox verify` does it."""
    first = drawn(engine, BOXED)
    site = int(np.flatnonzero(editable(first))[-1])
    second = drawn(engine, replace(BOXED, timeline=first.timeline, kept=opened(first, site)))
    ids = tokens_of(second).ids.copy()
    ids[np.flatnonzero(editable(first))[0]] = 5
    parent = second.timeline.at(second.timeline.path()[-2].id)
    placed = replace(tokens_of(second), ids=ids)
    third = drawn(engine, replace(BOXED, timeline=parent, kept=placed))
    assert BOXED.region is not None
    ground = Ground(Document(Picture(IMAGE)).picture, BOXED.region)
    anew = decoded_anew(Session(engine), third.timeline, ground, stored_root=False)
    assert tokens_of(anew) == tokens_of(third)
    assert np.array_equal(anew.patch, third.patch)


def test_a_blank_start_has_nothing_to_tell(engine: Engine) -> None:
    first = drawn(engine, WHOLE)
    start: Timeline = first.timeline.at(0)
    (told,) = events_of(engine, LensRequest(9, start))
    assert isinstance(told, Lensed) and not told.lens.told.any()
