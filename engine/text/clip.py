"""CLIP text and image towers by open_clip: published ones or small ones of our own.

A configuration is open_clip's: {"embed_dim", "vision_cfg", "text_cfg", "quick_gelu"}.
"""

import gzip
import re
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.tokenizer import SimpleTokenizer, default_bpe
from torch import Tensor
from torch.nn import functional as F

from engine.text.base import Conditioning
from engine.values.errors import BadInput
from engine.values.prompts import PromptLength

BYTE_TOKENS = 512
SPECIAL_TOKENS = 2
REMEMBERED_PROMPTS = 32
WORDS = re.compile(r"\S+")


def build_clip(config: Mapping[str, Any]) -> open_clip.CLIP:
    """Both towers with random weights. Not on the meta device: its mask is a plain buffer."""
    return open_clip.CLIP(**config)


def without_image_tower(clip: open_clip.CLIP) -> open_clip.CLIP:
    """The same object, left with what encodes text; its state dict holds the text tower only."""
    del clip.visual, clip.logit_scale
    return clip


def build_text_tower(config: Mapping[str, Any]) -> open_clip.CLIP:
    """As build_clip, from a configuration without "vision_cfg"; encodes text only."""
    # open_clip builds both towers or none: the smallest picture tower is made and thrown away.
    vision = {"image_size": 1, "patch_size": 1, "layers": 1, "width": 1, "head_width": 1}
    return without_image_tower(build_clip({**config, "vision_cfg": vision}))


def build_tokenizer(vocabulary: Path | None, context_length: int) -> SimpleTokenizer:
    """A byte-pair tokenizer from a .txt.gz of merges; None = CLIP's own 49,408 tokens."""
    source = default_bpe() if vocabulary is None else str(vocabulary)
    return SimpleTokenizer(bpe_path=source, context_length=context_length)


def write_small_vocabulary(path: Path, merges: int) -> int:
    """Write CLIP's first `merges` merges as .txt.gz; the vocabulary size of a tokenizer made of it.

    Ids of the shared merges are CLIP's own.
    """
    lines = gzip.decompress(Path(default_bpe()).read_bytes()).decode("utf-8").split("\n")
    if not 0 < merges < len(lines) - 1:
        raise BadInput(f"CLIP's vocabulary has {len(lines) - 2} merges, {merges} were asked for.")
    # Line 0 is a header. No newline at the end: the reader would take it for one more merge.
    text = "\n".join(lines[: merges + 1])
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    return BYTE_TOKENS + merges + SPECIAL_TOKENS


