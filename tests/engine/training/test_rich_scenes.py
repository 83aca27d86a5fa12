"""Scenes beyond the usual ones: counts, crowds, free places, grounds, other concepts, edits."""

import hashlib
import json
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest

from engine.training.captions import COUNTS, GROUNDS, PLACE_WORDS, STYLES, Placed, place_of
from engine.training.claims import claims_hold
from engine.training.edit_pairs import KINDS, EditPair, edit_pair
from engine.training.grounds import PATTERNS, colours_of, endings, horizon, paint
from engine.training.landscapes import LANDSCAPES
from engine.training.layouts import free
from engine.training.lexicon import CURATED, Entry, Lexicon, plural, with_article
from engine.training.scenes import (
    Scene,
    SceneConfig,
    caption_is_true,
    compose,
    synonyms,
    vocabulary,
)
from engine.training.splits import TEST_SEEDS, Split, belongs, is_held_out
from engine.training.splits import combinations as combinations_of
from engine.training.sprites import SpriteBank
from engine.values.errors import BadInput
from engine.values.region import Region
from tests.tiny_bank import PAINTS, write_tiny_bank

NAMES = tuple(PAINTS)
SPLITS: tuple[Split, ...] = ("train", "seen", "unseen")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SpriteBank:
    return write_tiny_bank(tmp_path_factory.mktemp("bank") / "sprites.npz")


@pytest.fixture(scope="module")
def rich(bank: SpriteBank) -> list[Scene]:
    config = rich_config()
    return [compose(config, bank, seed) for seed in range(250)]


def rich_config() -> SceneConfig:
    return SceneConfig(
        concepts=NAMES,
        counts=0.2,
        crowds=0.3,
        pairs=0.5,
        free=0.6,
        landscapes=0.4,
        patterns=0.5,
        gradients=0.1,
    )


@pytest.mark.parametrize(
    ("sizes", "shares", "unnamed", "digest"),
    [
        ((96, 96, 80, 56), (0.3, 0.2), ("gradient",), "3c1c2a5530de9b02"),
        ((96, 96, 56), (0.25, 0.25), ("gradient", "plain", "patches"), "a140abff7385f011"),
    ],
)
def test_scenes_that_models_were_trained_on_have_not_changed(
    bank: SpriteBank,
    sizes: tuple[int, ...],
    shares: tuple[float, float],
    unnamed: tuple[str, ...],
    digest: str,
) -> None:
    """Objects, boxes, grounds and words of 60 seeds, as the composer drew them before it learnt
    counts and landscapes."""
    pairs, gradients = shares
    config = SceneConfig(
        concepts=NAMES,
        styles=("flat", "3d"),
        sizes=sizes,
        pairs=pairs,
        gradients=gradients,
        unnamed=unnamed,
        tinted=0.5,
        explicit=False,
    )
    told = []
    for seed in range(60):
        scene = compose(config, bank, seed, SPLITS[seed % 3])
        told.append([str(scene.objects), scene.ground, scene.caption, *scene.captions])
    assert hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16] == digest


def test_what_rich_scenes_say_is_true_and_in_the_vocabulary(rich: list[Scene]) -> None:
    words = set(vocabulary(rich_config()))
    for scene in rich:
        for caption in scene.captions:
            assert caption_is_true(caption, scene), (caption, scene.objects, scene.ground)
            assert set(caption.replace(",", "").split()) <= words, caption


def test_all_kinds_of_scenes_occur(rich: list[Scene]) -> None:
    numbers = {len(scene.objects) for scene in rich}
    counted = [s for s in rich if len({o.concept for o in s.objects}) < len(s.objects)]
    assert numbers == {1, 2, 3, 4}
    assert {len(scene.objects) for scene in counted} == {2, 3, 4}
    assert {scene.ground for scene in rich} & set(LANDSCAPES)
    assert any(kind in scene.ground for scene in rich for kind in PATTERNS)
    places = {place_of(o.box, 128) for scene in rich for o in scene.objects}
    assert places == {*PLACE_WORDS, None}


