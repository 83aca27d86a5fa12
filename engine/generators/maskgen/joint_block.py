"""Joint transformer blocks: image and text each with weights of their own, one attention over both.

Esser et al., "Scaling Rectified Flow Transformers" (arXiv 2403.03206), section 4, without the
norm of queries and keys. Parameter names are those of published state dicts.
Axes: B rows, L image tokens, T text positions, D width, H heads.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

EPS = 1e-6


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Layer norm without weights of x (B, L, D), then scaled and shifted by (B, D) each."""
    normed = F.layer_norm(x, x.shape[-1:], eps=EPS)
    return normed * (1 + scale[:, None]) + shift[:, None]


class Modulation(nn.Module):
    """A condition (B, D) -> `parts` vectors (B, D) each."""

    def __init__(self, width: int, parts: int) -> None:
        super().__init__()
        self.parts = parts
        self.linear = nn.Linear(width, parts * width)

    def forward(self, condition: Tensor) -> tuple[Tensor, ...]:
        return self.linear(F.silu(condition)).chunk(self.parts, -1)  # type: ignore[no-any-return]


class LastNorm(nn.Module):
    """The norm before the head: the condition gives scale, then shift."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, 2 * width)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """x (B, L, D), condition (B, D) -> (B, L, D)."""
        scale, shift = self.linear(F.silu(condition)).chunk(2, -1)
        return modulated(x, shift, scale)


class GELUProjection(nn.Module):
    """Linear, then tanh-approximated GELU."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, inner)

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.proj(x), approximate="tanh")


class FeedForward(nn.Module):
    """Four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        # The middle entry is the dropout of published networks, which have none.
        self.net = nn.Sequential(
            GELUProjection(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.net(x)
        return out


class JointAttention(nn.Module):
    """Both sequences ask and are asked. `answers_text`: the text gets an output too."""

    def __init__(self, width: int, heads: int, *, answers_text: bool) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"a width of {width} does not split into {heads} heads")
        self.heads = heads
        self.to_q = nn.Linear(width, width)
        self.to_k = nn.Linear(width, width)
        self.to_v = nn.Linear(width, width)
        self.add_q_proj = nn.Linear(width, width)
        self.add_k_proj = nn.Linear(width, width)
        self.add_v_proj = nn.Linear(width, width)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])
        self.answers_text = answers_text
        if answers_text:
            self.to_add_out = nn.Linear(width, width)

    def forward(self, image: Tensor, text: Tensor) -> tuple[Tensor, Tensor | None]:
        """(B, L, D) and (B, T, D) -> the same, or None for a text without answer."""
        queries = torch.cat([self.to_q(image), self.add_q_proj(text)], 1)
        keys = torch.cat([self.to_k(image), self.add_k_proj(text)], 1)
        values = torch.cat([self.to_v(image), self.add_v_proj(text)], 1)
        seen = F.scaled_dot_product_attention(
            self._split(queries), self._split(keys), self._split(values)
        )
        both = seen.transpose(1, 2).flatten(2)
        of_image, of_text = both[:, : image.shape[1]], both[:, image.shape[1] :]
        return self.to_out[0](of_image), self.to_add_out(of_text) if self.answers_text else None

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)  # B H L D/H


class JointBlock(nn.Module):
    """Attention and feed-forward on both sequences; in the last block the text is only looked at.

    Each is normed, scaled and shifted before, and gated after, as the condition says.
    """

    def __init__(self, width: int, heads: int, *, last: bool) -> None:
        super().__init__()
        self.last = last
        self.norm1 = Modulation(width, 6)
        self.norm1_context = LastNorm(width) if last else Modulation(width, 6)
        self.attn = JointAttention(width, heads, answers_text=not last)
        self.ff = FeedForward(width)
        if not last:
            self.ff_context = FeedForward(width)

    def forward(self, image: Tensor, text: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """image (B, L, D), text (B, T, D), condition (B, D) -> image and text, the same shapes."""
        ours = self.norm1(condition)
        asked = modulated(image, ours[0], ours[1])
        if self.last:
            attended, _ = self.attn(asked, self.norm1_context(text, condition))
            return _finished(image, attended, ours, self.ff), text
        theirs = self.norm1_context(condition)
        attended, answered = self.attn(asked, modulated(text, theirs[0], theirs[1]))
        return (
            _finished(image, attended, ours, self.ff),
            _finished(text, answered, theirs, self.ff_context),
        )


def _finished(
    x: Tensor, attended: Tensor, modulation: tuple[Tensor, ...], feed_forward: nn.Module
) -> Tensor:
    """x with what attention found and what the feed-forward makes of it, both gated."""
    _, _, gate, shift, scale, second_gate = modulation
    x = x + gate[:, None] * attended
    out: Tensor = x + second_gate[:, None] * feed_forward(modulated(x, shift, scale))
    return out
