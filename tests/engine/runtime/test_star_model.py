"""The engine on a tiny STAR model folder: generate, edit, previews, going on from a snapshot."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.catalog import catalog
from engine.runtime.engine import Engine, build_engine
from engine.values.jobs import EditRequest, Pixels, PreviewRequest
from engine.values.layout import Pyramid
from engine.values.params import SamplingParams
from engine.values.region import Region
from tests.engine_answers import changes_the_box_alone, drawn, previews, steps_and_end
from tests.tiny_star_model import CODEBOOK_SIZE, IMAGE_SIDE, SIDES, write_tiny_star_model

PARAMS = SamplingParams(seed=7, top_k=16, guidance_scale=3.0)
WHOLE = EditRequest(1, "star", "a red apple", PARAMS, candidates=2)
BOX = Region(20, 15, 70, 50)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_star_model(tmp_path_factory.mktemp("star"))


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    return build_engine("cpu", [folder])


def test_the_spec_comes_from_model_json(folder: Path) -> None:
    (spec,) = catalog([folder])
    assert spec.step_kind == "scale" and spec.region_edit == "token"
    assert spec.layout == Pyramid(SIDES) and spec.codebook_size == CODEBOOK_SIZE
    assert spec.defaults.guidance_scale == 3


def test_a_picture_grows_scale_by_scale(engine: Engine) -> None:
    steps, closing = steps_and_end(engine, WHOLE)
    assert [step.step for step in steps] == list(range(1, len(SIDES) + 1))
    first = closing.candidates[0]
    assert first.patch.shape == (IMAGE_SIDE, IMAGE_SIDE, 3)
    states = tuple(snapshot.state for snapshot in first.timeline.path())
    pictures = previews(engine, PreviewRequest(2, "star", states))
    assert (pictures[0] == pictures[0][0, 0]).all()  # nothing is known yet
    assert all((a != b).any() for a, b in itertools.pairwise(pictures))
    assert np.array_equal(pictures[-1], first.patch)


def test_a_box_is_redrawn_and_nothing_else(engine: Engine, photo: Pixels) -> None:
    request = EditRequest(3, "star", "a cat", PARAMS, photo, BOX, candidates=2)
    steps, closing = steps_and_end(engine, request)
    assert len(steps) < len(SIDES)  # the scale of one site is kept
    one, other = (candidate.patch for candidate in closing.candidates)
    assert (one != other).any()
    assert all(changes_the_box_alone(photo, BOX, patch) for patch in (one, other))


def test_a_decode_goes_on_from_any_snapshot(engine: Engine) -> None:
    request = replace(WHOLE, candidates=1)
    whole = drawn(engine, request)
    for snapshot in whole.timeline.path()[:-1]:
        back = replace(request, timeline=whole.timeline.at(snapshot.id))
        again = drawn(engine, back)
        assert np.array_equal(again.patch, whole.patch)