def test_boxes_lie_inside_and_never_overlap(rich: list[Scene]) -> None:
    for scene in rich:
        for thing in scene.objects:
            assert thing.box.left >= 0 and thing.box.right <= 128
            assert thing.box.top >= 0 and thing.box.bottom <= 128
        for first, second in combinations([thing.box for thing in scene.objects], 2):
            across = min(first.right, second.right) - max(first.left, second.left)
            down = min(first.bottom, second.bottom) - max(first.top, second.top)
            assert across <= 0 or down <= 0


def test_a_wrong_count_is_false(rich: list[Scene]) -> None:
    found = 0
    for scene in rich:
        for caption in scene.captions:
            said = [word for word in COUNTS.values() if word in caption.split()]
            for wrong in COUNTS.values():
                if said and wrong != said[0]:
                    found += 1
                    assert not caption_is_true(caption.replace(said[0], wrong), scene)
    assert found > 100


def test_a_wrong_ground_is_false(rich: list[Scene]) -> None:
    names = (*LANDSCAPES, "red and white stripes", "red with white dots", *GROUNDS)
    for scene in rich[:80]:
        for caption in scene.captions[:1]:
            for name in names:
                said = [f"{caption} {ending}" for ending in endings(name)]
                assert all(caption_is_true(s, scene) == (name == scene.ground) for s in said)


def test_a_bug_in_the_composer_is_found(bank: SpriteBank, rich: list[Scene]) -> None:
    """One object fewer, a box elsewhere, a pattern of other colours: some caption is false then."""
    lost = [s for s in rich if len(s.objects) > 1]
    for scene in lost:
        fewer = replace(scene, objects=scene.objects[1:])
        assert not all(caption_is_true(caption, fewer) for caption in scene.captions)
    for scene in lost:
        turned = replace(
            scene,
            objects=tuple(
                replace(o, box=Region(128 - o.box.right, 128 - o.box.bottom, 128 - o.box.left,
                                      128 - o.box.top))
                for o in scene.objects
            ),
        )  # fmt: skip
        if any(" left " in c or "above" in c for c in scene.captions):
            assert not all(caption_is_true(caption, turned) for caption in scene.captions)


def test_colours_of_stripes_may_be_said_in_either_order() -> None:
    star = (Placed("star", "flat", None, "yellow", Region(32, 32, 96, 96)),)
    assert claims_hold("a star on red and white stripes", star, "red and white stripes", 128)
    assert claims_hold("a star on white and red stripes", star, "red and white stripes", 128)
    assert not claims_hold("a star on red and white checks", star, "red and white stripes", 128)
    assert not claims_hold("a star on white with red dots", star, "red with white dots", 128)


def test_lists_are_read_with_their_places() -> None:
    things = (
        Placed("star", "flat", None, "yellow", Region(0, 0, 48, 48)),
        Placed("cat", "flat", None, "orange", Region(80, 0, 128, 48)),
        Placed("automobile", "flat", "blue", "blue", Region(80, 80, 128, 128)),
    )
    caption = "a blue car, a star in the top left corner and a cat"
    assert claims_hold(caption, things, "", 128)
    assert not claims_hold(caption.replace("left", "right"), things, "", 128)
    assert not claims_hold(caption.replace("blue", "red"), things, "", 128)
    assert not claims_hold("a star and a cat", things, "", 128)
    assert not claims_hold("a star, a star and a cat", things, "", 128)


@pytest.mark.parametrize("kind", PATTERNS)
def test_patterns_have_the_two_colours_of_their_names(kind: str) -> None:
    for seed in range(6):
        name = PATTERNS[kind].format(first="light blue", second="red")
        painted = paint(name, 128, np.random.default_rng(seed))
        found = {tuple(colour) for colour in np.unique(painted.reshape(-1, 3), axis=0).tolist()}
        assert found == set(colours_of(name))
        assert found == {GROUNDS["light blue"], GROUNDS["red"]}


