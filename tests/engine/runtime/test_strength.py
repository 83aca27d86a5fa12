"""The engine on boxes at less than full strength, by every kind of generator."""

from dataclasses import replace

import numpy as np
import pytest

from engine.runtime.engine import Engine, build_engine
from engine.values.jobs import EditRequest, Lensed, LensRequest, Reached, ReachRequest
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.strength import share
from engine.values.tokens import UNKNOWN
from tests.engine_answers import changes_the_box_alone, drawn, events_of
from tests.tiny_models import WRITERS, write_tiny_models

IMAGE = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
BOX = Region(40, 26, 76, 62)
HALF = SamplingParams(seed=7, guidance_scale=2.0, strength=0.5)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return build_engine("cpu", write_tiny_models(tmp_path_factory.mktemp("models")))


@pytest.fixture(params=sorted(WRITERS))
def asked(request: pytest.FixtureRequest) -> EditRequest:
    return EditRequest(1, str(request.param), "a red apple", HALF, IMAGE, BOX)


def test_it_is_told_what_full_strength_comes_to(engine: Engine, asked: EditRequest) -> None:
    size = (IMAGE.shape[1], IMAGE.shape[0])
    (told,) = events_of(engine, ReachRequest(4, asked.generator, size, BOX))
    assert isinstance(told, Reached) and told.job == 4
    full = drawn(engine, replace(asked, params=replace(HALF, strength=1.0))).timeline
    half = drawn(engine, asked).timeline
    in_steps = asked.generator in ("star", "vq-diffusion")
    for timeline, count in ((full, told.whole), (half, share(0.5, told.whole))):
        open_sites = int((~timeline.snapshots[0].state.tokens.known).sum())
        assert (len(timeline.path()) - 1 if in_steps else open_sites) == count


def test_the_box_changes_and_nothing_else(engine: Engine, asked: EditRequest) -> None:
    candidate = drawn(engine, asked)
    assert changes_the_box_alone(IMAGE, BOX, candidate.patch)
    assert np.array_equal(drawn(engine, asked).patch, candidate.patch)


def test_branches_have_the_strength_of_their_tree(engine: Engine, asked: EditRequest) -> None:
    """Whatever is asked for: the sites that its first step keeps have nothing to be drawn from."""
    timeline = drawn(engine, asked).timeline
    middle = timeline.at(timeline.path()[(len(timeline.path()) - 1) // 2].id)
    for wish in (0.1, 1.0):
        params = replace(HALF, seed=9, strength=wish)
        other = replace(asked, prompt="a blue cat", params=params, timeline=middle)
        branch = drawn(engine, other).timeline
        assert branch.head_run.params.strength == 0.5
        assert branch.head_snapshot.state.tokens.known.all()
        assert branch.path(timeline.head) == timeline.path()


def test_a_whole_picture_has_no_strength(engine: Engine, asked: EditRequest) -> None:
    whole = replace(asked, image=None, region=None)
    timeline = drawn(engine, whole).timeline
    assert timeline.head_run.params.strength == 1
    full = drawn(engine, replace(whole, params=replace(HALF, strength=1.0)))
    assert timeline == full.timeline


def test_drawn_sites_are_told_of_and_opened_again(engine: Engine) -> None:
    asked = EditRequest(1, "lformer", "a red apple", HALF, IMAGE, BOX)
    timeline = drawn(engine, asked).timeline
    open_sites = ~timeline.snapshots[0].state.tokens.known
    (told,) = events_of(engine, LensRequest(2, timeline, IMAGE, BOX))
    assert isinstance(told, Lensed)
    assert np.array_equal(told.lens.told, open_sites)
    tokens = timeline.head_snapshot.state.tokens
    site = int(np.flatnonzero(open_sites)[-1])
    ids = np.where(np.arange(len(tokens.ids)) == site, UNKNOWN, tokens.ids).astype(np.int32)
    kept = replace(tokens, ids=ids)
    again = drawn(engine, replace(asked, timeline=timeline, kept=kept)).timeline
    stays = np.arange(len(ids)) != site
    assert np.array_equal(again.head_snapshot.state.tokens.ids[stays], tokens.ids[stays])