class OpenClipTextEncoder:
    """TextEncoder over an open_clip model; remembers the last few prompts."""

    def __init__(self, clip: open_clip.CLIP, tokenizer: SimpleTokenizer) -> None:
        if tokenizer.vocab_size > clip.vocab_size:
            raise BadInput(
                f"The text tokenizer has {tokenizer.vocab_size} tokens, the text tower knows "
                f"{clip.vocab_size}.",
                "Use the vocabulary file that belongs to these weights.",
            )
        self.clip = clip.eval()
        self.tokenizer = tokenizer
        self._remembered: OrderedDict[str | int, Conditioning] = OrderedDict()

    @property
    def has_image_tower(self) -> bool:
        return hasattr(self.clip, "visual")

    def encode(self, prompt: str) -> Conditioning:
        return self._recalled(prompt, lambda: self.tokenize([prompt]))

    def null(self, token_id: int) -> Conditioning:
        if not 0 <= token_id < self.clip.vocab_size:
            raise BadInput(
                f"The null prompt's token {token_id} is not among the text tower's "
                f"{self.clip.vocab_size} tokens."
            )
        row = torch.full((1, self.clip.context_length), token_id)
        return self._recalled(token_id, lambda: row)

    def length(self, prompt: str) -> PromptLength:
        """The cut falls behind the last word that is read whole."""
        tokens, most = self._tokens(prompt), int(self.clip.context_length)
        if tokens <= most:
            return PromptLength(tokens, most, len(prompt))
        ends = [0, *(word.end() for word in WORDS.finditer(prompt))]
        first_too_long = bisect_right(ends, most, key=lambda end: self._tokens(prompt[:end]))
        return PromptLength(tokens, most, ends[max(first_too_long - 1, 0)])

    def _tokens(self, prompt: str) -> int:
        return len(self.tokenizer.encode(prompt)) + SPECIAL_TOKENS

    def tokenize(self, prompts: list[str]) -> Tensor:
        """(B, T) int64 ids: start, words, end, zeros."""
        ids: Tensor = self.tokenizer(prompts, context_length=self.clip.context_length)
        return ids

    @torch.no_grad()
    def image_feature(self, images: Tensor) -> Tensor:
        feature: Tensor = self.clip.encode_image(
            image_input(images.to(self._device), self.clip), normalize=True
        )
        return feature

    def conditioning(self, ids: Tensor) -> Conditioning:
        """(1, T) ids -> what this kind of encoder makes of them."""
        pooled, hidden = self.features(ids)
        return Conditioning(pooled[0], hidden[0])

    def features(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T) ids -> pooled (B, F), L2-normalised, and hidden (B, T, D)."""
        return text_features(self.clip, ids)

    @property
    def _device(self) -> torch.device:
        device: torch.device = self.clip.token_embedding.weight.device
        return device

    def _recalled(self, key: str | int, ids: Callable[[], Tensor]) -> Conditioning:
        if key not in self._remembered:
            self._remembered[key] = self.conditioning(ids().to(self._device))
            if len(self._remembered) > REMEMBERED_PROMPTS:
                self._remembered.popitem(last=False)
        self._remembered.move_to_end(key)
        return self._remembered[key]


@torch.no_grad()
def text_features(clip: open_clip.CLIP, ids: Tensor) -> tuple[Tensor, Tensor]:
    """(B, T) ids -> pooled (B, F), L2-normalised, and hidden (B, T, D) after the last norm."""
    kept: list[Tensor] = []
    hook = clip.ln_final.register_forward_hook(lambda _, __, out: kept.append(out))
    try:
        pooled = clip.encode_text(ids, normalize=True)
    finally:
        hook.remove()
    return pooled, kept[0]


@dataclass(frozen=True, slots=True, eq=False)
class TextStates:
    """penultimate (B, T, D): states before the last block, not normed. last (B, T, D): states after
    the last norm. pooled (B, F): projected, of whatever length it has."""

    penultimate: Tensor
    last: Tensor
    pooled: Tensor


@torch.no_grad()
def text_states(clip: open_clip.CLIP, ids: Tensor) -> TextStates:
    """(B, T) ids -> what MaskGen and TA-TiTok take from one tower (arXiv 2501.07730, section 3)."""
    penultimate: list[Tensor] = []
    last: list[Tensor] = []
    hooks = [
        clip.transformer.resblocks[-1].register_forward_pre_hook(
            lambda _, inputs: penultimate.append(inputs[0])
        ),
        clip.ln_final.register_forward_hook(lambda _, __, out: last.append(out)),
    ]
    try:
        pooled = clip.encode_text(ids, normalize=False)
    finally:
        for hook in hooks:
            hook.remove()
    states = penultimate[0] if clip.transformer.batch_first else penultimate[0].transpose(0, 1)
    return TextStates(states, last[0], pooled)


def image_input(images: Tensor, clip: open_clip.CLIP) -> Tensor:
    """(B, 3, S, S) float in 0..1 -> the image tower's input: its side, CLIP's mean and spread."""
    side = clip.visual.image_size
    height, width = side if isinstance(side, tuple) else (side, side)
    if images.shape[-2:] != (height, width):
        images = F.interpolate(images, (height, width), mode="bicubic", antialias=True).clamp(0, 1)
    mean = images.new_tensor(open_clip.OPENAI_DATASET_MEAN)[:, None, None]
    spread = images.new_tensor(open_clip.OPENAI_DATASET_STD)[:, None, None]
    dtype: torch.dtype = clip.visual.conv1.weight.dtype
    return ((images - mean) / spread).to(dtype)