@pytest.mark.parametrize("name", LANDSCAPES)
@pytest.mark.parametrize("side", [64, 128, 256])
def test_landscapes_can_be_painted_at_any_side(name: str, side: int) -> None:
    rng = np.random.default_rng(1)
    painted = paint(name, side, rng)
    assert painted.shape == (side, side, 3) and painted.dtype == np.uint8
    assert len(np.unique(painted.reshape(-1, 3), axis=0)) > 1
    again = paint(name, side, np.random.default_rng(1))
    assert np.array_equal(painted, again)


def test_landscapes_have_phrases_of_their_own() -> None:
    phrases = [phrase for landscape in LANDSCAPES.values() for phrase in landscape.phrases]
    empty = [landscape.empty for landscape in LANDSCAPES.values()]
    assert len({*phrases, *empty}) == len(phrases) + len(empty)
    for first, second in permutations(phrases, 2):
        assert not first.endswith(f" {second}"), (first, second)


def test_things_on_the_ground_throw_a_shadow_inside_their_box(bank: SpriteBank) -> None:
    config = replace(rich_config(), counts=0.0, crowds=0.0, pairs=0.0, landscapes=1.0, gradients=0)
    standing = 0
    for seed in range(40):
        pair = edit_pair(config, bank, seed)
        if pair.kind != "add" or horizon(pair.ground, 128) is None:
            continue
        box = pair.objects[-1].box
        changed = (pair.before != pair.after).any(axis=-1)
        changed[box.top : box.bottom, box.left : box.right] = False
        assert not changed.any()
        standing += 1
    assert standing > 3


