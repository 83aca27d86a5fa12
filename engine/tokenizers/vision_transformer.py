"""The transformer block of TiTok's encoder and decoder, in the layout of CLIP's image tower."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class VisionShape:
    """Size of a vision transformer."""

    width: int
    layers: int
    heads: int


class PackedAttention(nn.Module):
    """Self-attention whose queries, keys and values come from one matrix."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"a width of {width} does not split into {heads} heads")
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)
        nn.init.xavier_uniform_(self.in_proj_weight)

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, D)."""
        queries, keys, values = self._split(x)
        seen = F.scaled_dot_product_attention(queries, keys, values)
        out: Tensor = self.out_proj(seen.transpose(1, 2).flatten(2))
        return out

    def weights(self, x: Tensor, queries: int) -> Tensor:
        """What the last `queries` places look at: (B, queries, L), the mean over the heads."""
        asking, keys, _ = self._split(x)
        scale = keys.shape[-1] ** -0.5
        scores: Tensor = asking[:, :, -queries:] @ keys.transpose(-1, -2) * scale
        return scores.softmax(-1).mean(1)

    def _split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        packed = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        queries, keys, values = (
            part.view(*part.shape[:2], self.heads, -1).transpose(1, 2)  # B H L D/H
            for part in packed.chunk(3, -1)
        )
        return queries, keys, values


class VisionMLP(nn.Module):
    """Four times as wide inside, exact GELU."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_fc = nn.Linear(width, 4 * width)
        self.c_proj = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.c_proj(F.gelu(self.c_fc(x)))
        return out


class VisionBlock(nn.Module):
    """Attention, then MLP; each normed before and added."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = PackedAttention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = VisionMLP(width)

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, D)."""
        x = x + self.attn(self.ln_1(x))
        out: Tensor = x + self.mlp(self.ln_2(x))
        return out

    def attention_weights(self, x: Tensor, queries: int) -> Tensor:
        """As PackedAttention.weights, of this block's attention on its input x."""
        return self.attn.weights(self.ln_1(x), queries)
