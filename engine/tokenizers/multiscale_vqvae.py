"""Multi-scale residual VQVAE: a picture as token maps of growing sides that add up.

Tian et al., "Visual Autoregressive Modeling" (arXiv 2404.02905), section 3.2, algorithms 1 and 2.
Parameter names are those of published state dicts. Axes: B pictures, C latent channels, H the last
(largest) side, p the side of a scale.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.nn.conv_blocks import Downsample, ResBlock, Upsample, coder_norm, normed_output
from engine.nn.quantizer import NearestQuantizer
from engine.values.layout import Pyramid
from engine.values.tokens import UNKNOWN

PHIS = 4
PHI_BORDERS = (4, 9, 14)
"""In 18ths of the way from the first scale to the last: where the next convolution takes over."""


@dataclass(frozen=True, slots=True)
class MultiscaleConfig:
    """sides: of the token maps. width: channels of the finest level, times multipliers below it.

    residual_share: how much of a scale's latent goes through its convolution. norm_groups is 32 in
    the published coder.
    """

    sides: tuple[int, ...]
    codebook_size: int
    latent_channels: int
    width: int
    multipliers: tuple[int, ...]
    blocks: int
    residual_share: float = 0.5
    norm_groups: int = 32

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> "MultiscaleConfig":
        """From the "config" of a model.json's tokenizer, with the names of published configs."""
        if config.get("share_quant_resi", PHIS) != PHIS:
            raise ValueError(f"the scales share {PHIS} convolutions")
        return cls(
            sides=tuple(config["patch_nums"]),
            codebook_size=config["vocab_size"],
            latent_channels=config["z_channels"],
            width=config["ch"],
            multipliers=tuple(config["ch_mult"]),
            blocks=config["num_res_blocks"],
            residual_share=config.get("quant_resi", 0.5),
            norm_groups=config.get("norm_groups", 32),
        )

    @property
    def image_side(self) -> int:
        """Of the pictures whose latent has the last side."""
        return self.sides[-1] << (len(self.multipliers) - 1)


