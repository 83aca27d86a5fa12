"""Embedded words beside the tower's last states."""

from pathlib import Path

import pytest
import torch

from engine.text.clip import build_clip, build_tokenizer, text_features, write_small_vocabulary
from engine.text.embedded_words import EmbeddedWordsEncoder

LENGTH = 12
CONFIG = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 16, "layers": 1, "width": 16, "head_width": 8, "patch_size": 8},
    "text_cfg": {
        "context_length": LENGTH,
        "vocab_size": 512 + 600 + 2,
        "width": 24,
        "heads": 2,
        "layers": 2,
    },
}


@pytest.fixture
def encoder(tmp_path: Path) -> EmbeddedWordsEncoder:
    torch.manual_seed(0)
    write_small_vocabulary(tmp_path / "bpe.txt.gz", 600)
    return EmbeddedWordsEncoder(
        build_clip(CONFIG), build_tokenizer(tmp_path / "bpe.txt.gz", LENGTH)
    )


def test_the_last_states_follow_the_words(encoder: EmbeddedWordsEncoder) -> None:
    pooled, last = text_features(encoder.clip, encoder.tokenize(["a cat at the top"]))
    told = encoder.encode("a cat at the top")
    assert told.hidden.shape == (2 * LENGTH, 24)
    assert torch.equal(told.pooled, pooled[0])
    assert torch.equal(told.hidden[LENGTH:], last[0])
    assert torch.equal(told.for_pictures, last[0])


def test_an_embedded_word_says_nothing_of_its_neighbours(encoder: EmbeddedWordsEncoder) -> None:
    top, low = (encoder.encode(f"{noun} up") for noun in ("the", "can"))
    there = 2  # start, noun, "up"
    assert torch.equal(top.hidden[there], low.hidden[there])
    assert not torch.equal(top.hidden[there - 1], low.hidden[there - 1])
    assert not torch.allclose(top.hidden[LENGTH + there], low.hidden[LENGTH + there])
    # As long as the states after the last norm, so that neither drowns the other.
    assert top.hidden[there].norm() == pytest.approx(24**0.5, rel=0.02)
    assert top.hidden[there].mean() == pytest.approx(0, abs=1e-6)


def test_training_sees_what_decoding_sees(encoder: EmbeddedWordsEncoder) -> None:
    prompts = ["a cat", "the man can"]
    pooled, hidden = encoder.features(encoder.tokenize(prompts))
    for row, prompt in enumerate(prompts):
        told = encoder.encode(prompt)
        torch.testing.assert_close(hidden[row], told.hidden)
        torch.testing.assert_close(pooled[row], told.pooled)
