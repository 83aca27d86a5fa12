"""Scenes: repeatable, truly captioned, on the grid."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.training.captions import (
    CONCEPT_OF,
    CONCEPTS,
    PLACES,
    Placed,
    place_of,
    relation_holds,
    size_of,
)
from engine.training.claims import read
from engine.training.scenes import Scene, SceneConfig, caption_is_true, compose, vocabulary
from engine.training.splits import belongs, is_held_out
from engine.training.sprites import TINTS, SpriteBank
from engine.values.errors import BadInput
from engine.values.region import Region
from tests.tiny_bank import PAINTS, write_tiny_bank

DISCS = {**PAINTS, "orange cat": "orange"}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SpriteBank:
    """Six plain discs with a grey core, in two styles."""
    return write_tiny_bank(tmp_path_factory.mktemp("bank") / "sprites.npz", paints=DISCS)


@pytest.fixture
def config() -> SceneConfig:
    return SceneConfig(concepts=tuple(PAINTS))


def scenes(config: SceneConfig, bank: SpriteBank, count: int = 300) -> list[Scene]:
    return [compose(config, bank, seed) for seed in range(count)]


def test_same_seed_gives_the_same_scene(bank: SpriteBank, config: SceneConfig) -> None:
    for seed in range(20):
        first, second = compose(config, bank, seed), compose(config, bank, seed)
        assert np.array_equal(first.pixels, second.pixels)
        assert (first.captions, first.caption) == (second.captions, second.caption)
    assert compose(config, bank, 1).caption != compose(config, bank, 2).caption


def test_every_caption_is_true_and_in_the_vocabulary(bank: SpriteBank, config: SceneConfig) -> None:
    words = set(vocabulary(config))
    for scene in scenes(config, bank):
        assert scene.caption in scene.captions
        for caption in scene.captions:
            assert caption_is_true(caption, scene), caption
            assert set(caption.split()) <= words


def test_boxes_lie_on_the_grid_and_hold_the_only_change(
    bank: SpriteBank, config: SceneConfig
) -> None:
    for scene in scenes(dataclasses.replace(config, gradients=0.0), bank, 60):
        outside = np.ones(scene.pixels.shape[:2], dtype=bool)
        for thing in scene.objects:
            box = thing.box
            assert all(edge % 8 == 0 for edge in (box.left, box.top, box.right, box.bottom))
            outside[box.top : box.bottom, box.left : box.right] = False
        assert len(np.unique(scene.pixels[outside], axis=0)) == 1


def test_half_of_the_captions_name_a_plain_ground_and_none_a_gradient(
    bank: SpriteBank, config: SceneConfig
) -> None:
    drawn = scenes(config, bank, 600)
    plain = [scene for scene in drawn if scene.ground]
    named = [scene for scene in plain if f"on {scene.ground}" in scene.caption]
    named += [scene for scene in plain if scene.caption.endswith("background")]
    assert 0.7 < len(plain) / len(drawn) < 0.9
    assert 0.4 < len(named) / len(plain) < 0.6
    fading = [scene for scene in drawn if not scene.ground]
    assert not any(" on " in c.replace("on the", "") for s in fading for c in s.captions)


def test_explicit_captions_say_whatever_is_not_usual(bank: SpriteBank, config: SceneConfig) -> None:
    small = placed = 0
    for scene in scenes(config, bank):
        if len(scene.objects) == 2:
            beside = scene.objects[0].box.right <= scene.objects[1].box.left
            named = [c for c in scene.captions if " and " in c]
            assert bool(named) == beside
            for claim in filter(None, map(read, named)):
                assert [said.concept for said in claim.things] == [o.concept for o in scene.objects]
            continue
        box = scene.objects[0].box
        for caption in scene.captions:
            place = place_of(box, config.side)
            if size_of(box, config.side) == "small":
                assert "small" in caption.split(), caption
                small += 1
            if place not in (None, "centre"):
                assert PLACES[place] in caption, caption
                placed += 1
    assert small > 100 and placed > 100
    loose = dataclasses.replace(config, explicit=False)
    assert any(
        "small" not in caption and size_of(scene.objects[0].box, config.side) == "small"
        for scene in scenes(loose, bank)
        for caption in scene.captions
    )


def test_no_style_is_held_out_where_it_is_the_only_one() -> None:
    flat = [c.name for c in CONCEPTS if is_held_out((c.name, "as", "flat"))]
    assert flat
    for name in flat:
        thing = Placed(name, "flat", None, "", Region(0, 0, 96, 96))
        assert not belongs("train", (thing,), "")
        assert belongs("train", (thing,), "", styled=False)


def test_a_flipped_relation_is_false(bank: SpriteBank, config: SceneConfig) -> None:
    flips = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}
    found = 0
    for scene in scenes(dataclasses.replace(config, pairs=1.0), bank, 60):
        for caption in scene.captions:
            for relation, opposite in flips.items():
                if f" {relation} " in caption:
                    assert not caption_is_true(caption.replace(relation, opposite), scene)
                    found += 1
                    break
    assert found > 50


def test_wrong_claims_are_false(bank: SpriteBank) -> None:
    cat = Placed("cat", "flat", None, "orange", Region(0, 32, 56, 88))
    scene = Scene(np.zeros((128, 128, 3), np.uint8), "cat", ("cat",), (cat,), "blue")
    assert caption_is_true("a flat drawing of a small cat on the left on blue", scene)
    wrong = (
        "a star",
        "a green cat",
        "a big cat",
        "a cat on the right",
        "a cat in the middle",
        "a cat on a red background",
        "a glossy 3d picture of a cat",
        "a cat and a cat",
        "something else",
    )
    assert not [caption for caption in wrong if caption_is_true(caption, scene)]


def test_relations_follow_the_boxes() -> None:
    left, right = Region(0, 0, 8, 8), Region(8, 0, 16, 8)
    assert relation_holds("left of", left, right)
    assert relation_holds("next to", right, left)
    assert not relation_holds("above", left, right)


@pytest.mark.parametrize("tint", TINTS)
def test_a_tint_colours_the_sprite_and_leaves_grey_and_alpha(bank: SpriteBank, tint: str) -> None:
    plain, dyed = bank.sprite("automobile", "flat", 64), bank.sprite("automobile", "flat", 64, tint)
    assert np.array_equal(plain[..., 3], dyed[..., 3])
    assert np.array_equal(plain[32, 32], dyed[32, 32])
    hue = Image.fromarray(dyed[12:13, 32:33, :3]).convert("HSV").tobytes()[0] * 360 / 255
    away = abs((hue - TINTS[tint][0] + 180) % 360 - 180)
    assert away < 8


def test_objects_stand_out_from_the_ground(bank: SpriteBank, config: SceneConfig) -> None:
    for scene in scenes(config, bank):
        assert all(thing.colour != scene.ground for thing in scene.objects)
        tints = {thing.tint for thing in scene.objects if thing.tint}
        assert all(CONCEPT_OF[t.concept].tintable for t in scene.objects if t.tint)
        # Nothing else tells a dyed thing's colour, so each caption does.
        assert all(tints <= set(caption.split()) for caption in scene.captions)


def test_wide_scenes_have_no_captions(bank: SpriteBank) -> None:
    for scene in scenes(SceneConfig(wide=1.0), bank, 60):
        assert scene.pixels.shape == (128, 128, 3)
        assert scene.pixels.dtype == np.uint8
        assert scene.captions == ()


def test_unknown_names_and_files_are_refused_in_a_sentence(
    bank: SpriteBank, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="no 'unicorn'"):
        bank.sprite("unicorn", "flat", 64)
    with pytest.raises(BadInput, match="No style"):
        bank.licence("oil")
    torn = tmp_path / "torn.npz"
    torn.write_bytes(b"not a bank")
    with pytest.raises(BadInput, match="cannot be read"):
        SpriteBank.open(torn)
    assert bank.licence("flat") == "MIT"
    assert bank.keywords("cat") == ("cat", "thing")
