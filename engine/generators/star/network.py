"""STAR's scale-wise transformer: the latent so far and text in, logits of a scale out.

Ma et al., "STAR: Scale-wise Text-conditioned AutoRegressive image generation" (arXiv 2406.10797),
written from a description of the published form. Parameter names are those of published state
dicts. Positions are those of the pyramid; position 0 is fed the text, not the latent.
Axes: B rows, L positions, K codebook, D width, H heads, d head width, C latent channels, F text
width, T text positions, P prompts.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.nn.attention import block_causal_mask
from engine.nn.kv_cache import KVCache
from engine.nn.positions import axial_angles, rotated
from engine.values.errors import BadInput
from engine.values.layout import Pyramid

TextScope = Literal["prompt", "row"]
Refining = Literal["hybrid", "alone"]
SHARPEST = math.log(100)
SHARPNESS = 4.0
"""Factor on the cosine of queries and keys: the start of training, and the most it may become."""


@dataclass(frozen=True, slots=True)
class StarConfig:
    """sides: of the pyramid. text_width: of pooled text and text states alike.

    text_scope: published networks were trained and run with the prompt's cross-attention added to
    the null prompt's rows as well ("prompt"); in "row" each row looks at its own text.
    refined_from: the first scale that the refining network redraws, None without one. refining:
    whether its first rounds draw from the base network ("hybrid", as published) or none do.
    """

    sides: tuple[int, ...]
    codebook_size: int
    latent_channels: int
    layers: int
    heads: int
    width: int
    text_width: int
    text_scope: TextScope = "prompt"
    logit_norm: bool = True
    theta: float = 10_000.0
    extent: float = 64.0
    refined_from: int | None = None
    refining: Refining = "hybrid"

    def __post_init__(self) -> None:
        if self.sides[0] != 1:
            raise BadInput(
                f"The first scale must be one site, not {self.sides[0]} x {self.sides[0]}."
            )

    @classmethod
    def from_json(cls, network: Mapping[str, Any]) -> "StarConfig":
        """From the "network" part of a model.json, whose names are those of published configs."""
        return cls(
            sides=tuple(network["patch_nums"]),
            codebook_size=network["vocab_size"],
            latent_channels=network["z_channels"],
            layers=network["depth"],
            heads=network["num_heads"],
            width=network["embed_dim"],
            text_width=network["in_dim_cross"],
            text_scope=network.get("text_scope", "prompt"),
            logit_norm=network.get("enable_logit_norm", True),
            theta=network.get("rope_theta", 10_000.0),
            extent=network.get("rope_norm", 64.0),
            refined_from=network["sample_from_idx"] if network.get("sampler") else None,
            refining=network.get("refining", "hybrid"),
        )

    @property
    def layout(self) -> Pyramid:
        return Pyramid(self.sides)

    @property
    def head_width(self) -> int:
        return self.width // self.heads


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """What every layer's cross-attention looks at.

    keys_values: one pair (P, H, T, d) a layer. mask: (P, 1, 1, T) bool, True = see, or None.
    copies: rows come in that many equal groups, of which only the first looks at the text; the
    others get what it saw. Rows of the first group are P prompts times any number.
    """

    keys_values: tuple[tuple[Tensor, Tensor], ...]
    mask: Tensor | None = None
    copies: int = 1


class CosineAttention(nn.Module):
    """Attention by the cosine of queries and keys, times a learned factor a head.

    Keys have no bias. Published state dicts hold one of zeros, which is dropped.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.scale_mul_1H11 = nn.Parameter(torch.full((1, heads, 1, 1), math.log(SHARPNESS)))
        self.q_bias = nn.Parameter(torch.zeros(width))
        self.v_bias = nn.Parameter(torch.zeros(width))
        self.proj = nn.Linear(width, width)

    def split(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, H, L, d)."""
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def queries(self, q: Tensor) -> Tensor:
        """(B, H, L, d) -> the same shape, of unit length times the head's factor."""
        factor = self.scale_mul_1H11.clamp_max(SHARPEST).exp()
        return (F.normalize(q, dim=-1) * factor).to(q.dtype)

    def attended(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
        """q (B, H, L, d), k and v (B, H, S, d) -> (B, L, D)."""
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=1.0)
        out: Tensor = self.proj(seen.transpose(1, 2).flatten(2))
        return out


