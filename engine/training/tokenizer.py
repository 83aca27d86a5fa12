"""What the VQGAN tokenizer trains on, and how its codebook is kept alive."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from engine.nn.conv_blocks import ResBlock
from engine.nn.quantizer import NearestQuantizer
from engine.tokenizers.vqgan import VQGAN, VQGANConfig
from engine.training.loop import Metrics
from engine.training.losses import reconstruction_loss

Picture = Callable[[int], NDArray[np.uint8]]
"""seed -> (S, S, 3) uint8."""

RESTART_STEPS = 50
"""Codes that no site chose in this many steps are moved onto encoder outputs."""

CONTINUOUS_STEPS = 200
"""At first the coder learns without a codebook, which then starts from what the encoder says."""


class TokenizerTask:
    """Pictures in, pictures out, through the codebook."""

    def __init__(self, config: VQGANConfig, picture: Picture) -> None:
        self.network = VQGAN(config)
        self.network.apply(_init_coder)
        self.picture = picture
        self.codebook: NearestQuantizer = self.network.quantize  # type: ignore[assignment]
        self.used = torch.zeros(config.n_embed, dtype=torch.bool)
        self.latest = torch.zeros(0)

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        pictures = np.stack([self.picture(step * size + i) for i in range(size)])
        # Channels first in memory too: group norm's backward is far slower on channels last.
        return (torch.from_numpy(pictures.transpose(0, 3, 1, 2).copy()).float() / 255,)

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:
        (images,) = batch
        z = self.network.pre_quant(images).float()
        quantised, indices, codebook_loss = self.codebook(z)
        if seed < CONTINUOUS_STEPS:
            quantised, codebook_loss = z, torch.zeros_like(codebook_loss)
        restored = self.network.decode_vectors(quantised).float()
        self.latest = z.detach().permute(0, 2, 3, 1).flatten(0, 2)
        self.used[indices.unique().cpu()] = True
        loss = reconstruction_loss(restored, images) + codebook_loss
        error = (restored.detach().clamp(0, 1) - images).square().mean((1, 2, 3))
        psnr = -10 * torch.log10(error).mean()
        used = float(self.used.float().mean())
        return loss, {"loss": loss.item(), "psnr": psnr.item(), "used": used}

    @torch.no_grad()
    def after_step(self, step: int) -> None:
        if step == CONTINUOUS_STEPS - 1:
            self._move(torch.ones_like(self.used), step)
        elif step >= CONTINUOUS_STEPS and step % RESTART_STEPS == 0:
            self._move(~self.used, step)
        if step % RESTART_STEPS == 0:
            self.used.zero_()

    def state_dict(self) -> dict[str, Tensor]:
        """Which codes were used since the last look: a stopped run goes on from it."""
        return {"used": self.used}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.used = state["used"].clone()

    def tended(self) -> Iterator[Tensor]:
        """The codebook, which after_step moves."""
        yield self.codebook.embedding.weight

    def _move(self, dead: Tensor, step: int) -> None:
        """Put codes where the codebook is worst: on outputs drawn by their squared error."""
        if not dead.any():
            return
        codes = self.codebook.embedding.weight
        error = torch.cdist(self.latest, codes).amin(1).square() + 1e-12
        generator = torch.Generator().manual_seed(step)
        chosen = torch.multinomial(
            error.cpu(), int(dead.sum()), replacement=True, generator=generator
        )
        codes[dead.to(codes.device)] = self.latest[chosen.to(codes.device)]

    @torch.no_grad()
    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """Pictures above, what the tokens give back below."""
        assert isinstance(network, VQGAN)
        device = network.quant_conv.weight.device
        (images,) = self.batch(2**20, 16)
        restored = network.decode_indices(network.indices(images.to(device))).cpu()
        rows = [
            torch.cat([*pair[start : start + 8]], dim=2)
            for start in (0, 8)
            for pair in (images, restored)
        ]
        sheet = (torch.cat(rows, dim=1) * 255).round().byte().permute(1, 2, 0).numpy()
        Image.fromarray(sheet).save(path)


def _init_coder(module: nn.Module) -> None:
    """No biases, signals keep their size, residual branches begin at nothing."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    if isinstance(module, ResBlock):
        nn.init.normal_(module.conv2.weight, std=1e-4)
