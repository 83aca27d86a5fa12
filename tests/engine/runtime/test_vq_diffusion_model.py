"""The engine on a tiny VQ-Diffusion model folder: generate, edit, previews, going on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.catalog import catalog
from engine.runtime.device import choose_device
from engine.runtime.engine import Engine, build_engine
from engine.runtime.model_pool import load_vq_diffusion
from engine.values.jobs import EditRequest, Pixels, PreviewRequest
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.weights.store import read_folder
from tests.engine_answers import changes_the_box_alone, drawn, finished, previews, steps_and_end
from tests.tiny_model import CODEBOOK_SIZE, CONTEXT_LENGTH, GRID_SIDE, IMAGE_SIDE, WIDTH
from tests.tiny_vq_diffusion_model import STEPS, write_tiny_vq_diffusion

PARAMS = SamplingParams(seed=7, top_p=0.9, guidance_scale=3.0)
WHOLE = EditRequest(1, "vq-diffusion", "a red apple", PARAMS, candidates=2)
BOX = Region(20, 15, 70, 50)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_vq_diffusion(tmp_path_factory.mktemp("vq_diffusion"))


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    return build_engine("cpu", [folder])


def test_the_spec_comes_from_model_json(folder: Path) -> None:
    (spec,) = catalog([folder])
    assert spec.step_kind == "denoise" and spec.region_edit == "token"
    assert spec.layout == Raster(GRID_SIDE, GRID_SIDE) and spec.codebook_size == CODEBOOK_SIZE
    assert (spec.defaults.guidance_scale, spec.defaults.top_p) == (3, 0.86)


def test_the_null_prompt_is_the_learned_one_and_prompts_have_unit_states(folder: Path) -> None:
    model = load_vq_diffusion(read_folder(folder), choose_device("cpu"))
    assert model.unconditional.hidden.shape == (CONTEXT_LENGTH, WIDTH)
    lengths = model.text.encode("a red apple").hidden.norm(dim=-1)
    assert torch.allclose(lengths, torch.ones(CONTEXT_LENGTH), atol=1e-5)
    assert not torch.allclose(model.unconditional.hidden.norm(dim=-1), lengths, atol=0.1)


def test_a_picture_is_denoised_step_by_step(engine: Engine) -> None:
    steps, closing = steps_and_end(engine, WHOLE)
    assert [step.step for step in steps] == list(range(1, STEPS + 1))
    first = closing.candidates[0]
    assert first.patch.shape == (IMAGE_SIDE, IMAGE_SIDE, 3)
    states = tuple(snapshot.state for snapshot in first.timeline.path())
    unknown = [int((~state.tokens.known).sum()) for state in states]
    assert unknown == sorted(unknown, reverse=True)
    assert (unknown[0], unknown[-1]) == (GRID_SIDE**2, 0)
    pictures = previews(engine, PreviewRequest(2, "vq-diffusion", states))
    assert len(pictures) == STEPS + 1
    assert np.array_equal(pictures[-1], first.patch)


def test_the_number_of_steps_may_be_asked_for(engine: Engine) -> None:
    request = replace(WHOLE, params=replace(PARAMS, steps=11))
    steps, _ = steps_and_end(engine, request)
    assert len(steps) == 11


def test_a_box_is_redrawn_and_nothing_else(engine: Engine, photo: Pixels) -> None:
    request = EditRequest(3, "vq-diffusion", "a cat", PARAMS, photo, BOX, candidates=2)
    closing = finished(engine, request)
    one, other = (candidate.patch for candidate in closing.candidates)
    assert (one != other).any()
    assert all(changes_the_box_alone(photo, BOX, patch) for patch in (one, other))


def test_going_on_from_a_snapshot_ends_in_the_same_picture(engine: Engine) -> None:
    candidate = drawn(engine, replace(WHOLE, candidates=1))
    middle = candidate.timeline.at(STEPS // 2)
    steps, again = steps_and_end(engine, replace(WHOLE, candidates=1, timeline=middle))
    assert np.array_equal(again.candidates[0].patch, candidate.patch)
    assert len(steps) == STEPS - STEPS // 2
