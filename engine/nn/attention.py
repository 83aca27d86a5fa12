"""Multi-head attention with separate projections, for self- and cross-attention."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Attention(nn.Module):
    """Heads split the width contiguously; keys and values are made apart so that they can be kept.

    `dropout` in 0..1 acts on the attention weights and on the output, in training only.
    """

    def __init__(self, width: int, heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"a width of {width} does not split into {heads} heads")
        self.heads = heads
        self.dropout = dropout
        self.W_q = nn.Linear(width, width)
        self.W_k = nn.Linear(width, width)
        self.W_v = nn.Linear(width, width)
        self.proj = nn.Linear(width, width)

    def keys_values(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (B, L, D) -> keys and values, each (B, H, L, D/H)."""
        return self._split(self.W_k(x)), self._split(self.W_v(x))

    def forward(
        self, x: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Queries from x (B, L, D) over keys, values (B, H, S, D/H); mask (L, S) bool, True = see.

        Keys of P rows may serve B = P * n queries rows (n neighbours share a row) without a mask.
        """
        shared = keys.shape[0]
        # Without a mask queries do not know each other, so n rows of L queries over one row of
        # keys are one row of n * L queries: keys need no copy per row.
        queries = self._split(self.W_q(x).reshape(shared, -1, x.shape[-1]))  # P H nL D/H
        seen = F.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, dropout_p=self.dropout if self.training else 0.0
        )
        out: Tensor = self.proj(seen.transpose(1, 2).reshape(x.shape))
        return F.dropout(out, self.dropout, self.training)

    def _split(self, x: Tensor) -> Tensor:
        rows, length, width = x.shape
        return x.view(rows, length, self.heads, width // self.heads).transpose(1, 2)  # B H L D/H


def block_causal_mask(blocks: Tensor, past: int = 0) -> Tensor:
    """blocks (S,) int, ascending -> (S - past, S) bool: a query sees its own and earlier blocks."""
    return torch.ge(blocks[past:, None], blocks[None, :])
