"""What the VQGAN tokenizer trains on, and what it is judged by."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from engine.nn.conv_blocks import ResBlock
from engine.nn.quantizer import NearestQuantizer
from engine.tokenizers.vqgan import VQGAN, VQGANConfig
from engine.training.codebook_care import CodebookCare
from engine.training.config import TokenizerLossConfig
from engine.training.discriminator import Adversary, balance, within
from engine.training.loop import Metrics
from engine.training.losses import reconstruction_loss
from engine.training.perceptual import PerceptualDistance
from engine.values.errors import BadInput

Picture = Callable[[int], NDArray[np.uint8]]
"""seed -> (S, S, 3) uint8."""

CONTINUOUS_STEPS = 200
"""At first the coder learns without a codebook, which then starts from what the encoder says."""


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Of the step in hand, for the upkeep after it: pictures (B, 3, S, S), outputs z (N, D)."""

    images: Tensor
    restored: Tensor
    z: Tensor


class TokenizerTask:
    """Pictures in, pictures out, through the codebook.

    continuous_steps: 0 for weights that already have a codebook. towers: trained ones, through
    which the perceptual part of the loss looks.
    """

    def __init__(
        self,
        config: VQGANConfig,
        picture: Picture,
        *,
        losses: TokenizerLossConfig | None = None,
        continuous_steps: int = CONTINUOUS_STEPS,
        towers: open_clip.CLIP | None = None,
    ) -> None:
        self.losses = losses or TokenizerLossConfig()
        self.network = VQGAN(config)
        self.network.apply(init_coder)
        self.picture = picture
        self.site_px = config.ddconfig.downsampling
        # Group norm's backward is far slower on channels last, norms of single sites are faster.
        grouped = config.ddconfig.norm_groups > 0
        self.memory_format = torch.contiguous_format if grouped else torch.channels_last
        self.continuous_steps = continuous_steps
        self.codebook: NearestQuantizer = self.network.quantize  # type: ignore[assignment]
        self.codes = self.codebook.embedding.weight
        self.care = CodebookCare(config.n_embed, config.embed_dim, self.losses.codebook_decay)
        # Running means take the place of the gradient.
        self.codes.requires_grad_(not self.losses.codebook_decay)
        self.distance = self._distance(towers)
        self.adversary = Adversary() if self.losses.adversarial else None
        self.done = 0.0
        self._seen: _Seen | None = None

    def _distance(self, towers: open_clip.CLIP | None) -> PerceptualDistance | None:
        if not self.losses.perceptual:
            return None
        if towers is None:
            raise BadInput(
                "The perceptual part of the loss needs a trained image tower.",
                "Train the towers first, or set the part's weight to 0.",
            )
        return PerceptualDistance(towers)

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """images (B, 3, S, S) in 0..1; with agreement asked for, the second half are collages of
        the first, and inside (B/2, h, w) bool says which sites of each are the next picture's."""
        if not self.losses.agreement:
            return (self._images(step * size, size),)
        images, inside = collages(self._images(step * size, size // 2), self.site_px, step)
        return images.contiguous(memory_format=self.memory_format), inside

    def _images(self, first: int, count: int) -> Tensor:
        pictures = np.stack([self.picture(first + index) for index in range(count)])
        images = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        return images.contiguous(memory_format=self.memory_format)

    def begin_step(self, done: float) -> None:
        self.done = done

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:
        images = batch[0]
        z = self.network.pre_quant(images).float()
        quantised, indices, codebook_loss = self.codebook(z)
        if seed < self.continuous_steps:
            quantised, codebook_loss = z, torch.zeros_like(codebook_loss)
        restored = self.network.decode_vectors(quantised).float()
        faithful = reconstruction_loss(restored, images, self.losses)
        if self.distance is not None:
            faithful = faithful + self.losses.perceptual * self.distance(restored, images)
        loss = faithful + codebook_loss + self._adversarial(faithful, restored)
        agreement: Metrics = {}
        if self.losses.agreement:
            apart, same = disagreement(z, indices, batch[1])
            # Against the distance to the codes: what is well below it changes no token.
            apart = apart / (self.codebook.lookup(indices) - z).detach().square().mean()
            loss = loss + self.losses.agreement * apart
            agreement = {"apart": apart, "same": same}
        outputs = z.detach().permute(0, 2, 3, 1).flatten(0, 2)
        self._seen = _Seen(images, restored.detach(), outputs)
        figures = self.care.observe(outputs, indices.flatten(), seed)
        error = (restored.detach().clamp(0, 1) - images).square().mean((1, 2, 3))
        psnr = -10 * torch.log10(error).mean()
        return loss, {"loss": loss, "psnr": psnr, **figures, **agreement}

    def _adversarial(self, faithful: Tensor, restored: Tensor) -> Tensor:
        if self.adversary is None or self.done < self.losses.adversarial_start:
            return torch.zeros_like(faithful)
        blame = self.adversary.blame(restored)
        factor = balance(faithful, blame, self.network.decoder.conv_out.weight)
        return self.losses.adversarial * factor * blame

    def after_step(self, step: int) -> None:
        """The discriminator's own step, and the codebook's upkeep."""
        assert self._seen is not None, "a step comes after its loss"
        if self.adversary is not None and self.done >= self.losses.adversarial_start:
            self.adversary.learn(self._seen.images, self._seen.restored)
        self.care.tend(self.codes, self._seen.z, step, begins=self.continuous_steps)

    def tended(self) -> Iterator[Tensor]:
        """The codes and the discriminator's weights, which `after_step` changes."""
        yield self.codes
        if self.adversary is not None:
            yield from self.adversary.network.parameters()

    def state_dict(self) -> dict[str, Tensor]:
        adversary = {} if self.adversary is None else self.adversary.state_dict()
        return {
            **{f"care.{name}": value for name, value in self.care.state_dict().items()},
            **{f"adversary.{name}": value for name, value in adversary.items()},
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Parts that the state lacks begin anew: it may come from other settings."""
        care, adversary = within(state, "care."), within(state, "adversary.")
        if care:
            self.care.load_state_dict(care)
        if adversary and self.adversary is not None:
            self.adversary.load_state_dict(adversary, self.codes.device)

    @torch.no_grad()
    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """Pictures above, what the tokens give back below."""
        assert isinstance(network, VQGAN)
        device = network.quant_conv.weight.device
        images = self._images(2**24, 16)
        restored = network.decode_indices(network.indices(images.to(device))).cpu()
        rows = [
            torch.cat([*pair[start : start + 8]], dim=2)
            for start in (0, 8)
            for pair in (images, restored)
        ]
        sheet = (torch.cat(rows, dim=1) * 255).round().byte().permute(1, 2, 0).numpy()
        Image.fromarray(sheet).save(path)


def collages(images: Tensor, site_px: int, step: int) -> tuple[Tensor, Tensor]:
    """(N, 3, S, S) -> those and as many more, each with a box of the next picture in it.

    Also inside (N, h, w) bool, the sites of the boxes. What is drawn depends on the step alone.
    """
    count, _, _, side = images.shape
    rng, sites = np.random.default_rng((step, 9)), side // site_px
    inside = torch.zeros(count, sites, sites, dtype=torch.bool)
    for box in inside:
        width, height = rng.integers(1, sites, 2)
        left, top = rng.integers(0, sites - width + 1), rng.integers(0, sites - height + 1)
        box[top : top + height, left : left + width] = True
    of_pixels = inside.repeat_interleave(site_px, 1).repeat_interleave(site_px, 2)[:, None]
    return torch.cat([images, torch.where(of_pixels, images.roll(-1, 0), images)]), inside


def disagreement(z: Tensor, indices: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
    """How far the codes of collages are from those of the pictures that they were made of.

    z (2N, D, h, w), indices (2N, h, w) and inside (N, h, w), as collages() orders them. Returns the
    mean squared distance, and the share of sites with the same code.
    """
    whole, mixed = z.chunk(2)
    expected = torch.where(inside[:, None], whole.roll(-1, 0), whole)
    apart = (mixed - expected).square().mean()
    codes, mixed_codes = indices.chunk(2)
    same = (torch.where(inside, codes.roll(-1, 0), codes) == mixed_codes).float().mean()
    return apart, same


def init_coder(module: nn.Module) -> None:
    """No biases, signals keep their size, residual branches begin at nothing."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    if isinstance(module, ResBlock):
        nn.init.normal_(module.conv2.weight, std=1e-4)
