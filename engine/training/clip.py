"""What the text and image towers train on: scenes and what is said of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.text.clip import (
    OpenClipTextEncoder,
    build_clip,
    build_tokenizer,
    image_input,
    text_features,
)
from engine.training.card import captioned_sheet
from engine.training.hard_negatives import WordExchange, also_true
from engine.training.loop import Metrics
from engine.training.losses import contrastive_loss
from engine.training.scenes import Scene, SceneConfig, caption_is_true, compose
from engine.training.sentences import pick
from engine.training.splits import TEST_SEEDS
from engine.training.sprites import SpriteBank

MAX_SCALE = 100.0

ANY_CAPTION = 0.25
"""Share of captions drawn from all of a scene's own, single words among them; the others come from
the longer half, which say more that can be wrong."""


class ClipTask:
    """Pairs of scene and caption; what is false of a picture must lie further from it.

    False are the other captions of the batch, but for those that happen to be true too, and the
    own caption with one word exchanged.
    """

    def __init__(
        self,
        config: dict[str, Any],
        vocabulary: Path,
        scenes: SceneConfig,
        bank: SpriteBank,
        scene: Callable[[int], Scene],
    ) -> None:
        """scene: of a seed, composed as `scenes` says or a person's own."""
        self.network = build_clip(config)
        length = config["text_cfg"]["context_length"]
        self.encoder = OpenClipTextEncoder(self.network, build_tokenizer(vocabulary, length))
        self.scenes = scenes
        self.scene = scene
        self.bank = bank
        self.exchange = WordExchange.of(scenes, bank.lexicon)

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """images (B, 3, S, S) in 0..1; ids (2B, T) of captions and of their false variants;
        excluded (B, 2B) bool: what says nothing against a picture."""
        scenes = [self.scene(step * size + i) for i in range(size)]
        rng = np.random.default_rng((step, 2))
        captions = [_drawn_caption(scene, rng) for scene in scenes]
        changed = [
            self.exchange.hard_negative(caption, scene, rng)
            for caption, scene in zip(captions, scenes, strict=True)
        ]
        # Each picture has its own variant only: another's may be true of it.
        hardened = np.array([negative is not None for negative in changed])
        true = also_true(captions, scenes, self.bank.lexicon)
        excluded = np.hstack([true, ~np.diag(hardened)])
        texts = captions + [negative.caption if negative else "" for negative in changed]
        return (
            _images(scenes),
            without_padding(self.encoder.tokenize(texts)),
            torch.from_numpy(excluded),
        )

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:  # noqa: ARG002 - drawn by none
        images, ids, excluded = batch
        image_features = self.network.encode_image(
            image_input(images, self.network), normalize=True
        ).float()
        captions = caption_features(self.network, ids).float()
        scale = self.network.logit_scale.exp().clamp(max=MAX_SCALE)
        loss = contrastive_loss(image_features, captions, scale, excluded)
        with torch.no_grad():
            near = (image_features @ captions.t()).masked_fill(excluded, -torch.inf)
            own = near.diagonal()
            others, hard = near.split(len(images), dim=1)
            top1 = (others.argmax(1) == torch.arange(len(own), device=own.device)).float().mean()
            preferred = (own > hard.diagonal()).float().mean()
        return loss, {
            "loss": loss.item(),
            "top1": top1.item(),
            "hard": preferred.item(),
            "scale": scale.item(),
        }

    def after_step(self, step: int) -> None:
        """Nothing: every weight has a gradient."""

    @torch.no_grad()
    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """Twelve unseen scenes, each above the caption of the twelve that the towers find closest;
        a false one is marked."""
        scenes = [compose(self.scenes, self.bank, TEST_SEEDS + i, "seen") for i in range(12)]
        captions = [scene.caption for scene in scenes]
        device = next(network.parameters()).device
        image = self.encoder.image_feature(_images(scenes).to(device))
        text, _ = text_features(self.network, self.encoder.tokenize(captions).to(device))
        nearest = (image @ text.t()).argmax(1).tolist()
        said = [
            f"{'' if self._is_true(captions[found], scene) else 'WRONG: '}{captions[found]}"
            for scene, found in zip(scenes, nearest, strict=True)
        ]
        captioned_sheet([scene.pixels for scene in scenes], said).save(path)

    def _is_true(self, caption: str, scene: Scene) -> bool:
        return caption_is_true(caption, scene, self.bank.lexicon)


def without_padding(ids: Tensor) -> Tensor:
    """(B, T) -> (B, T') up to the longest text's end: the zeros after it cost time alone."""
    used = int((ids != 0).sum(1).max())
    return ids[:, :used].contiguous()


def caption_features(clip: open_clip.CLIP, ids: Tensor) -> Tensor:
    """(B, T') ids, T' up to the context's length -> (B, F), L2-normalised.

    The tower looks back only and its feature stands at the end mark, which has the highest id, so
    this is what encode_text gives for the padded ids.
    """
    length = ids.shape[1]
    h = clip.token_embedding(ids) + clip.positional_embedding[:length]
    h = clip.ln_final(clip.transformer(h, attn_mask=clip.attn_mask[:length, :length]))
    pooled = h[torch.arange(len(ids), device=ids.device), ids.argmax(1)]
    return F.normalize(pooled @ clip.text_projection, dim=-1)


def _drawn_caption(scene: Scene, rng: np.random.Generator) -> str:
    longest = sorted(scene.captions, key=len)[len(scene.captions) // 2 :]
    return pick(rng, scene.captions if rng.random() < ANY_CAPTION else longest)


def _images(scenes: list[Scene]) -> Tensor:
    pictures = np.stack([scene.pixels for scene in scenes])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
