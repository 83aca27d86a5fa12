"""False captions that differ in one word, and what the towers learn from them."""

from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.text.clip import write_small_vocabulary
from engine.training.captions import COLOURS, Placed
from engine.training.card import captioned_sheet
from engine.training.clip import ClipTask, caption_features, without_padding
from engine.training.hard_negatives import WordExchange, also_true
from engine.training.losses import contrastive_loss
from engine.training.scenes import Scene, SceneConfig, caption_is_true, compose, vocabulary
from engine.training.splits import TEST_SEEDS
from engine.training.sprites import Pixels, SpriteBank
from engine.values.region import Region
from tests.tiny_bank import PAINTS, write_tiny_bank

PLAIN = SceneConfig(concepts=tuple(PAINTS), styles=("flat", "3d"), pairs=0.5)
RICH = replace(PLAIN, counts=0.4, crowds=0.2, patterns=0.4, landscapes=0.3, free=0.5)
EXCHANGE = WordExchange.of(RICH)
CLIP = {
    "embed_dim": 16,
    "vision_cfg": {
        "image_size": 128,
        "layers": 1,
        "width": 16,
        "head_width": 8,
        "patch_size": 32,
    },
    "text_cfg": {"context_length": 32, "vocab_size": 714, "width": 16, "heads": 2, "layers": 1},
}
CAT = Placed("cat", "flat", None, "orange", Region(0, 32, 56, 88))
STAR = Placed("star", "flat", None, "yellow", Region(72, 32, 128, 88))


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> SpriteBank:
    return write_tiny_bank(tmp_path_factory.mktemp("bank") / "sprites.npz")


@pytest.fixture
def task(bank: SpriteBank, tmp_path: Path) -> ClipTask:
    write_small_vocabulary(tmp_path / "bpe.txt.gz", merges=200)
    torch.manual_seed(0)
    return ClipTask(CLIP, tmp_path / "bpe.txt.gz", PLAIN, bank, partial(compose, PLAIN, bank))


def scene(*objects: Placed, ground: str = "blue") -> Scene:
    return Scene(np.zeros((128, 128, 3), np.uint8), "", (), objects, ground)


@pytest.mark.parametrize(
    ("kind", "caption", "changes"),
    [
        ("object", "a cat left of a star", {"apple", "car", "tree", "cat", "star"}),
        ("colour", "an orange cat on blue", {"red", "green", "pink", "black", "blue"}),
        ("ground", "an orange cat on a blue background", {"orange", "red", "light blue", "white"}),
        ("ground", "a cat on blue", {"orange", "red", "light blue", "white"}),
        ("place", "a cat on the left on blue", {"on the right", "in the middle", "at the top"}),
        ("relation", "a cat to the left of a star", {"right of", "to the right of", "below"}),
        ("style", "a flat drawing of a cat", {"a glossy 3d picture of"}),
        ("size", "a small cat", {"big"}),
    ],
)
def test_each_kind_changes_its_own_word_into_a_false_one(
    kind: str, caption: str, changes: set[str]
) -> None:
    shown = scene(*((CAT, STAR) if "star" in caption else (CAT,)))
    check_kind(kind, caption, shown, changes)


TWO = (CAT, replace(CAT, box=Region(72, 32, 128, 88)))


@pytest.mark.parametrize(
    ("kind", "caption", "ground", "changes"),
    [
        ("count", "two cats in a row", "blue", {"three", "four"}),
        ("object", "two cats", "blue", {"stars", "trees", "cars"}),
        ("ground", "two cats on red and white stripes", "red and white stripes", {"checks"}),
        ("ground", "two cats on red with blue dots", "red with blue dots", {"white", "pink"}),
        ("ground", "two cats in the sky", "sky", {"on the sea", "on a beach"}),
    ],
)
def test_counts_patterns_and_landscapes_are_changed_too(
    kind: str, caption: str, ground: str, changes: set[str]
) -> None:
    check_kind(kind, caption, scene(*TWO, ground=ground), changes)


def check_kind(kind: str, caption: str, shown: Scene, changes: set[str]) -> None:
    """Random changes of the kind are false, there is always one, and each of `changes` is met."""
    assert caption_is_true(caption, shown)
    said: set[str] = set()
    for seed in range(200):
        found = EXCHANGE.hard_negatives(caption, shown, np.random.default_rng(seed))
        said.update(negative.caption for negative in found if negative.kind == kind)
        assert kind in [negative.kind for negative in found]
    assert not [text for text in said if caption_is_true(text, shown)]
    for word in changes:
        assert any(word in text for text in said), word


def test_a_caption_that_says_nothing_of_a_kind_gives_none_of_it() -> None:
    found = EXCHANGE.hard_negatives("a cat", scene(CAT), np.random.default_rng(0))
    assert [negative.kind for negative in found] == ["object"]


