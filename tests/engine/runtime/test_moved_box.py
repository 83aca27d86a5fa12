"""A step of one box taken into another: by every kind of generator, and drawn again the same."""

from dataclasses import replace

import numpy as np
import pytest

from engine.runtime.engine import Engine, build_engine
from engine.values.errors import BadInput
from engine.values.jobs import Candidate, EditRequest
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.timeline import Timeline
from tests.engine_answers import drawn
from tests.tiny_models import write_tiny_models

IMAGE = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
HERE, THERE = Region(40, 26, 76, 62), Region(52, 30, 88, 66)
ASKED = EditRequest(1, "", "a red apple", SamplingParams(seed=7, guidance_scale=2.0), IMAGE, HERE)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return build_engine("cpu", write_tiny_models(tmp_path_factory.mktemp("models")))


def half_way(candidate: Candidate) -> Timeline:
    path = candidate.timeline.path()
    return candidate.timeline.at(path[len(path) // 2].id)


@pytest.mark.parametrize("key", ["lformer", "star", "vq-diffusion"])
def test_tokens_go_along_and_the_rest_is_drawn(engine: Engine, key: str) -> None:
    asked = replace(ASKED, generator=key)
    step = half_way(drawn(engine, asked))
    moved = drawn(engine, replace(asked, region=THERE, carried=step))
    run, known = moved.timeline.runs[0], step.head_snapshot.state.tokens.known
    assert run.region == THERE and run.kept is not None and moved.patch.shape == (36, 36, 3)
    root, tip = (moved.timeline.path()[i].state.tokens for i in (0, -1))
    brought = run.kept.known
    assert tip.known.all() and not brought.all()
    assert np.array_equal(root.ids[brought], run.kept.ids[brought])
    assert np.array_equal(tip.ids[brought], run.kept.ids[brought])
    # The same place in a context of the same size: site for site.
    editable = ~drawn(engine, replace(asked, region=THERE)).timeline.snapshots[0].state.tokens.known
    same = known & editable & brought
    assert np.array_equal(tip.ids[same], step.head_snapshot.state.tokens.ids[same])
    assert same.any()


@pytest.mark.parametrize("key", ["lformer", "star", "vq-diffusion"])
def test_it_is_drawn_again_and_gone_on_from(engine: Engine, key: str) -> None:
    asked = replace(ASKED, generator=key)
    moved = drawn(engine, replace(asked, region=THERE, carried=half_way(drawn(engine, asked))))
    again = drawn(engine, replace(asked, region=THERE, kept=moved.timeline.runs[0].kept))
    assert np.array_equal(again.patch, moved.patch)
    on = drawn(engine, replace(asked, region=THERE, timeline=half_way(moved)))
    assert np.array_equal(on.patch, moved.patch)


def test_another_shape_takes_what_both_have(engine: Engine) -> None:
    asked = replace(ASKED, generator="lformer")
    wide, step = Region(40, 26, 100, 62), half_way(drawn(engine, asked))
    moved = drawn(engine, replace(asked, region=wide, carried=step))
    kept, tip = moved.timeline.runs[0].kept, moved.timeline.head_snapshot.state.tokens
    assert kept is not None and moved.patch.shape == (36, 60, 3)
    assert np.array_equal(tip.ids[kept.known], kept.ids[kept.known])
    anew = drawn(engine, replace(asked, region=wide))
    assert not np.array_equal(moved.patch, anew.patch)


def test_scales_refuse_another_shape(engine: Engine) -> None:
    asked = replace(ASKED, generator="star")
    step = half_way(drawn(engine, asked))
    with pytest.raises(BadInput, match="same size"):
        drawn(engine, replace(asked, region=Region(40, 26, 100, 62), carried=step))


def test_tokens_without_a_place_are_refused(engine: Engine) -> None:
    asked = replace(ASKED, generator="maskgen")
    with pytest.raises(BadInput, match="no place"):
        drawn(engine, replace(asked, region=THERE, carried=half_way(drawn(engine, asked))))


def test_a_whole_picture_has_no_box_to_leave(engine: Engine) -> None:
    whole = drawn(engine, replace(ASKED, generator="lformer", image=None, region=None))
    with pytest.raises(BadInput, match="steps of a box"):
        drawn(engine, replace(ASKED, generator="lformer", carried=half_way(whole)))