class SelfAttention(CosineAttention):
    """Queries and keys are turned by their place. The cache keeps turned keys of unit length."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__(width, heads)
        self.mat_qkv = nn.Linear(width, 3 * width, bias=False)

    def forward(
        self,
        x: Tensor,
        angles: Tensor,
        mask: Tensor | None = None,
        cache: tuple[KVCache, int] | None = None,
    ) -> Tensor:
        """x (B, L, D), angles (L, d / 2), mask (L, L) bool -> (B, L, D)."""
        q, k, v = self.mat_qkv(x).chunk(3, -1)
        queries = self.queries(rotated(self.split(q + self.q_bias), angles))
        keys = F.normalize(rotated(self.split(k), angles), dim=-1).to(queries.dtype)
        values = self.split(v + self.v_bias)
        if cache is not None:
            keys, values = cache[0].append(cache[1], keys, values)
        return self.attended(queries, keys, values, mask)


class CrossAttention(CosineAttention):
    """Looks at text states; places do not matter."""

    def __init__(self, width: int, heads: int, text_width: int) -> None:
        super().__init__(width, heads)
        self.mat_q = nn.Linear(width, width, bias=False)
        self.mat_kv = nn.Linear(text_width, 2 * width, bias=False)

    def keys_values(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """hidden (P, T, F) -> keys of unit length and values, each (P, H, T, d)."""
        k, v = self.mat_kv(hidden).chunk(2, -1)
        return F.normalize(self.split(k), dim=-1).to(k.dtype), self.split(v + self.v_bias)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """x (B, L, D), keys and values (P, H, T, d) -> (B, L, D)."""
        # Queries do not know each other, so the rows of one prompt are one long row.
        grouped = x.reshape(keys.shape[0], -1, x.shape[-1])  # P nL D
        queries = self.queries(self.split(self.mat_q(grouped) + self.q_bias))
        return self.attended(queries, keys, values, mask).view(x.shape)


class FeedForward(nn.Module):
    """Linear, GELU (tanh form), linear."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.fc2(F.gelu(self.fc1(x), approximate="tanh"))
        return h