@pytest.mark.parametrize("config", [PLAIN, RICH], ids=["plain", "rich"])
def test_every_change_is_a_caption_of_known_words_with_right_articles(
    bank: SpriteBank, config: SceneConfig
) -> None:
    words = set(vocabulary(config, bank.lexicon)) | set(COLOURS) | {"stripes", "checks"}
    rng, exchange, kinds = np.random.default_rng(0), WordExchange.of(config, bank.lexicon), set()
    for seed in range(200):
        drawn = compose(config, bank, seed)
        negative = exchange.hard_negative(drawn.caption, drawn, rng)
        assert negative is not None, drawn.caption
        assert not caption_is_true(negative.caption, drawn, bank.lexicon)
        assert {word.strip(",") for word in negative.caption.split()} <= words
        for article, word in pairwise(negative.caption.split()):
            assert article not in ("a", "an") or (article == "an") == (word[0] in "aeiou")
        kinds.add(negative.kind)
    usual = {"object", "colour", "ground", "place", "relation", "style", "size"}
    assert kinds == (usual | {"count"} if config is RICH else usual)


def test_what_is_true_of_another_scene_is_found(bank: SpriteBank) -> None:
    drawn = [compose(PLAIN, bank, seed) for seed in range(40)]
    captions = [one.caption for one in drawn]
    expected = [
        [i != j and caption_is_true(captions[j], drawn[i]) for j in range(40)] for i in range(40)
    ]
    found = also_true(captions, drawn)
    assert found.tolist() == expected
    assert found.any()


def test_a_batch_excludes_what_says_nothing_against_a_picture(task: ClipTask) -> None:
    images, ids, excluded = task.batch(0, 12)
    assert images.shape == (12, 3, 128, 128)
    assert ids.shape[0] == 24 and ids.shape[1] <= 32 and bool((ids[:, -1] != 0).any())
    assert excluded.shape == (12, 24)
    own_caption, own_variant = excluded[:, :12].diagonal(), excluded[:, 12:].diagonal()
    assert not own_caption.any() and not own_variant.any()
    assert int((~excluded[:, 12:]).sum()) == 12
    again = task.batch(0, 12)
    assert all(torch.equal(a, b) for a, b in zip((images, ids, excluded), again, strict=True))


def test_the_feature_of_a_short_text_is_that_of_the_padded_one(task: ClipTask) -> None:
    padded = task.encoder.tokenize(["a cat", "a flat drawing of a small star on a blue background"])
    short = without_padding(padded)
    assert short.shape[1] < padded.shape[1]
    with torch.no_grad():
        expected = task.network.encode_text(padded, normalize=True)
        assert torch.allclose(caption_features(task.network, short), expected, atol=1e-6)


def test_a_true_caption_of_another_picture_costs_nothing_and_a_false_variant_does() -> None:
    features, scale = torch.eye(4), torch.tensor(10.0)
    same = features.clone()
    same[1] = features[0]  # picture 1 looks like picture 0, and caption 0 is true of both
    excluded = torch.zeros(4, 4, dtype=torch.bool)
    excluded[1, 0] = excluded[0, 1] = True
    assert contrastive_loss(same, same, scale) > 0.3
    assert contrastive_loss(same, same, scale, excluded) < 0.01
    variants = torch.cat([features, features])
    masked = torch.cat([torch.zeros(4, 4, dtype=torch.bool), ~torch.eye(4, dtype=torch.bool)], 1)
    hard = contrastive_loss(features, variants, scale, masked)
    # A variant that lies as near as the caption costs each picture one bit.
    assert float(hard) == pytest.approx(np.log(2) / 2, abs=1e-3)


def test_the_sample_sheet_marks_false_captions_only(
    task: ClipTask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def kept(pictures: list[Pixels], captions: list[str]) -> Image.Image:
        told.extend(captions)
        return captioned_sheet(pictures, captions)

    monkeypatch.setattr("engine.training.clip.captioned_sheet", kept)
    task.sample_sheet(task.network, tmp_path / "sheet.png")
    scenes = [compose(PLAIN, task.bank, TEST_SEEDS + number, "seen") for number in range(12)]
    assert (tmp_path / "sheet.png").exists()
    assert len(told) == 12
    for text, shown in zip(told, scenes, strict=True):
        caption = text.removeprefix("WRONG: ")
        assert (caption == text) == caption_is_true(caption, shown)
    assert any(text.startswith("WRONG: ") for text in told), "these towers have learnt nothing"


def test_what_a_batch_teaches_anyway_is_changed_seldom() -> None:
    drawn = [
        EXCHANGE.hard_negative(
            "a small orange cat on blue", scene(CAT), np.random.default_rng(seed)
        )
        for seed in range(300)
    ]
    kinds = Counter(negative.kind for negative in drawn if negative is not None)
    # Odds of 1 to 4 each: a tenth, a tenth, four tenths, four tenths.
    assert kinds.keys() == {"object", "ground", "colour", "size"}
    assert kinds["object"] + kinds["ground"] < 90 < min(kinds["colour"], kinds["size"])
