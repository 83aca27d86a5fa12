"""MaskGIT's VQGAN: the pixel coder that TiTok's two-stage tokenizers draw with.

Chang et al., "MaskGIT: Masked Generative Image Transformer" (arXiv 2202.04200). Written from a
description of the published weights, whose parameter names it has. Pictures are in 0..1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from engine.nn.quantizer import NearestQuantizer

GROUPS = 32


@dataclass(frozen=True, slots=True)
class PixelCoderConfig:
    """channel_mult: of hidden_channels, one a level, finest first; the side halves between."""

    channel_mult: tuple[int, ...] = (1, 1, 2, 2, 4)
    num_res_blocks: int = 2
    hidden_channels: int = 128
    z_channels: int = 256
    num_channels: int = 3

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> "PixelCoderConfig":
        """From a published configuration; what it does not name is as in the published weights."""
        names = ("num_res_blocks", "hidden_channels", "z_channels", "num_channels")
        given = {name: config[name] for name in names if name in config}
        if "channel_mult" in config:
            given["channel_mult"] = tuple(config["channel_mult"])
        return cls(**given)

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of each level, finest first."""
        return tuple(self.hidden_channels * mult for mult in self.channel_mult)


class ResBlock(nn.Module):
    """GroupNorm, SiLU, 3x3, twice: (B, C, h, w) -> (B, C', h, w).

    Where the channels change, the shortcut takes the block's own output and the input is dropped:
    so the published weights were trained.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, in_channels, eps=1e-6)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.norm2 = nn.GroupNorm(GROUPS, out_channels, eps=1e-6)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.changes_channels = in_channels != out_channels
        if self.changes_channels:
            self.nin_shortcut = nn.Conv2d(out_channels, out_channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h)))
        kept: Tensor = self.nin_shortcut(h) if self.changes_channels else x
        return h + kept


class Level(nn.Module):
    """Residual blocks of one side; `doubles` adds what a decoder's level ends with."""

    def __init__(self, channels: list[int], *, doubles: bool = False) -> None:
        super().__init__()
        self.block = nn.ModuleList(ResBlock(a, b) for a, b in pairwise(channels))
        self.doubles = doubles
        if doubles:
            self.upsample_conv = nn.Conv2d(channels[-1], channels[-1], 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.block:
            x = block(x)
        if self.doubles:
            x = self.upsample_conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return x


class PixelEncoder(nn.Module):
    """(B, 3, S, S) -> (B, Z, S/f, S/f), f = 2^(levels - 1)."""

    def __init__(self, config: PixelCoderConfig) -> None:
        super().__init__()
        widths, blocks = config.widths, config.num_res_blocks
        first = config.hidden_channels
        self.conv_in = nn.Conv2d(config.num_channels, first, 3, padding=1, bias=False)
        self.down = nn.ModuleList(
            Level([before] + [width] * blocks) for before, width in pairwise((first, *widths))
        )
        self.mid = nn.ModuleList(ResBlock(widths[-1], widths[-1]) for _ in range(blocks))
        self.norm_out = nn.GroupNorm(GROUPS, widths[-1], eps=1e-6)
        self.conv_out = nn.Conv2d(widths[-1], config.z_channels, 1)

    def forward(self, images: Tensor) -> Tensor:
        h: Tensor = self.conv_in(images)
        for index, level in enumerate(self.down):
            h = level(h)
            if index < len(self.down) - 1:
                h = F.avg_pool2d(h, 2)
        for block in self.mid:
            h = block(h)
        z: Tensor = self.conv_out(F.silu(self.norm_out(h)))
        return z


class PixelDecoder(nn.Module):
    """(B, Z, h, w) -> (B, 3, f h, f w), about 0..1. `up.0` is the finest level."""

    def __init__(self, config: PixelCoderConfig) -> None:
        super().__init__()
        widths, blocks = config.widths, config.num_res_blocks
        coarsest = widths[-1]
        self.conv_in = nn.Conv2d(config.z_channels, coarsest, 3, padding=1)
        self.mid = nn.ModuleList(ResBlock(coarsest, coarsest) for _ in range(blocks))
        self.up = nn.ModuleList(
            Level([before] + [width] * blocks, doubles=index > 0)
            for index, (width, before) in enumerate(pairwise((*widths, coarsest)))
        )
        self.norm_out = nn.GroupNorm(GROUPS, widths[0], eps=1e-6)
        self.conv_out = nn.Conv2d(widths[0], config.num_channels, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        h: Tensor = self.conv_in(z)
        for block in self.mid:
            h = block(h)
        for level in reversed(self.up):
            h = level(h)
        images: Tensor = self.conv_out(F.silu(self.norm_out(h)))
        return images


class MaskGitVQGAN(nn.Module):
    """Encoder, codebook and decoder; TiTok's decoders were taught to name its tokens."""

    def __init__(self, config: PixelCoderConfig, codebook_size: int) -> None:
        super().__init__()
        self.encoder = PixelEncoder(config)
        self.quantize = NearestQuantizer(codebook_size, config.z_channels)
        self.decoder = PixelDecoder(config)