class FusedAttention(nn.Module):
    """Single-head self-attention over all places, one projection for queries, keys and values."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        self.norm = coder_norm(channels, groups)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.proj_out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        # (B, 3C, h, w) -> three of (B, 1 head, h*w, C)
        q, k, v = (
            part.flatten(2).transpose(1, 2).unsqueeze(1)
            for part in self.qkv(self.norm(x)).chunk(3, dim=1)
        )
        attended = F.scaled_dot_product_attention(q, k, v)
        h: Tensor = self.proj_out(attended.squeeze(1).transpose(1, 2).reshape(x.shape))
        return x + h


class Level(nn.Module):
    """Residual blocks of one side; at the coarsest side attention follows each."""

    def __init__(self, channels: list[int], *, attention: bool, groups: int) -> None:
        super().__init__()
        pairs = list(itertools.pairwise(channels))
        self.block = nn.ModuleList([ResBlock(a, b, dropout=0, groups=groups) for a, b in pairs])
        self.attn = nn.ModuleList(
            [FusedAttention(b, groups) for _, b in pairs] if attention else []
        )
        self.downsample: nn.Module = nn.Identity()
        self.upsample: nn.Module = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        for index, block in enumerate(self.block):
            x = block(x)
            if self.attn:
                x = self.attn[index](x)
        resized: Tensor = self.upsample(self.downsample(x))
        return resized


class Middle(nn.Module):
    """Residual, attention, residual at the coarsest side."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        self.block_1 = ResBlock(channels, channels, dropout=0, groups=groups)
        self.attn_1 = FusedAttention(channels, groups)
        self.block_2 = ResBlock(channels, channels, dropout=0, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.block_2(self.attn_1(self.block_1(x)))
        return h


class Encoder(nn.Module):
    """(B, 3, S, S) in -1..1 -> (B, C, H, H)."""

    def __init__(self, config: MultiscaleConfig) -> None:
        super().__init__()
        groups, coarsest = config.norm_groups, len(config.multipliers) - 1
        widths = [config.width * times for times in (1, *config.multipliers)]
        self.conv_in = nn.Conv2d(3, config.width, 3, padding=1)
        self.down = nn.ModuleList()
        for index, (before, width) in enumerate(itertools.pairwise(widths)):
            level = Level(
                [before] + [width] * config.blocks, attention=index == coarsest, groups=groups
            )
            if index < coarsest:
                level.downsample = Downsample(width)
            self.down.append(level)
        self.mid = Middle(widths[-1], groups)
        self.norm_out = coder_norm(widths[-1], groups)
        self.conv_out = nn.Conv2d(widths[-1], config.latent_channels, 3, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        h = self.conv_in(images)
        for level in self.down:
            h = level(h)
        return normed_output(self.norm_out, self.conv_out, self.mid(h))


class Decoder(nn.Module):
    """(B, C, H, H) -> (B, 3, S, S), about -1..1. `up.0` is the finest level and runs last."""

    def __init__(self, config: MultiscaleConfig) -> None:
        super().__init__()
        groups, coarsest = config.norm_groups, len(config.multipliers) - 1
        widths = [config.width * times for times in (*config.multipliers, config.multipliers[-1])]
        self.conv_in = nn.Conv2d(config.latent_channels, widths[-1], 3, padding=1)
        self.mid = Middle(widths[-1], groups)
        self.up = nn.ModuleList()
        for index, (width, before) in enumerate(itertools.pairwise(widths)):
            channels = [before] + [width] * (config.blocks + 1)
            level = Level(channels, attention=index == coarsest, groups=groups)
            if index > 0:
                level.upsample = Upsample(width)
            self.up.append(level)
        self.norm_out = coder_norm(widths[0], groups)
        self.conv_out = nn.Conv2d(widths[0], 3, 3, padding=1)

    def forward(self, latent: Tensor) -> Tensor:
        h = self.mid(self.conv_in(latent))
        for level in reversed(self.up):
            h = level(h)
        return normed_output(self.norm_out, self.conv_out, h)


class SharedPhis(nn.Module):
    """The convolutions that smooth an enlarged scale, each shared by neighbouring scales."""

    def __init__(self, config: MultiscaleConfig) -> None:
        super().__init__()
        channels = config.latent_channels
        self.share = config.residual_share
        self.scales = len(config.sides)
        self.qresi_ls = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, padding=1) for _ in range(PHIS)
        )

    def forward(self, h: Tensor, scale: int) -> Tensor:
        """(B, C, H, H) -> the same shape."""
        smoothed: Tensor = self.qresi_ls[phi_of_scale(scale, self.scales)](h)
        return (1 - self.share) * h + self.share * smoothed


def phi_of_scale(scale: int, scales: int) -> int:
    """Number of the convolution nearest to a scale; on a tie the finer one.

    In whole numbers, because the published schedule of 10 scales has exact ties.
    """
    return sum(18 * scale >= border * (scales - 1) for border in PHI_BORDERS)


