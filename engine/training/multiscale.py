"""What the multi-scale tokenizer trains on: pictures, through a codebook asked scale by scale.

Tian et al., "Visual Autoregressive Modeling" (arXiv 2404.02905), section 3.2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import open_clip
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from engine.tokenizers.multiscale_vqvae import (
    FusedAttention,
    MultiscaleConfig,
    MultiscaleVQVAE,
    ResidualQuantizer,
)
from engine.training.codebook_care import CodebookCare
from engine.training.config import TokenizerLossConfig
from engine.training.loop import Metrics
from engine.training.losses import reconstruction_loss
from engine.training.perceptual import PerceptualDistance
from engine.training.tokenizer import CONTINUOUS_STEPS, Picture, init_coder
from engine.values.errors import BadInput

COMMITMENT = 0.25
SHEET_SEED = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Quantised:
    """latent (B, C, H, H), gradients passing straight through. asked (N, C): what each site of each
    scale looked for; chosen (N,): the code it found. loss: of codebook and commitment."""

    latent: Tensor
    asked: Tensor
    chosen: Tensor
    loss: Tensor


def quantised(quantizer: ResidualQuantizer, latent: Tensor) -> Quantised:
    """(B, C, H, H) float32 -> its sum of scales; every partial sum is drawn towards it."""
    rest, total = latent.detach(), torch.zeros_like(latent)
    asked, chosen, losses = [], [], []
    for scale, side in enumerate(quantizer.layout.sides):
        z = quantizer.shrunk(rest, side)
        ids = quantizer.indices(z).flatten(1)
        added = quantizer.contribution(ids, scale)
        rest, total = rest - added.detach(), total + added
        asked.append(z.permute(0, 2, 3, 1).flatten(0, 2))
        chosen.append(ids.flatten())
        losses.append(
            F.mse_loss(total, latent.detach()) + COMMITMENT * F.mse_loss(total.detach(), latent)
        )
    straight = latent + (total - latent).detach()
    return Quantised(straight, torch.cat(asked), torch.cat(chosen), torch.stack(losses).mean())


def init_multiscale(module: nn.Module) -> None:
    """As coders begin; attention is a residual branch, too."""
    init_coder(module)
    if isinstance(module, FusedAttention):
        nn.init.normal_(module.proj_out.weight, std=1e-4)


@torch.no_grad()
def begin_with(network: MultiscaleVQVAE, weights: Mapping[str, Tensor]) -> None:
    """Copy the coders' weights that have the same name and shape in both; codes are not coders'."""
    for name, parameter in network.named_parameters():
        known = weights.get(name)
        if known is not None and known.shape == parameter.shape and "quantize" not in name:
            parameter.copy_(known)


class MultiscaleTask:
    """Pictures in, pictures out. towers: as for the tokenizer of one scale.

    convolutions: weights of such a tokenizer; those of the same name and shape begin as they are
    there, so that only scales and codes are left to be learnt.
    """

    def __init__(
        self,
        config: MultiscaleConfig,
        picture: Picture,
        *,
        losses: TokenizerLossConfig | None = None,
        continuous_steps: int = CONTINUOUS_STEPS,
        towers: open_clip.CLIP | None = None,
        convolutions: Mapping[str, Tensor] | None = None,
    ) -> None:
        self.losses = losses or TokenizerLossConfig()
        if self.losses.perceptual and towers is None:
            raise BadInput(
                "The perceptual part of the loss needs a trained image tower.",
                "Train the towers first, or set the part's weight to 0.",
            )
        self.network = MultiscaleVQVAE(config)
        self.network.apply(init_multiscale)
        begin_with(self.network, convolutions or {})
        self.picture = picture
        self.continuous_steps = continuous_steps
        self.codes = self.network.quantize.embedding.weight
        self.care = CodebookCare(config.codebook_size, config.latent_channels)
        self.distance = PerceptualDistance(towers) if self.losses.perceptual and towers else None
        self._asked = torch.zeros(0)

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """(B, 3, S, S) in 0..1."""
        pictures = np.stack([self.picture(step * size + i) for i in range(size)])
        # Without a copy the channels stay last in memory, which is what convolutions are fast on.
        return (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255,)

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:
        (images,) = batch
        latent = self.network.latent(images * 2 - 1)
        # Errors of one scale are the next one's task, so rounding to 8 bits would be learnt.
        with torch.autocast(latent.device.type, enabled=False):
            found = quantised(self.network.quantize, latent)
        without = seed < self.continuous_steps
        decoded = self.network.post_quant_conv(latent if without else found.latent)
        restored = (self.network.decoder(decoded).float() + 1) / 2
        loss = reconstruction_loss(restored, images, self.losses)
        if self.distance is not None:
            loss = loss + self.losses.perceptual * self.distance(restored, images)
        if not without:
            loss = loss + found.loss
        self._asked = found.asked.detach()
        figures = self.care.observe(self._asked, found.chosen, seed)
        error = (restored.detach().clamp(0, 1) - images).square().mean((1, 2, 3))
        return loss, {"loss": loss, "psnr": -10 * torch.log10(error).mean(), **figures}

    def after_step(self, step: int) -> None:
        """The codebook begins with what the scales ask for; codes that nobody asks for move."""
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
        """Pictures above, what the tokens give back below."""
        assert isinstance(network, MultiscaleVQVAE)
        (images,) = self.batch(SHEET_SEED, 8)
        latent = network.latent(images.to(network.quant_conv.weight.device) * 2 - 1)
        maps = network.quantize.tokens(latent)
        restored = (network.decoded(network.quantize.latents(maps)[-1]).cpu() + 1) / 2
        rows = [torch.cat([*pictures], dim=2) for pictures in (images, restored.float())]
        sheet = (torch.cat(rows, dim=1) * 255).round().byte().permute(1, 2, 0).numpy()
        Image.fromarray(sheet).save(path)
