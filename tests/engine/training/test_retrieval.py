"""Retrieval figures of towers that know everything, and of towers that know nothing."""

from pathlib import Path

import pytest
import torch

from engine.text.clip import OpenClipTextEncoder, build_clip, build_tokenizer
from engine.text.clip import write_small_vocabulary as write_vocabulary
from engine.training.retrieval import Share, ranked_within, retrieval
from engine.training.scenes import SceneConfig
from tests.tiny_bank import PAINTS, write_tiny_bank

CLIP = {
    "embed_dim": 8,
    "vision_cfg": {"image_size": 64, "layers": 1, "width": 8, "head_width": 8, "patch_size": 32},
    "text_cfg": {"context_length": 32, "vocab_size": 714, "width": 8, "heads": 1, "layers": 1},
}


def test_a_row_is_right_when_fewer_rivals_are_as_near() -> None:
    near = torch.tensor([[0.9, 0.1, 0.2], [0.8, 0.7, 0.1], [0.5, 0.5, 0.5]])
    everyone = torch.ones(3, 3, dtype=torch.bool)
    assert [ranked_within(near, everyone, top) for top in (1, 2, 3)] == [1, 2, 3]
    but_the_first = everyone.clone()
    but_the_first[:, 0] = False
    assert ranked_within(near, but_the_first, 1) == 2


def test_a_share_of_nothing_is_no_number() -> None:
    assert Share(1, 2) + Share(2, 2) == Share(3, 4)
    assert Share(3, 4).value == 0.75
    assert Share(0, 0).value != Share(0, 0).value


def test_untaught_towers_are_right_about_as_often_as_chance(tmp_path: Path) -> None:
    write_vocabulary(tmp_path / "bpe.txt.gz", merges=200)
    torch.manual_seed(0)
    encoder = OpenClipTextEncoder(build_clip(CLIP), build_tokenizer(tmp_path / "bpe.txt.gz", 32))
    config = SceneConfig(concepts=tuple(PAINTS), styles=("flat", "3d"), pairs=0.5)
    bank = write_tiny_bank(tmp_path / "bank.npz")
    found = retrieval(encoder, config, bank, batches=2, size=40)
    assert retrieval(encoder, config, bank, batches=2, size=40) == found
    assert found.caption_top1.of == 80
    # Only false rivals count, about thirty of the forty.
    assert 0 <= found.caption_top1.value < 0.2
    assert found.caption_top1.value <= found.caption_top5.value < 0.5
    assert found.picture_top1.value <= found.picture_top5.value < 0.5
    assert found.against.keys() == {
        "object",
        "colour",
        "ground",
        "place",
        "relation",
        "style",
        "size",
    }
    assert found.against["object"].of == 80
    questions = sum((share for share in found.against.values()), Share(0, 0))
    assert questions.value == pytest.approx(0.5, abs=0.15)
    assert [name for name, _ in found.rows()][4].startswith("true caption against another")
