"""VQGAN image tokenizer: taming-transformers layout, f8 or f16, nearest or Gumbel codebook.

Esser et al., "Taming Transformers for High-Resolution Image Synthesis".
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.nn.conv_blocks import (
    DownLevel,
    MiddleBlock,
    UpLevel,
    coder_norm,
    normed_output,
)
from engine.nn.quantizer import GumbelQuantizer, NearestQuantizer


@dataclass(frozen=True, slots=True)
class CoderConfig:
    """Shape of encoder and decoder; `resolution` and `attn_resolutions` are nominal sides in px;
    norm_groups is 32 in every published coder. With 0 groups nothing but convolutions looks beyond
    a site (no attention, norms over channels alone), so that the tokens of a thing hardly depend
    on what else the picture shows."""

    z_channels: int
    resolution: int
    ch: int
    ch_mult: tuple[int, ...]
    num_res_blocks: int
    attn_resolutions: tuple[int, ...]
    in_channels: int = 3
    out_ch: int = 3
    dropout: float = 0.0
    double_z: bool = False
    norm_groups: int = 32

    @property
    def downsampling(self) -> int:
        """Pixels per token site along one side."""
        return 1 << (len(self.ch_mult) - 1)


@dataclass(frozen=True, slots=True)
class VQGANConfig:
    """quantize_number 0: plain VQGAN; else the Gumbel form with a codebook shrunk to that many."""

    n_embed: int
    embed_dim: int
    ddconfig: CoderConfig
    quantize_number: int = 0

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> "VQGANConfig":
        coder = dict(config["ddconfig"])
        for name in ("ch_mult", "attn_resolutions"):
            coder[name] = tuple(coder[name])
        names = ("n_embed", "embed_dim", "quantize_number")
        return cls(
            ddconfig=CoderConfig(**coder),
            **{name: config[name] for name in names if name in config},
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def codebook_size(self) -> int:
        return self.quantize_number or self.n_embed


class Encoder(nn.Module):
    """(B, 3, S, S) in -1..1 -> (B, z_channels, S/f, S/f)."""

    def __init__(self, config: CoderConfig) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(config.in_channels, config.ch, 3, padding=1)
        levels = len(config.ch_mult)
        widths = [config.ch * mult for mult in (1, *config.ch_mult)]
        self.down = nn.ModuleList(
            DownLevel(
                [widths[level]] + [widths[level + 1]] * config.num_res_blocks,
                attention=config.resolution // 2**level in config.attn_resolutions,
                dropout=config.dropout,
                groups=config.norm_groups,
                coarsest=level == levels - 1,
            )
            for level in range(levels)
        )
        self.mid = MiddleBlock(widths[-1], dropout=config.dropout, groups=config.norm_groups)
        self.norm_out = coder_norm(widths[-1], config.norm_groups)
        out_channels = config.z_channels * (2 if config.double_z else 1)
        self.conv_out = nn.Conv2d(widths[-1], out_channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv_in(x)
        for level in self.down:
            h = level(h)
        return normed_output(self.norm_out, self.conv_out, self.mid(h))


class Decoder(nn.Module):
    """(B, z_channels, S/f, S/f) -> (B, 3, S, S), about -1..1. `up.0` is the finest level."""

    def __init__(self, config: CoderConfig) -> None:
        super().__init__()
        levels = len(config.ch_mult)
        widths = [config.ch * mult for mult in (*config.ch_mult, config.ch_mult[-1])]
        self.conv_in = nn.Conv2d(config.z_channels, widths[-1], 3, padding=1)
        self.mid = MiddleBlock(widths[-1], dropout=config.dropout, groups=config.norm_groups)
        self.up = nn.ModuleList(
            UpLevel(
                [widths[level + 1]] + [widths[level]] * (config.num_res_blocks + 1),
                attention=config.resolution // 2**level in config.attn_resolutions,
                dropout=config.dropout,
                groups=config.norm_groups,
                finest=level == 0,
            )
            for level in range(levels)
        )
        self.norm_out = coder_norm(widths[0], config.norm_groups)
        self.conv_out = nn.Conv2d(widths[0], config.out_ch, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        h = self.mid(self.conv_in(z))
        for level in reversed(self.up):
            h = level(h)
        return normed_output(self.norm_out, self.conv_out, h)


class VQGAN(nn.Module):
    """Encoder, codebook and decoder; state-dict keys as published."""

    MEAN: Tensor
    STD: Tensor
    full_to_quantize: Tensor
    quantize_to_full: Tensor

    def __init__(self, config: VQGANConfig) -> None:
        super().__init__()
        coder = config.ddconfig
        self.config = config
        self.encoder = Encoder(coder)
        self.decoder = Decoder(coder)
        self.quant_conv = nn.Conv2d(coder.z_channels, config.embed_dim, 1)
        self.post_quant_conv = nn.Conv2d(config.embed_dim, coder.z_channels, 1)
        self.register_buffer("MEAN", torch.full((1, 3, 1, 1), 0.5))
        self.register_buffer("STD", torch.full((1, 3, 1, 1), 0.5))
        self.quantize = self._quantizer()

    def _quantizer(self) -> NearestQuantizer | GumbelQuantizer:
        return NearestQuantizer(self.config.n_embed, self.config.embed_dim)

    def pre_quant(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) in 0..1 -> (B, D, h, w), before quantisation."""
        z: Tensor = self.quant_conv(self.encoder((images - self.MEAN) / self.STD))
        return z

    def indices(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) in 0..1 -> (B, h, w) int64."""
        return self.quantize.indices(self.pre_quant(images))

    def decode_vectors(self, vectors: Tensor) -> Tensor:
        """(B, D, h, w) codewords -> (B, 3, S, S), about 0..1, not clamped."""
        decoded: Tensor = self.decoder(self.post_quant_conv(vectors))
        return decoded * self.STD + self.MEAN

    def decode_indices(self, indices: Tensor) -> Tensor:
        """(B, h, w) int64 -> (B, 3, S, S) in 0..1."""
        return self.decode_vectors(self.quantize.lookup(indices)).clamp(0, 1)


class ShrinkVQ(VQGAN):
    """Gumbel VQGAN whose codebook is reduced to the codes that its pictures use.

    full_to_quantize (n_embed,): code -> token id. quantize_to_full (quantize_number,): the lowest
    code of each id.
    """

    def __init__(self, config: VQGANConfig) -> None:
        super().__init__(config)
        self.register_buffer("full_to_quantize", torch.zeros(config.n_embed, dtype=torch.int64))
        self.register_buffer(
            "quantize_to_full", torch.zeros(config.quantize_number, dtype=torch.int64)
        )

    def _quantizer(self) -> GumbelQuantizer:
        # quant_conv has already brought the encoder's channels to embed_dim.
        return GumbelQuantizer(self.config.n_embed, self.config.embed_dim, self.config.embed_dim)

    def indices(self, images: Tensor) -> Tensor:
        return self.full_to_quantize[super().indices(images)]

    def decode_indices(self, indices: Tensor) -> Tensor:
        return super().decode_indices(self.quantize_to_full[indices])


def build_vqgan(config: VQGANConfig) -> VQGAN:
    """The plain or the shrunk form, as the configuration says."""
    return ShrinkVQ(config) if config.quantize_number else VQGAN(config)


class VQGANTokenizer:
    """ImageTokenizer over a VQGAN: uint8 pictures in and out, ids in raster order."""

    def __init__(self, network: VQGAN, image_side: int) -> None:
        self.network = network
        self.image_side = image_side
        self.codebook_size = network.config.codebook_size
        self.grid_side = image_side // network.config.ddconfig.downsampling

    @torch.inference_mode()
    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.int32]:
        weight = self.network.encoder.conv_in.weight
        x = torch.from_numpy(np.ascontiguousarray(images)).to(weight.device)
        x = x.permute(0, 3, 1, 2).to(weight.dtype) / 255
        ids: NDArray[np.int32] = self.network.indices(x).flatten(1).cpu().numpy().astype(np.int32)
        return ids

    @torch.inference_mode()
    def decode(self, ids: NDArray[np.int32]) -> NDArray[np.uint8]:
        device = self.network.encoder.conv_in.weight.device
        grid = torch.from_numpy(ids.astype(np.int64)).to(device)
        pictures = self.network.decode_indices(grid.view(-1, self.grid_side, self.grid_side))
        levels = (pictures.float() * 255).round().to(torch.uint8)
        pixels: NDArray[np.uint8] = levels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
        return pixels
