"""How well text and image towers know which caption belongs to which picture."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.text.clip import OpenClipTextEncoder, text_features
from engine.training.hard_negatives import Kind, WordExchange, also_true
from engine.training.scenes import Scene, SceneConfig, compose
from engine.training.splits import TEST_SEEDS, Split
from engine.training.sprites import SpriteBank


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `of` questions."""

    right: int
    of: int

    @property
    def value(self) -> float:
        return self.right / self.of if self.of else float("nan")

    def __add__(self, other: "Share") -> "Share":
        return Share(self.right + other.right, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Top 1 and top 5 of a batch, from the picture to its caption and back; and by kind of change,
    how often the true caption lies nearer than the one with a word exchanged."""

    caption_top1: Share
    caption_top5: Share
    picture_top1: Share
    picture_top5: Share
    against: Mapping[Kind, Share]

    def rows(self) -> Iterator[tuple[str, Share]]:
        """Name and share of each figure."""
        yield "caption of a picture, top 1", self.caption_top1
        yield "caption of a picture, top 5", self.caption_top5
        yield "picture of a caption, top 1", self.picture_top1
        yield "picture of a caption, top 5", self.picture_top5
        for kind, share in self.against.items():
            yield f"true caption against another {kind}", share


def retrieval(
    encoder: OpenClipTextEncoder,
    config: SceneConfig,
    bank: SpriteBank,
    *,
    batches: int = 8,
    size: int = 128,
    split: Split = "seen",
) -> Retrieval:
    """Over batches of test scenes, each with one of its captions.

    A caption that is true of another picture of the batch is no rival there.
    """
    exchange = WordExchange.of(config, bank.lexicon)
    found: dict[tuple[str, int], Share] = defaultdict(lambda: Share(0, 0))
    against: dict[Kind, Share] = defaultdict(lambda: Share(0, 0))
    for number in range(batches):
        seeds = range(TEST_SEEDS + number * size, TEST_SEEDS + (number + 1) * size)
        scenes = [compose(config, bank, seed, split) for seed in seeds]
        captions = [scene.caption for scene in scenes]
        images, texts = image_features(encoder, scenes), caption_features(encoder, captions)
        rivals = ~torch.from_numpy(also_true(captions, scenes, bank.lexicon))
        near = images @ texts.t()
        for top in (1, 5):
            found["caption", top] += Share(ranked_within(near, rivals, top), size)
            found["picture", top] += Share(ranked_within(near.t(), rivals.t(), top), size)
        for kind, share in _against(encoder, exchange, scenes, images, near.diagonal()).items():
            against[kind] += share
    return Retrieval(
        caption_top1=found["caption", 1],
        caption_top5=found["caption", 5],
        picture_top1=found["picture", 1],
        picture_top5=found["picture", 5],
        against=dict(against),
    )


def ranked_within(near: Tensor, rivals: Tensor, top: int) -> int:
    """How many rows have their own column among the `top` nearest.

    near (B, B) similarities, [i, i] that of a pair; rivals (B, B) bool: the columns that count. A
    rival that is as near as the own one comes before it.
    """
    ahead = (near >= near.diagonal()[:, None]) & rivals
    ahead.fill_diagonal_(False)
    return int((ahead.sum(1) < top).sum())


def image_features(encoder: OpenClipTextEncoder, scenes: list[Scene]) -> Tensor:
    """(B, F) on the CPU."""
    pictures = np.stack([scene.pixels for scene in scenes]).transpose(0, 3, 1, 2)
    images = torch.from_numpy(np.ascontiguousarray(pictures)).float() / 255
    return encoder.image_feature(images).float().cpu()


def caption_features(encoder: OpenClipTextEncoder, captions: list[str]) -> Tensor:
    """(B, F) on the CPU."""
    device = next(encoder.clip.parameters()).device
    pooled, _ = text_features(encoder.clip, encoder.tokenize(captions).to(device))
    return pooled.float().cpu()


def _against(
    encoder: OpenClipTextEncoder,
    exchange: WordExchange,
    scenes: list[Scene],
    images: Tensor,
    own: Tensor,
) -> dict[Kind, Share]:
    """images (B, F); own (B,): how near each picture's caption is."""
    rng = np.random.default_rng(len(scenes))
    asked = [
        (row, negative)
        for row, scene in enumerate(scenes)
        for negative in exchange.hard_negatives(scene.caption, scene, rng)
    ]
    changed = caption_features(encoder, [negative.caption for _, negative in asked])
    shares: dict[Kind, Share] = {}
    for (row, negative), feature in zip(asked, changed, strict=True):
        right = bool(own[row] > images[row] @ feature)
        shares[negative.kind] = shares.get(negative.kind, Share(0, 0)) + Share(int(right), 1)
    return shares
