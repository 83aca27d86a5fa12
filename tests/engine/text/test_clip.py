"""The text encoder over open_clip, with small random towers and a small vocabulary."""

from pathlib import Path

import pytest
import torch

from engine.text.clip import (
    REMEMBERED_PROMPTS,
    OpenClipTextEncoder,
    build_clip,
    build_tokenizer,
    without_image_tower,
    write_small_vocabulary,
)
from engine.values.errors import BadInput
from engine.values.prompts import PromptLength

MERGES = 600
LENGTH = 12
CONFIG = {
    "embed_dim": 16,
    "vision_cfg": {
        "image_size": 16,
        "layers": 1,
        "width": 16,
        "head_width": 8,
        "patch_size": 8,
    },
    "text_cfg": {
        "context_length": LENGTH,
        "vocab_size": 512 + MERGES + 2,
        "width": 24,
        "heads": 2,
        "layers": 1,
    },
}


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    path = tmp_path / "bpe.txt.gz"
    assert write_small_vocabulary(path, MERGES) == 512 + MERGES + 2
    return path


@pytest.fixture
def encoder(vocabulary: Path) -> OpenClipTextEncoder:
    torch.manual_seed(0)
    return OpenClipTextEncoder(build_clip(CONFIG), build_tokenizer(vocabulary, LENGTH))


def test_small_vocabulary_is_the_beginning_of_clips(vocabulary: Path, tmp_path: Path) -> None:
    small, whole = build_tokenizer(vocabulary, LENGTH), build_tokenizer(None, 77)
    assert small.vocab_size == 512 + MERGES + 2
    assert whole.vocab_size == 49408
    text = "a man with the can, 12 times: \u00e9"
    assert small.decode(small.encode(text)) == whole.decode(whole.encode(text))
    assert small.encode("a the") == whole.encode("a the")
    again = tmp_path / "again.txt.gz"
    write_small_vocabulary(again, MERGES)
    assert again.read_bytes() == vocabulary.read_bytes()
    with pytest.raises(BadInput):
        write_small_vocabulary(again, 10**6)


def test_shapes_and_norm(encoder: OpenClipTextEncoder) -> None:
    features = encoder.encode("a red apple")
    assert features.pooled.shape == (16,)
    assert features.hidden.shape == (LENGTH, 24)
    assert features.pooled.norm().item() == pytest.approx(1, abs=1e-5)
    assert not features.pooled.requires_grad
    assert not torch.equal(features.pooled, encoder.encode("a blue apple").pooled)


def test_null_prompt_is_a_constant_row(encoder: OpenClipTextEncoder) -> None:
    null = encoder.null(300)
    assert null.hidden.shape == (LENGTH, 24)
    with pytest.raises(BadInput):
        encoder.null(10**6)


def test_the_last_prompts_are_remembered(encoder: OpenClipTextEncoder) -> None:
    first = encoder.encode("a cat")
    assert encoder.encode("a cat") is first
    assert encoder.null(3) is encoder.null(3)
    for number in range(REMEMBERED_PROMPTS):
        encoder.encode(f"prompt {number}")
    again = encoder.encode("a cat")
    assert again is not first
    assert torch.equal(again.hidden, first.hidden)


def test_long_prompts_are_cut_and_say_so(encoder: OpenClipTextEncoder) -> None:
    fitting = "a " * (LENGTH - 2)
    assert encoder.length(fitting) == PromptLength(LENGTH, LENGTH, len(fitting))
    cut = encoder.length(fitting + "a a")
    assert cut == PromptLength(LENGTH + 2, LENGTH, len(fitting.rstrip())) and cut.truncated
    assert torch.equal(encoder.encode(fitting).hidden, encoder.encode(fitting + "a a").hidden)
    assert encoder.length("") == PromptLength(2, LENGTH, 0)
    assert encoder.encode("").pooled.isfinite().all()


def test_image_feature(encoder: OpenClipTextEncoder) -> None:
    feature = encoder.image_feature(torch.rand(2, 3, 40, 40))
    assert feature.shape == (2, 16)
    torch.testing.assert_close(feature.norm(dim=-1), torch.ones(2))
    assert encoder.has_image_tower


def test_without_image_tower(encoder: OpenClipTextEncoder, vocabulary: Path) -> None:
    text_only = OpenClipTextEncoder(
        without_image_tower(build_clip(CONFIG)), build_tokenizer(vocabulary, LENGTH)
    )
    state = encoder.clip.state_dict()
    own = {name: t for name, t in state.items() if not name.startswith(("visual.", "logit_scale"))}
    text_only.clip.load_state_dict(own, strict=True)
    assert not text_only.has_image_tower
    assert torch.equal(text_only.encode("a cat").hidden, encoder.encode("a cat").hidden)


def test_a_vocabulary_that_does_not_belong_is_refused(vocabulary: Path) -> None:
    with pytest.raises(BadInput, match="vocabulary file"):
        OpenClipTextEncoder(build_clip(CONFIG), build_tokenizer(None, LENGTH))


def test_the_cut_falls_behind_the_last_whole_word(encoder: OpenClipTextEncoder) -> None:
    """A word of many tokens that begins before the limit and ends behind it is not read whole."""
    prompt = "a man with zyxwvutsrqponmlkjihgfedcba in it"
    length = encoder.length(prompt)
    assert length.truncated and prompt[: length.kept] == "a man with"