def test_free_places_fall_back_to_quarters_when_nothing_else_fits() -> None:
    boxes = free(4, 128, (96, 64), 8, np.random.default_rng(0))
    assert {(box.left // 64, box.top // 64) for box in boxes} == {(0, 0), (1, 0), (0, 1), (1, 1)}


def test_held_out_styles_of_the_first_three_do_not_depend_on_the_others() -> None:
    held = {n: [s for s in STYLES if is_held_out((n, "as", s))] for n in CURATED.concepts}
    main = ("flat", "3d", "noto")
    assert all(len([s for s in styles if s in main]) <= 1 for styles in held.values())
    assert all(len([s for s in styles if s not in main]) <= 1 for styles in held.values())
    assert any(s not in main for styles in held.values() for s in styles)


# ----------------------------------------------------------------------------------- words


def test_nouns_of_a_bank_mean_one_thing_each() -> None:
    entries = (
        Entry("horse face", ("horse head", "horse")),
        Entry("horse", ("horse",)),
        Entry("oncoming automobile", ("car",)),
        Entry("black cat", ("black cat",)),
        Entry("hammer and pick", ("hammer and pick",)),
        Entry("T-Rex", ("dinosaur", "T-Rex")),
        Entry("houses", ("houses",)),
    )
    lexicon = Lexicon.of(entries)
    assert lexicon.named["horse"] == lexicon.named["horses"] == "horse"
    assert lexicon.concept("horse face").nouns == ("horse head",)
    assert lexicon.concept("T-Rex").nouns == ("dinosaur", "t-rex")
    assert lexicon.concept("T-Rex").tintable
    assert lexicon.named["car"] == "automobile"
    for unnamed in ("oncoming automobile", "black cat", "hammer and pick", "houses"):
        with pytest.raises(BadInput, match="noun of its own"):
            lexicon.concept(unnamed)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("star", "stars"),
        ("cherry", "cherries"),
        ("key", "keys"),
        ("fox", "foxes"),
        ("wolf", "wolves"),
        ("glass of wine", "glasses of wine"),
        ("computer mouse", "computer mice"),
        ("man with a beard", "men with a beard"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize("words", ["an apple", "a unicorn", "an hourglass", "a bus", "an x-ray"])
def test_articles(words: str) -> None:
    assert with_article(words.split(" ", 1)[1]) == words
    assert with_article("red sunglasses") == "red sunglasses"


def test_synonyms_name_one_concept_and_are_never_taught() -> None:
    nouns = {noun for concept in CURATED.concepts.values() for noun in concept.nouns}
    plain, taught = SceneConfig(), SceneConfig(keywords=0.5)
    found = 0
    for name in plain.concepts:
        for word in synonyms(plain, CURATED, name):
            found += 1
            assert word not in nouns
            assert CURATED.named[word] == name
        held_out = set(synonyms(taught, CURATED, name))
        assert not held_out & set(CURATED.keywords(name, held_out=False))
        assert not {word for word in held_out if word in vocabulary(taught)}
    assert found >= 12


def test_keywords_are_used_where_the_configuration_says(bank: SpriteBank) -> None:
    config = SceneConfig(concepts=("deciduous tree",), pairs=0.0, keywords=1.0)
    said = {word for seed in range(12) for word in compose(config, bank, seed).captions}
    leafy = any("leafy tree" in caption for caption in said)
    assert leafy == bool(CURATED.keywords("deciduous tree", held_out=False))
    assert leafy != bool(CURATED.keywords("deciduous tree", held_out=True))


def test_sprites_can_be_left_out(bank: SpriteBank) -> None:
    config = SceneConfig(concepts=("cat", "star"), without=("cat/flat", "star/3d"), pairs=0.0)
    shown = {(o.concept, o.style) for s in range(60) for o in compose(config, bank, s).objects}
    assert shown <= {("cat", "3d"), ("star", "flat")}
    nothing = replace(config, without=("cat/flat", "star/flat"), styles=("flat",))
    with pytest.raises(BadInput, match="0 of the configured concepts"):
        compose(nothing, bank, 0)


# ----------------------------------------------------------------------------------- edits


@pytest.fixture(scope="module")
def pairs(bank: SpriteBank) -> list[EditPair]:
    return [edit_pair(rich_config(), bank, seed) for seed in range(120)]


def test_an_edit_changes_its_box_and_nothing_else(pairs: list[EditPair]) -> None:
    assert {pair.kind for pair in pairs} == set(KINDS)
    for pair in pairs:
        box = pair.box
        changed = (pair.before != pair.after).any(axis=-1)
        # Two things of the tiny bank are red discs: only a replacement may look the same.
        inside = changed[box.top : box.bottom, box.left : box.right]
        assert inside.any() or pair.kind == "replace"
        changed[box.top : box.bottom, box.left : box.right] = False
        assert not changed.any()


def test_captions_of_an_edit_are_true_of_what_it_leaves(pairs: list[EditPair]) -> None:
    empty = 0
    for pair in pairs:
        assert pair.caption in pair.captions
        for caption in pair.captions:
            assert claims_hold(caption, pair.objects, pair.ground, 128), (caption, pair.kind)
        empty += not pair.objects
        if pair.kind == "recolour":
            assert any(thing.tint for thing in pair.objects)
    assert empty > 0


def test_edits_keep_the_splits_apart(bank: SpriteBank) -> None:
    for split in SPLITS:
        first = 0 if split == "train" else TEST_SEEDS
        for seed in range(first, first + 12):
            pair = edit_pair(rich_config(), bank, seed, split)
            assert belongs(split, pair.objects, pair.ground)
            held = [c for c in combinations_of(pair.objects, pair.ground) if is_held_out(c)]
            assert bool(held) == (split == "unseen")


def test_the_same_seed_gives_the_same_edit(bank: SpriteBank, tmp_path: Path) -> None:
    again = write_tiny_bank(tmp_path / "again.npz")
    for seed in range(8):
        first = edit_pair(rich_config(), bank, seed)
        second = edit_pair(rich_config(), again, seed)
        assert np.array_equal(first.after, second.after)
        assert (first.caption, first.box, first.kind) == (second.caption, second.box, second.kind)


def test_where_nothing_can_be_counted_one_thing_is_shown(tmp_path: Path) -> None:
    bank = write_tiny_bank(tmp_path / "plural.npz", paints={"grapes": "purple"})
    config = SceneConfig(concepts=("grapes",), counts=1.0)
    scene = compose(config, bank, 3)
    assert len(scene.objects) == 1
    assert all(caption_is_true(caption, scene, bank.lexicon) for caption in scene.captions)
