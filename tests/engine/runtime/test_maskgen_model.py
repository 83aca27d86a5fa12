"""The engine on tiny model folders of MaskGen and TiTok: generate, edit, previews, going on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.catalog import catalog
from engine.decoding.compositing import pasted
from engine.runtime.engine import Engine, build_engine
from engine.values.errors import BadInput
from engine.values.jobs import EditRequest, Pixels, PreviewRequest
from engine.values.layout import Sequence1D
from engine.values.params import SamplingParams
from engine.values.region import Region
from tests.engine_answers import changes_the_box_alone, drawn, finished, previews, steps_and_end
from tests.tiny_maskgen_model import STEPS, TOKENS, write_tiny_maskgen, write_tiny_titok
from tests.tiny_model import CODEBOOK_SIZE, IMAGE_SIDE

PARAMS = SamplingParams(seed=7, guidance_scale=3.0)
WHOLE = EditRequest(1, "maskgen", "a red apple", PARAMS, candidates=2)
BOX = Region(20, 15, 70, 50)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    base = tmp_path_factory.mktemp("models")
    return [write_tiny_maskgen(base / "maskgen"), write_tiny_titok(base / "titok")]


@pytest.fixture(scope="module")
def engine(folders: list[Path]) -> Engine:
    return build_engine("cpu", folders)


def test_the_specs_come_from_model_json(folders: list[Path]) -> None:
    for spec, key in zip(catalog(folders), ("maskgen", "titok"), strict=True):
        assert (spec.key, spec.step_kind, spec.region_edit) == (key, "unmask", "blend")
        assert (spec.layout, spec.codebook_size) == (Sequence1D(TOKENS), CODEBOOK_SIZE)
        assert spec.defaults.guidance_scale == 3


def test_a_picture_is_unmasked_step_by_step_and_every_step_shows_a_whole_one(
    engine: Engine,
) -> None:
    steps, closing = steps_and_end(engine, WHOLE)
    assert [step.step for step in steps] == list(range(1, STEPS + 1))
    best = closing.candidates[0]
    assert best.patch.shape == (IMAGE_SIDE, IMAGE_SIDE, 3)
    states = tuple(snapshot.state for snapshot in best.timeline.path())
    unknown = [int((~state.tokens.known).sum()) for state in states]
    assert unknown == sorted(set(unknown), reverse=True)
    assert (unknown[0], unknown[-1]) == (TOKENS, 0)
    request = PreviewRequest(2, "maskgen", states, prompt=WHOLE.prompt)
    first, *others = previews(engine, request)
    assert np.array_equal(others[-1], best.patch)
    assert np.ptp(first) == 0  # grey: nothing is known before the first step
    assert all(np.ptp(picture) > 0 for picture in others)


def test_the_tokenizer_draws_with_the_prompt(engine: Engine) -> None:
    state = drawn(engine, WHOLE).timeline.head_snapshot.state
    asked, other = (
        previews(engine, PreviewRequest(2, "maskgen", (state,), prompt=prompt))
        for prompt in (WHOLE.prompt, "a blue cat")
    )
    assert not np.array_equal(asked[0], other[0])


@pytest.mark.parametrize(("key", "prompt"), [("maskgen", "a red apple"), ("titok", "a goldfish")])
def test_an_edit_changes_the_box_and_nothing_else(
    engine: Engine, photo: Pixels, key: str, prompt: str
) -> None:
    request = EditRequest(3, key, prompt, PARAMS, photo, BOX, candidates=2)
    for candidate in finished(engine, request).candidates:
        assert candidate.patch.shape == (BOX.height, BOX.width, 3)
        assert changes_the_box_alone(photo, BOX, candidate.patch)
        changed = (pasted(photo, BOX, candidate.patch) != photo).any(-1)
        assert changed.sum() > BOX.width * BOX.height // 2


def test_an_edit_keeps_tokens_of_its_surroundings(engine: Engine, photo: Pixels) -> None:
    timeline = drawn(engine, EditRequest(3, "maskgen", "a cat", PARAMS, photo, BOX)).timeline
    begun = timeline.path()[0].state.tokens
    assert (~begun.known).sum() == 7  # strength 0.7 of ten
    source = timeline.runs[0].source
    assert source is not None
    assert np.array_equal(begun.ids[begun.known], source.ids[begun.known])


def test_a_run_goes_on_exactly_from_any_step(engine: Engine, photo: Pixels) -> None:
    request = EditRequest(4, "maskgen", "a cat", PARAMS, photo, BOX)
    whole = drawn(engine, request)
    for snapshot in whole.timeline.path()[:-1]:
        middle = whole.timeline.at(snapshot.id)
        again = drawn(engine, replace(request, timeline=middle))
        assert np.array_equal(again.patch, whole.patch)


def test_a_class_generator_wants_a_class(engine: Engine) -> None:
    with pytest.raises(BadInput, match="ImageNet's classes only"):
        finished(engine, EditRequest(5, "titok", "gold fisch", PARAMS))
    by_name = drawn(engine, EditRequest(5, "titok", "Goldfish", PARAMS))
    by_number = drawn(engine, EditRequest(5, "titok", "1", PARAMS))
    assert np.array_equal(by_name.patch, by_number.patch)
