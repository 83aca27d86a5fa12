"""Residual, attention, down and up blocks of VQGAN coders, in taming-transformers' layout."""

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class SiteNorm(nn.LayerNorm):
    """Layer norm of each site over its own channels: (B, C, h, w) -> (B, C, h, w)."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def coder_norm(channels: int, groups: int) -> nn.Module:
    """Group norm over the whole picture; with 0 groups, one that looks at no other site.

    Published coders have 32 groups. A narrow coder needs fewer: with one channel a group the
    norm takes away the mean of every channel, and so the colour of a plain picture.
    """
    return nn.GroupNorm(groups, channels, eps=1e-6) if groups else SiteNorm(channels, eps=1e-6)


class ResBlock(nn.Module):
    """Norm, swish, 3x3 conv, twice, plus the input: (B, C, h, w) -> (B, C', h, w)."""

    def __init__(self, in_channels: int, out_channels: int, *, dropout: float, groups: int) -> None:
        super().__init__()
        self.norm1 = coder_norm(in_channels, groups)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.norm2 = coder_norm(out_channels, groups)
        self.dropout = nn.Dropout(dropout)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        if in_channels != out_channels:
            self.nin_shortcut = nn.Conv2d(in_channels, out_channels, 1)
        self.changes_channels = in_channels != out_channels

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(self.dropout(F.silu(self.norm2(h))))
        kept: Tensor = self.nin_shortcut(x) if self.changes_channels else x
        return kept + h


class AttentionBlock(nn.Module):
    """Single-head self-attention over all places: (B, C, h, w) -> (B, C, h, w)."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        self.norm = coder_norm(channels, groups)
        self.q = nn.Conv2d(channels, channels, 1)
        self.k = nn.Conv2d(channels, channels, 1)
        self.v = nn.Conv2d(channels, channels, 1)
        self.proj_out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        normed = self.norm(x)
        # (B, C, h, w) -> (B, 1 head, h*w, C)
        q, k, v = (
            projection(normed).flatten(2).transpose(1, 2).unsqueeze(1)
            for projection in (self.q, self.k, self.v)
        )
        attended = F.scaled_dot_product_attention(q, k, v)
        h: Tensor = self.proj_out(attended.squeeze(1).transpose(1, 2).reshape(x.shape))
        return x + h


class Downsample(nn.Module):
    """Halves the side: one zero row and column at the right and bottom, then a strided 3x3."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.conv(F.pad(x, (0, 1, 0, 1)))
        return h


class Upsample(nn.Module):
    """Doubles the side: nearest neighbour, then a 3x3."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return h


class MiddleBlock(nn.Module):
    """Residual, attention, residual at the coarsest side; no attention if there are no groups."""

    def __init__(self, channels: int, *, dropout: float, groups: int) -> None:
        super().__init__()
        self.block_1 = ResBlock(channels, channels, dropout=dropout, groups=groups)
        self.attn_1 = AttentionBlock(channels, groups) if groups else nn.Identity()
        self.block_2 = ResBlock(channels, channels, dropout=dropout, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.block_2(self.attn_1(self.block_1(x)))
        return h


class Level(nn.Module):
    """Residual blocks of one side, an attention block after each where asked for."""

    def __init__(
        self, channels: list[int], *, attention: bool, dropout: float, groups: int
    ) -> None:
        super().__init__()
        pairs = list(itertools.pairwise(channels))
        self.block = nn.ModuleList(
            [ResBlock(a, b, dropout=dropout, groups=groups) for a, b in pairs]
        )
        self.attn = nn.ModuleList(
            [AttentionBlock(b, groups) for _, b in pairs] if attention else []
        )

    def blocks(self, x: Tensor) -> Tensor:
        for index, block in enumerate(self.block):
            x = block(x)
            if self.attn:
                x = self.attn[index](x)
        return x


class DownLevel(Level):
    """A level followed, except at the coarsest side, by a halving."""

    def __init__(
        self,
        channels: list[int],
        *,
        attention: bool,
        dropout: float,
        groups: int,
        coarsest: bool,
    ) -> None:
        super().__init__(channels, attention=attention, dropout=dropout, groups=groups)
        self.downsample = nn.Identity() if coarsest else Downsample(channels[-1])

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.downsample(self.blocks(x))
        return h


class UpLevel(Level):
    """A level followed, except at the finest side, by a doubling."""

    def __init__(
        self,
        channels: list[int],
        *,
        attention: bool,
        dropout: float,
        groups: int,
        finest: bool,
    ) -> None:
        super().__init__(channels, attention=attention, dropout=dropout, groups=groups)
        self.upsample = nn.Identity() if finest else Upsample(channels[-1])

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.upsample(self.blocks(x))
        return h


def normed_output(norm: nn.Module, conv: nn.Conv2d, x: Tensor) -> Tensor:
    """Norm, swish, conv: the end of both coders."""
    return torch.as_tensor(conv(F.silu(norm(x))))