class Block(nn.Module):
    """Self-attention, cross-attention, feed-forward; each added to what it normed."""

    def __init__(self, config: StarConfig) -> None:
        super().__init__()
        self.attn = SelfAttention(config.width, config.heads)
        self.cross_attn = CrossAttention(config.width, config.heads, config.text_width)
        self.ffn = FeedForward(config.width)

    def forward(
        self,
        x: Tensor,
        angles: Tensor,
        text: tuple[Tensor, Tensor],
        text_mask: Tensor | None,
        copies: int,
        mask: Tensor | None,
        cache: tuple[KVCache, int] | None,
    ) -> Tensor:
        """x (B, L, D) -> (B, L, D)."""
        x = x + self.attn(normed(x), angles, mask, cache)
        looking = x[: x.shape[0] // copies]
        x = x + self.cross_attn(normed(looking), *text, text_mask).repeat(copies, 1, 1)
        out: Tensor = x + self.ffn(normed(x))
        return out


class Star(nn.Module):
    """The whole network without text encoder and tokenizer, which are modules of their own.

    Has no buffers, so that it can be built on the meta device and filled by a strict load.
    """

    def __init__(self, config: StarConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.pos_start = nn.Parameter(torch.zeros(1, 1, width))
        self.encoder_proj = nn.Linear(config.text_width, width)
        self.word_embed = nn.Linear(config.latent_channels, width)
        self.lvl_embed = nn.Embedding(len(config.sides), width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.head_logits = nn.Linear(width, config.codebook_size)

    def forward(self, features: Tensor, *, pooled: Tensor, text: Text) -> Tensor:
        """Teacher-forced logits (B, L, K) of the whole pyramid; used in training.

        features (B, L - 1, C): the latent so far as each later scale is fed it.
        """
        sides = self.config.sides
        x = self.embedded(pooled, features)
        # As scale_of_sites, whose numbers torch.compile cannot follow.
        scales = torch.cat([torch.full((side * side,), scale) for scale, side in enumerate(sides)])
        angles = torch.cat([self.angles(scale) for scale in range(len(sides))])
        mask = block_causal_mask(scales.to(x.device))
        return self.logits(self.outputs(x, angles, text, mask=mask))

    def text(self, hidden: Tensor, mask: Tensor | None = None, *, copies: int = 1) -> Text:
        """hidden (P, T, F), mask (P, T) bool with True = a word -> what the layers look at."""
        states = hidden.to(self.head_logits.weight.dtype)
        keys_values = tuple(block.cross_attn.keys_values(states) for block in self.blocks)  # type: ignore[operator, union-attr]
        return Text(keys_values, None if mask is None else mask[:, None, None], copies)

    def start(self, pooled: Tensor) -> Tensor:
        """pooled (B, F) -> what position 0 is fed, (B, 1, D)."""
        fed: Tensor = self.encoder_proj(pooled.to(self.pos_start.dtype))[:, None]
        return fed + self.pos_start + self.lvl_embed.weight[0]

    def later(self, features: Tensor, scale: int) -> Tensor:
        """The latent shrunk to a later scale, (B, p * p, C) -> what it is fed, (B, p * p, D)."""
        fed: Tensor = self.word_embed(features.to(self.pos_start.dtype))
        return fed + self.lvl_embed.weight[scale]

    def embedded(self, pooled: Tensor, features: Tensor) -> Tensor:
        """pooled (B, F), features (B, L - 1, C) -> what the whole pyramid is fed, (B, L, D)."""
        sides = self.config.sides
        parts = torch.split(features, [side * side for side in sides[1:]], dim=1)
        later = [self.later(part, scale) for scale, part in enumerate(parts, start=1)]
        return torch.cat([self.start(pooled), *later], 1)

    def angles(self, scale: int) -> Tensor:
        """(p * p, d / 2) of a scale's places."""
        config = self.config
        angles = axial_angles(
            config.sides[scale], config.head_width, theta=config.theta, extent=config.extent
        )
        return angles.to(self.pos_start.device)

    def new_cache(self, rows: int) -> KVCache:
        """An empty cache for `rows` whole pyramids."""
        config = self.config
        shape = (config.layers, rows, config.heads, config.layout.length, config.head_width)
        return KVCache(shape, self.head_logits.weight)

    def outputs(
        self,
        x: Tensor,
        angles: Tensor,
        text: Text,
        *,
        mask: Tensor | None = None,
        cache: KVCache | None = None,
    ) -> Tensor:
        """What positions are fed (B, L, D) -> outputs of the last block, (B, L, D).

        With a cache: the positions of one scale, which may see the whole cache and each other.
        """
        for index, block in enumerate(self.blocks):
            x = block(
                x,
                angles,
                text.keys_values[index],
                text.mask,
                text.copies,
                mask,
                None if cache is None else (cache, index),
            )
        if cache is not None:
            cache.advance(x.shape[1])
        return x

    def logits(self, outputs: Tensor) -> Tensor:
        """Outputs of the last block (B, L, D) -> (B, L, K)."""
        ready = normed(outputs) if self.config.logit_norm else outputs
        logits: Tensor = self.head_logits(ready)
        return logits


def normed(x: Tensor) -> Tensor:
    """Layer norm without weights."""
    return F.layer_norm(x, x.shape[-1:], eps=1e-6)
