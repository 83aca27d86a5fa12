"""VQ-Diffusion's denoising transformer: noised tokens, time and text in, logits of clean ones out.

Gu et al., arXiv 2111.14822, section 4.2, written from the published description. Parameter names
are those of published state dicts. The id codebook_size stands for a masked token.
Axes: B rows, L sites, K codebook, D width, H heads, F condition width, T text positions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

TextKeysValues = tuple[tuple[Tensor, Tensor], ...]
"""Keys and values (P, H, T, D/H) of P prompts, one pair a layer; empty without text."""


@dataclass(frozen=True, slots=True)
class VQDiffusionConfig:
    """side: sites along one side. table_side: rows of each position table, at least side.

    times: T, noising steps that the network knows. hidden_factor: the MLP's width over D.
    condition_width, text_length: of text states; 0 = no text. classes: rows of the label tables;
    0 = none. learned_null: whether features of the null prompt are among the weights.
    """

    side: int
    codebook_size: int
    layers: int
    heads: int
    width: int
    times: int
    table_side: int
    hidden_factor: int = 4
    condition_width: int = 0
    text_length: int = 0
    classes: int = 0
    learned_null: bool = False

    @classmethod
    def from_json(cls, network: Mapping[str, Any]) -> "VQDiffusionConfig":
        """From the "network" part of a model.json, whose names are those of published configs."""
        side, _ = network["content_spatial_size"]
        return cls(
            side=side,
            codebook_size=network["num_embed"],
            layers=network["n_layer"],
            heads=network["n_head"],
            width=network["n_embd"],
            times=network["diffusion_step"],
            table_side=network.get("emb_spatial_size", (side, side))[0],
            hidden_factor=network["mlp_hidden_times"],
            condition_width=network.get("condition_dim", 0),
            text_length=network.get("condition_seq_len", 0),
            classes=network.get("class_number", 0),
            learned_null=network.get("empty_text_embed", False),
        )

    @property
    def mask_id(self) -> int:
        """Fed where a token is masked."""
        return self.codebook_size


class Attention(nn.Module):
    """Multi-head attention over keys of another width; heads split the width contiguously."""

    def __init__(self, width: int, heads: int, source_width: int) -> None:
        super().__init__()
        self.heads = heads
        self.key = nn.Linear(source_width, width)
        self.query = nn.Linear(width, width)
        self.value = nn.Linear(source_width, width)
        self.proj = nn.Linear(width, width)

    def keys_values(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """(B, S, F) -> keys and values, each (B, H, S, D/H)."""
        return self._split(self.key(source)), self._split(self.value(source))

    def forward(self, x: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Queries from x (B, L, D) -> (B, L, D). Keys of P rows serve B = P * n rows of x."""
        # Queries do not know each other, so n rows over one row of keys are one long row.
        queries = self._split(self.query(x).reshape(keys.shape[0], -1, x.shape[-1]))
        seen = F.scaled_dot_product_attention(queries, keys, values)
        out: Tensor = self.proj(seen.transpose(1, 2).reshape(x.shape))
        return out

    def _split(self, x: Tensor) -> Tensor:
        rows, length, width = x.shape
        return x.view(rows, length, self.heads, width // self.heads).transpose(1, 2)  # B H L D/H


class AdaptiveNorm(nn.Module):
    """Layer norm whose scale and shift come from a table: one row a time, or a label."""

    def __init__(self, width: int, rows: int) -> None:
        super().__init__()
        self.emb = nn.Embedding(rows, width)
        self.linear = nn.Linear(width, 2 * width)

    def forward(self, x: Tensor, features: Tensor) -> Tensor:
        """x (B, L, D), features (B, D) of the table -> (B, L, D)."""
        scale, shift = self.linear(F.silu(features))[:, None].chunk(2, -1)
        normed = F.layer_norm(x, x.shape[-1:], eps=1e-5)
        out: Tensor = normed * (1 + scale) + shift
        return out


class QuickGELU(nn.Module):
    """u * sigmoid(1.702 u)."""

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(1.702 * x)


class ConvMLP(nn.Module):
    """The MLP of networks without text: 3x3 convolutions over the grid."""

    def __init__(self, config: VQDiffusionConfig) -> None:
        super().__init__()
        self.side = config.side
        hidden = config.hidden_factor * config.width
        self.conv1 = nn.Conv2d(config.width, hidden, 3, padding=1)
        self.act = QuickGELU()
        self.conv2 = nn.Conv2d(hidden, config.width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, D)."""
        grid = x.transpose(1, 2).reshape(len(x), -1, self.side, self.side)  # B D h w
        out: Tensor = self.conv2(self.act(self.conv1(grid)))
        return out.flatten(2).transpose(1, 2)


class TextBlock(nn.Module):
    """Self-attention, cross-attention to the text, MLP; each normed before, then added."""

    def __init__(self, config: VQDiffusionConfig) -> None:
        super().__init__()
        width = config.width
        self.ln1 = AdaptiveNorm(width, config.times)
        self.attn1 = Attention(width, config.heads, width)
        self.ln1_1 = AdaptiveNorm(width, config.times)
        self.attn2 = Attention(width, config.heads, config.condition_width)
        self.ln2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, config.hidden_factor * width),
            QuickGELU(),
            nn.Linear(config.hidden_factor * width, width),
        )

    def forward(self, x: Tensor, times: Tensor, text: tuple[Tensor, Tensor]) -> Tensor:
        """x (B, L, D), times (B,), text: this layer's keys and values -> (B, L, D)."""
        normed = self.ln1(x, self.ln1.emb(times))
        x = x + self.attn1(normed, *self.attn1.keys_values(normed))
        x = x + self.attn2(self.ln1_1(x, self.ln1_1.emb(times)), *text)
        out: Tensor = x + self.mlp(self.ln2(x))
        return out


class LabelBlock(nn.Module):
    """Self-attention and a convolutional MLP, normed by the label or, without labels, plainly."""

    def __init__(self, config: VQDiffusionConfig) -> None:
        super().__init__()
        width = config.width
        self.ln1 = AdaptiveNorm(width, config.times)
        self.attn = Attention(width, config.heads, width)
        self.ln2 = AdaptiveNorm(width, config.classes) if config.classes else nn.LayerNorm(width)
        self.mlp = ConvMLP(config)

    def forward(self, x: Tensor, times: Tensor, labels: Tensor | None) -> Tensor:
        """x (B, L, D), times (B,), labels (B,) -> (B, L, D)."""
        normed = self.ln1(x, self.ln1.emb(times))
        x = x + self.attn(normed, *self.attn.keys_values(normed))
        normed = self.ln2(x) if labels is None else self.ln2(x, _label_features(self.ln2, labels))
        out: Tensor = x + self.mlp(normed)
        return out


def _label_features(norm: nn.Module, labels: Tensor) -> Tensor:
    """(B,) -> (B, D): a label beyond the table means the mean of all, the null label."""
    assert isinstance(norm, AdaptiveNorm)
    table = norm.emb.weight
    return torch.cat([table, table.mean(0, keepdim=True)])[labels.clamp_max(len(table))]


class TokenEmbedding(nn.Module):
    """Token plus row plus column; the tables may be larger than the grid."""

    def __init__(self, config: VQDiffusionConfig) -> None:
        super().__init__()
        self.emb = nn.Embedding(config.codebook_size + 1, config.width)
        self.height_emb = nn.Embedding(config.table_side, config.width)
        self.width_emb = nn.Embedding(config.table_side, config.width)

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, L) ids in 0..K -> (B, L, D)."""
        # Published networks count site i along the table's rows, even where the grid's are shorter.
        sites = torch.arange(tokens.shape[1], device=tokens.device)
        side = self.width_emb.num_embeddings
        places = self.height_emb(sites // side) + self.width_emb(sites % side)
        out: Tensor = self.emb(tokens) + places
        return out


class Transformer(nn.Module):
    """Embeddings, blocks and head."""

    def __init__(self, config: VQDiffusionConfig) -> None:
        super().__init__()
        self.content_emb = TokenEmbedding(config)
        block = TextBlock if config.condition_width else LabelBlock
        self.blocks = nn.ModuleList(block(config) for _ in range(config.layers))
        self.to_logits = nn.Sequential(
            nn.LayerNorm(config.width), nn.Linear(config.width, config.codebook_size)
        )


class VQDiffusion(nn.Module):
    """The whole network without text encoder and tokenizer, which are modules of their own.

    Has no buffers, so that it can be built on the meta device and filled by a strict load.
    """

    def __init__(self, config: VQDiffusionConfig) -> None:
        super().__init__()
        self.config = config
        self.transformer = Transformer(config)
        if config.learned_null:
            # At the scale of text states; not zero, or its rows would stay alike.
            empty = torch.randn(config.text_length, config.condition_width)
            self.empty_text_embed = nn.Parameter(empty * config.condition_width**-0.5)
        self.apply(_init_weights)

    def forward(
        self,
        tokens: Tensor,
        times: Tensor,
        *,
        text: TextKeysValues = (),
        labels: Tensor | None = None,
    ) -> Tensor:
        """tokens (B, L) ids in 0..K, K = masked; times (B,) in 0..T-1 -> logits (B, L, K)."""
        x = self.transformer.content_emb(tokens)
        for index, block in enumerate(self.transformer.blocks):
            x = block(x, times, text[index] if text else labels)
        logits: Tensor = self.transformer.to_logits(x)
        return logits

    def text_keys_values(self, hidden: Tensor) -> TextKeysValues:
        """hidden (P, T, F), sized as in training -> every layer's keys and values."""
        return tuple(block.attn2.keys_values(hidden) for block in self.transformer.blocks)  # type: ignore[operator, union-attr]


def _init_weights(module: nn.Module) -> None:
    if any(parameter.is_meta for parameter in module.parameters(recurse=False)):
        return  # nothing to fill, and torch takes seconds over it
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
