"""What STAR trains on: pyramids of tokens, captions, every scale predicted from those before."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.generators.star.generator import StarGenerator
from engine.generators.star.network import CosineAttention, FeedForward, Star, StarConfig
from engine.text.clip import OpenClipTextEncoder
from engine.tokenizers.multiscale_vqvae import ResidualQuantizer
from engine.training.generator import scene_order
from engine.training.loop import Metrics
from engine.training.sheet import SampleSheet
from engine.training.tokenised import TokenisedScenes

NULL_PROMPT = ""


class StarTask:
    """Cross entropy of every token given the scales before it.

    quantizer: of the tokenizer that made the scenes' tokens; it is not trained. text_dropout: share
    of captions replaced by the null prompt, for guidance.
    """

    def __init__(
        self,
        config: StarConfig,
        scenes: TokenisedScenes,
        *,
        quantizer: ResidualQuantizer,
        encoder: OpenClipTextEncoder,
        sheet: SampleSheet,
        text_dropout: float,
    ) -> None:
        self.network = Star(config)
        init_star(self.network)
        self.scenes = scenes
        self.quantizer = quantizer.requires_grad_(False)
        self.encoder = encoder
        self.sheet = sheet
        self.text_dropout = text_dropout

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """ids (B, L) of the pyramids and caption ids (B, T)."""
        rng = np.random.default_rng((step, 5))
        order = scene_order(step, size, len(self.scenes.ids))
        captions = []
        for row in order:
            said = self.scenes.said[int(row)].all
            chosen = said[int(rng.integers(len(said)))]
            captions.append(NULL_PROMPT if rng.random() < self.text_dropout else chosen)
        ids = torch.from_numpy(self.scenes.ids[order].astype(np.int64))
        return ids, self.encoder.tokenize(captions)

    def loss(
        self,
        batch: tuple[Tensor, ...],
        seed: int,  # noqa: ARG002 - nothing is drawn here
    ) -> tuple[Tensor, Metrics]:
        ids, words = batch
        pooled, hidden = self.encoder.features(words)
        text = self.network.text(hidden)
        logits = self.network(self.features(ids), pooled=pooled, text=text).float()
        loss = F.cross_entropy(logits.flatten(0, 1), ids.flatten())
        right = (logits.argmax(-1) == ids).float()
        last = self.network.config.sides[-1] ** 2
        return loss, {"loss": loss, "top1": right.mean(), "top1_last": right[:, -last:].mean()}

    @torch.no_grad()
    def features(self, ids: Tensor) -> Tensor:
        """ids (B, L) -> the latent so far, as each later scale is fed it, (B, L - 1, C)."""
        with torch.autocast(ids.device.type, enabled=False):
            maps = self.quantizer.to(ids.device).split(ids)
            latents = self.quantizer.latents(maps[:-1])
            fed = [
                self.quantizer.shrunk(latent, side).flatten(2).transpose(1, 2)
                for latent, side in zip(latents, self.quantizer.layout.sides[1:], strict=True)
            ]
        return torch.cat(fed, 1)

    def after_step(self, step: int) -> None:
        """Nothing: every weight has a gradient."""

    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """What `ellbox generate` would draw for the sheet's prompts with these weights."""
        assert isinstance(network, Star)
        self.sheet.write(StarGenerator(self.sheet.spec, network, self.quantizer), path)


def init_star(network: Star) -> None:
    """Small weights; what is added to the residual stream begins smaller the deeper the network.

    The pooled text has length 1 over all its channels, so what reads it begins larger.
    """
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)
    depth_scale = (3 * network.config.layers) ** -0.5
    for module in network.modules():
        if isinstance(module, CosineAttention):
            nn.init.normal_(module.proj.weight, std=0.02 * depth_scale)
        if isinstance(module, FeedForward):
            nn.init.normal_(module.fc2.weight, std=0.02 * depth_scale)
    nn.init.normal_(network.encoder_proj.weight, std=0.5)
    nn.init.normal_(network.pos_start, std=0.02)