class ResidualQuantizer(NearestQuantizer):
    """Latents <-> token maps, one a scale, each the codewords of what the scales before lack.

    Works in float32 whatever the coders work in, since errors would add up over the scales.
    """

    def __init__(self, config: MultiscaleConfig) -> None:
        super().__init__(config.codebook_size, config.latent_channels)
        self.layout = Pyramid(config.sides)
        self.quant_resi = SharedPhis(config)

    def tokens(self, latent: Tensor) -> tuple[Tensor, ...]:
        """(B, C, H, H) -> ids (B, p * p) int64 of every scale."""
        maps: list[Tensor] = []
        rest = latent
        for scale, side in enumerate(self.layout.sides):
            maps.append(self.indices(self.shrunk(rest, side)).flatten(1))
            rest = rest - self.contribution(maps[-1], scale)
        return tuple(maps)

    def enlarged(self, ids: Tensor, scale: int) -> Tensor:
        """ids (B, p * p) of a scale -> codewords (B, C, H, H); unknown sites are zero vectors."""
        side, last = self.layout.sides[scale], self.layout.sides[-1]
        known = (ids != UNKNOWN).view(-1, 1, side, side)
        vectors = self.lookup(ids.clamp_min(0).view(-1, side, side)) * known
        return vectors if side == last else F.interpolate(vectors, (last, last), mode="bicubic")

    def contribution(self, ids: Tensor, scale: int) -> Tensor:
        """ids (B, p * p) of a scale -> what it adds to the latent, (B, C, H, H)."""
        added: Tensor = self.quant_resi(self.enlarged(ids, scale), scale)
        return added

    def latents(self, maps: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Ids (B, p * p) of the first scales -> the latent (B, C, H, H) after each.

        A scale of which nothing is known adds nothing.
        """
        sums: list[Tensor] = []
        for scale, ids in enumerate(maps):
            known = (ids != UNKNOWN).any(1)[:, None, None, None]
            added = self.contribution(ids, scale) * known
            sums.append(sums[-1] + added if sums else added)
        return tuple(sums)

    def shrunk(self, latent: Tensor, side: int) -> Tensor:
        """(B, C, H, H) -> (B, C, p, p): each site the mean of its area."""
        if latent.shape[-1] == side:
            return latent
        return F.interpolate(latent, (side, side), mode="area")

    def split(self, ids: Tensor) -> tuple[Tensor, ...]:
        """(B, L) ids of the whole pyramid -> (B, p * p) of every scale."""
        return torch.split(ids, [side * side for side in self.layout.sides], dim=1)


class MultiscaleVQVAE(nn.Module):
    """Encoder, residual quantizer and decoder; pictures are (B, 3, S, S) in -1..1."""

    def __init__(self, config: MultiscaleConfig) -> None:
        super().__init__()
        channels = config.latent_channels
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.quantize = ResidualQuantizer(config)
        self.quant_conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.post_quant_conv = nn.Conv2d(channels, channels, 3, padding=1)

    def latent(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) in -1..1 -> (B, C, H, H) float32, before quantisation."""
        latent: Tensor = self.quant_conv(self.encoder(images))
        return latent.float()

    def decoded(self, latent: Tensor) -> Tensor:
        """(B, C, H, H) -> (B, 3, S, S) in -1..1."""
        like = self.post_quant_conv.weight
        pictures: Tensor = self.decoder(self.post_quant_conv(latent.to(like.dtype)))
        return pictures.clamp(-1, 1)

    def with_coders_in(self, dtype: torch.dtype) -> "MultiscaleVQVAE":
        """The same network, its coders in another number format; the quantizer stays float32."""
        for part in (self.encoder, self.decoder, self.quant_conv, self.post_quant_conv):
            part.to(dtype)
        return self


class MultiscaleTokenizer:
    """ImageTokenizer over a multi-scale VQVAE: ids are those of all scales, coarse to fine.

    Unknown ids are allowed in `decode`: those sites add nothing to the picture.
    """

    def __init__(self, network: MultiscaleVQVAE) -> None:
        self.network = network
        self.image_side = network.config.image_side
        self.codebook_size = network.config.codebook_size

    @torch.inference_mode()
    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.int32]:
        like = self.network.quant_conv.weight
        x = torch.from_numpy(np.ascontiguousarray(images)).to(like.device)
        x = x.permute(0, 3, 1, 2).float() / 127.5 - 1
        maps = self.network.quantize.tokens(self.network.latent(x.to(like.dtype)))
        ids: NDArray[np.int32] = torch.cat(maps, 1).cpu().numpy().astype(np.int32)
        return ids

    @torch.inference_mode()
    def decode(self, ids: NDArray[np.int32]) -> NDArray[np.uint8]:
        quantizer = self.network.quantize
        maps = torch.from_numpy(ids.astype(np.int64)).to(quantizer.embedding.weight.device)
        pictures = self.network.decoded(quantizer.latents(quantizer.split(maps))[-1])
        levels = ((pictures.float() + 1) * 127.5).round().to(torch.uint8)
        pixels: NDArray[np.uint8] = levels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
        return pixels
