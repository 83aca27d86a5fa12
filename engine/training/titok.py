"""What the one-dimensional tokenizer trains on: pictures and what is said of them, and back.

One stage on pixels, as in "Democratizing Text-to-Image Masked Generative Models" (arXiv
2501.07730), section 3.1; the decoder reads the caption, which therefore need not be kept in tokens.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from engine.text.clip import OpenClipTextEncoder, text_features
from engine.tokenizers.titok import TiTok, TiTokConfig
from engine.training.codebook_care import CodebookCare
from engine.training.config import TokenizerLossConfig
from engine.training.loop import Metrics
from engine.training.losses import reconstruction_loss
from engine.training.perceptual import PerceptualDistance
from engine.training.scenes import Scene

NULL_PROMPT = ""
SHEET_SEED = 2**20
CONTINUOUS_STEPS = 1200
"""Without a codebook at first: codes found before latents say something say nothing either."""


class TiTokTask:
    """Pictures in, pictures out, through a row of tokens.

    scene: seed -> what to learn. text_dropout: share of captions that the decoder is not told, so
    that it also draws pictures of which nothing is known.
    """

    def __init__(
        self,
        config: TiTokConfig,
        scene: Callable[[int], Scene],
        *,
        encoder: OpenClipTextEncoder,
        text_dropout: float,
        losses: TokenizerLossConfig | None = None,
        continuous_steps: int = CONTINUOUS_STEPS,
    ) -> None:
        self.network = TiTok(config)
        init_titok(self.network)
        self.scene = scene
        self.encoder = encoder
        self.text_dropout = text_dropout
        self.losses = losses or TokenizerLossConfig()
        self.continuous_steps = continuous_steps
        self.codes = self.network.quantize.embedding.weight
        self.care = CodebookCare(config.codebook_size, config.token_size)
        looks = self.losses.perceptual > 0
        self.distance = PerceptualDistance(encoder.clip) if looks else None
        self._asked = torch.zeros(0)

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """(B, 3, S, S) in 0..1, caption ids (B, T)."""
        rng = np.random.default_rng((step, 6))
        scenes = [self.scene(step * size + i) for i in range(size)]
        pictures = np.stack([scene.pixels for scene in scenes])
        untold = rng.random(size) < self.text_dropout
        captions = [
            NULL_PROMPT if silent else scene.caption
            for scene, silent in zip(scenes, untold, strict=True)
        ]
        images = torch.from_numpy(pictures.transpose(0, 3, 1, 2).copy()).float() / 255
        return images, self.encoder.tokenize(captions)

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:
        images, words = batch
        latents = self.network.latents(images).float()
        # Near codewords must not become equal ones.
        with torch.autocast(latents.device.type, enabled=False):
            quantised, chosen, codebook_loss = self.network.quantize(latents)
        without = seed < self.continuous_steps
        restored = self.network.decode(latents if without else quantised, self._text(words)).float()
        loss = reconstruction_loss(restored, images, self.losses)
        if self.distance is not None:
            loss = loss + self.losses.perceptual * self.distance(restored, images)
        if not without:
            loss = loss + codebook_loss
        self._asked = latents.detach().permute(0, 2, 3, 1).flatten(0, 2)
        figures = self.care.observe(self._asked, chosen.flatten(), seed)
        error = (restored.detach().clamp(0, 1) - images).square().mean((1, 2, 3))
        return loss, {"loss": loss, "psnr": -10 * torch.log10(error).mean(), **figures}

    def after_step(self, step: int) -> None:
        """The codebook begins with what the encoder says; codes that nobody asks for move."""
        self.care.tend(self.codes, self._asked, step, begins=self.continuous_steps)

    def tended(self) -> Iterator[Tensor]:
        """The codes, which `after_step` moves."""
        yield self.codes

    def state_dict(self) -> dict[str, Tensor]:
        return dict(self.care.state_dict())

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.care.load_state_dict(state)

    @torch.no_grad()
    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """Pictures above, what tokens and caption give back below."""
        assert isinstance(network, TiTok)
        images, words = self.batch(SHEET_SEED, 8)
        there = images.to(network.latent_tokens.device)
        restored = network.decode_indices(
            network.indices(there), self._text(words.to(there.device))
        )
        rows = torch.cat([torch.cat([*images], 2), torch.cat([*restored.float().cpu()], 2)], 1)
        Image.fromarray((rows * 255).round().byte().permute(1, 2, 0).numpy()).save(path)

    def _text(self, words: Tensor) -> Tensor | None:
        """(B, T) ids -> (B, T, F), or None for a decoder that reads none."""
        if not self.network.config.text_length:
            return None
        return text_features(self.encoder.clip, words)[1]


@torch.no_grad()
def init_titok(network: TiTok) -> None:
    """Weights with which latents tell pictures apart and the decoder heeds them from the start.

    With small weights, as usual in transformers, another picture changes a twentieth of the latents
    and a two-hundredth of what is drawn: a network begun so still drew grey after 10,000 pictures.
    Grey is what it begins with here, too, and the encoder sees differences to it.
    """
    for module in network.modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=module.in_features**-0.5)
            nn.init.zeros_(module.bias)
    patches, last = network.encoder.patch_embed, network.encoder.conv_out
    patches.weight.mul_(2)
    patches.bias = nn.Parameter(-patches.weight.sum((1, 2, 3)) / 2)
    nn.init.normal_(last.weight, std=last.in_channels**-0.5)
    if network.decoder.draws_pixels:
        (colours,) = network.decoder.ffn
        assert isinstance(colours, nn.Conv2d)
        nn.init.normal_(colours.weight, std=0.005)
        colours.bias = nn.Parameter(torch.zeros(colours.out_channels))
        # The last convolution only smooths what the patches say.
        nn.init.dirac_(network.decoder.conv_out.weight)
        network.decoder.conv_out.bias = nn.Parameter(torch.full((3,), 0.5))
