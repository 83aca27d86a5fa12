"""Recipes: exact there and back, small, and safe to read from strangers."""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import recipe as recipe_module
from engine.document.carried import RECIPE_KEYWORD
from engine.document.document import Document, Edit
from engine.document.png import encode_png
from engine.document.recipe import Recipe, recipe_in, recipe_of
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.region import Region
from engine.values.timeline import Timeline
from tests.engine.document.conftest import BOX, make_timeline

BLANK = Picture(np.zeros((12, 12, 3), np.uint8))


def png_with(text: str) -> bytes:
    return encode_png(BLANK, (RECIPE_KEYWORD, text))


def edit_recipe() -> Recipe:
    before = np.arange(BOX.height * BOX.width * 3, dtype=np.uint8).reshape(BOX.height, BOX.width, 3)
    return Recipe(make_timeline(BOX), {"lformer.safetensors": "ab" * 32}, before)


def test_an_edit_comes_back_whole() -> None:
    recipe = edit_recipe()
    text, notice = recipe.as_text()
    read = recipe_in(png_with(text), "a.png")
    assert notice == ""
    assert read.timeline == recipe.timeline
    assert read.weights == recipe.weights
    assert read.before is not None
    assert np.array_equal(read.before, recipe.before)  # type: ignore[arg-type]
    assert (read.prompt, read.params.seed, read.region) == ("a cat", 8, BOX)
    assert read.as_text() == recipe.as_text()


def test_a_generated_picture_comes_back_whole(whole_timeline: Timeline) -> None:
    read = recipe_in(png_with(Recipe(whole_timeline).as_text()[0]), "a.png")
    assert read.timeline == whole_timeline
    assert read.region is None
    assert read.before is None


def test_the_recipe_is_plain_json_that_people_can_read() -> None:
    record = json.loads(edit_recipe().as_text()[0])
    assert record["prompt"] == "a cat"
    assert record["params"]["seed"] == 8
    assert record["region"] == [BOX.left, BOX.top, BOX.right, BOX.bottom]
    summary = edit_recipe().summary()
    assert summary["steps"] == [2, 3, 4]
    assert len(summary["tokens"]) == 16
    json.dumps(summary)


def test_a_strength_is_told_and_a_full_one_is_not() -> None:
    recipe = edit_recipe()
    first, *others = recipe.timeline.runs
    soft = replace(first, params=replace(first.params, strength=0.25))
    softer = replace(recipe, timeline=replace(recipe.timeline, runs=(soft, *others)))
    record = json.loads(softer.as_text()[0])
    assert (record["ellbox"], record["timeline"]["runs"][0]["params"]["strength"]) == (2, 0.25)
    assert recipe_in(png_with(softer.as_text()[0]), "a.png").timeline == softer.timeline
    plain = recipe.as_text()[0]
    assert json.loads(plain)["ellbox"] == 1  # as before there were strengths
    assert "strength" not in plain


def test_old_pixels_that_are_too_many_stay_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = edit_recipe()
    full = len(recipe.as_text()[0].encode())
    monkeypatch.setattr(recipe_module, "MAX_TEXT_BYTES", full - 1)
    text, notice = recipe.as_text()
    assert "too large" in notice
    assert json.loads(text)["before"] is None
    monkeypatch.setattr(recipe_module, "MAX_TEXT_BYTES", 10)
    with pytest.raises(BadInput, match="too large"):
        recipe.as_text()


def test_the_recipe_of_a_document_is_that_of_its_top_edit() -> None:
    timeline = make_timeline(BOX)
    patch = np.full((BOX.height, BOX.width, 3), 9, np.uint8)
    lower = Edit(Region(0, 0, 12, 12), np.full((12, 12, 3), 5, np.uint8), make_timeline(None))
    document = Document(BLANK).applied(lower)
    assert recipe_of(Document(BLANK), {}) is None
    generated = recipe_of(document, {})
    assert generated is not None
    assert generated.before is None
    edited = recipe_of(document.applied(Edit(BOX, patch, timeline)), {})
    assert edited is not None
    assert edited.before is not None
    assert (edited.before == 5).all()
    assert recipe_of(document.applied(Edit(BOX, patch, timeline, visible=False)), {}) is None


def test_files_without_a_recipe() -> None:
    for data in (encode_png(BLANK), b"", b"JFIF"):
        with pytest.raises(BadInput, match="no recipe"):
            recipe_in(data, "a.png")


def change(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def changed(record: Any) -> None:  # noqa: ANN401 - walks any JSON
        for key in path[:-1]:
            record = record[key]
        record[path[-1]] = to

    return changed


BOMB = base64.b64encode(zlib.compress(bytes(10_000_000))).decode()


@pytest.mark.parametrize(
    "spoil",
    [
        change("ellbox", to=3),
        change("ellbox", to="1"),
        change("timeline", to=None),
        change("timeline", "head", to=99),
        change("timeline", "head", to=-1),
        change("timeline", "head", to=True),
        change("timeline", "codebook_size", to=3),
        change("timeline", "layout", "kind", to="torus"),
        change("timeline", "layout", "height", to=10**9),
        change("timeline", "layout", "height", to=5),
        change("timeline", "runs", to=[]),
        change("timeline", "runs", 0, "params", "seed", to=-1),
        change("timeline", "runs", 0, "params", "surprise", to=1),
        change("timeline", "runs", 0, "prompt", to=5),
        change("timeline", "runs", 0, "region", to=[0, 0, 0, 0]),
        change("timeline", "runs", 0, "region", to=[0, 0, 1.5, 2]),
        change("timeline", "runs", 0, "source", to=7),
        change("timeline", "snapshots", to=[]),
        change("timeline", "snapshots", 1, to=[1, 0, 3, 0]),
        change("timeline", "snapshots", 1, to=[0, 0, 9, 0]),
        change("timeline", "snapshots", 1, to=[0, -1, 3, 0]),
        change("timeline", "snapshots", 1, to=[0, 5, 3, 0]),
        change("timeline", "snapshots", 1, to=[None, 0, 3, 0]),
        change("timeline", "snapshots", 1, to=[0, 0, 3, 9]),
        change("arrays", "tokens", "shape", to=[10**9, 10**9]),
        change("arrays", "tokens", "shape", to=[-1, 16]),
        change("arrays", "tokens", "data", to="not base64!"),
        change("arrays", "tokens", "data", to="AAAA"),
        change("arrays", "latents", to={}),
        change("weights", to=[]),
        change("before", to="AAAA"),
    ],
)
def test_damaged_recipes_are_refused_in_a_sentence(
    spoil: Callable[[dict[str, Any]], None],
) -> None:
    record = json.loads(edit_recipe().as_text()[0])
    spoil(record)
    with pytest.raises(BadInput) as refused:
        recipe_in(png_with(json.dumps(record)), "a.png")
    assert refused.value.sentence.endswith(".")


def test_a_bomb_inflates_no_further_than_its_shape() -> None:
    record = json.loads(edit_recipe().as_text()[0])
    record["arrays"]["tokens"]["data"] = BOMB
    read = recipe_in(png_with(json.dumps(record)), "a.png")
    assert not read.timeline.snapshots[0].state.tokens.ids.any()


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(BadInput):
        recipe_in(png_with("[" * 200_000), "a.png")


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    with pytest.raises(BadInput):
        recipe_in(png_with(text), "a.png")
