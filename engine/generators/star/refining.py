"""Causal-driven stable sampling: the last scales are drawn in rounds that look at each other.

STAR's second network (arXiv 2406.10797), in the manner of MaskGIT (arXiv 2202.04200): a round draws
every site and keeps the draws that it is surest of. Axes as in network.py; n candidates.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.generators import sampling
from engine.generators.star.network import (
    FeedForward,
    SelfAttention,
    Star,
    StarConfig,
    normed,
)
from engine.values.params import SamplingParams
from engine.values.tokens import UNKNOWN

LAYERS = 3
ROUNDS = 8
LAST_SCALE_ROUNDS = 15
LOOSE_ROUNDS = 5
"""The first rounds keep sites at random; before the last scale they draw from the base network."""


class RefiningBlock(nn.Module):
    """As the base network's block, without a look at the text."""

    def __init__(self, config: StarConfig) -> None:
        super().__init__()
        self.attn = SelfAttention(config.width, config.heads)
        self.ffn = FeedForward(config.width)

    def forward(self, x: Tensor, angles: Tensor) -> Tensor:
        """x (B, L, D) -> (B, L, D)."""
        x = x + self.attn(normed(x), angles)
        out: Tensor = x + self.ffn(normed(x))
        return out


class RefinedStar(Star):
    """The base network and the small one that refines its last scales."""

    def __init__(self, config: StarConfig) -> None:
        super().__init__(config)
        width = config.width
        self.pos_start_last = nn.Parameter(torch.zeros(1, 1, width))
        self.encoder_proj2 = nn.Linear(config.text_width, width)
        self.word_embed_head = nn.Linear(config.latent_channels, width)
        self.lvl_embed_2 = nn.Embedding(len(config.sides), width)
        self.head_proj = nn.Linear(2 * width, width)
        self.feat_extract_blocks = nn.ModuleList(RefiningBlock(config) for _ in range(LAYERS))
        self.head_logits2 = nn.Linear(width, config.codebook_size)

    def refining_inputs(
        self, pooled: Tensor, revealed: Tensor, outputs: Tensor, scale: int
    ) -> tuple[Tensor, Tensor]:
        """What the small network is fed, (B, 1 + p * p, D) twice: the text first, then the sites.

        pooled (B, F); revealed (B, p * p, C) codewords, zero where nothing is kept yet; outputs
        (B, p * p, D) of the base network's last block.
        """
        start = self.encoder_proj2(pooled.to(outputs.dtype))[:, None] + self.pos_start_last
        sites = self.word_embed_head(revealed.to(outputs.dtype)) + self.lvl_embed_2.weight[scale]
        return torch.cat([start, sites], 1), torch.cat([start, outputs], 1)

    def refined(self, inputs: tuple[Tensor, Tensor], scale: int) -> Tensor:
        """Logits (B, 1 + p * p, K); those of the text's position mean nothing."""
        angles = self.angles(scale)
        angles = torch.cat([torch.zeros_like(angles[:1]), angles])
        x = self.head_proj(torch.cat(inputs, -1))
        for block in self.feat_extract_blocks:
            x = block(x, angles)
        logits: Tensor = self.head_logits2(normed(x))
        return logits


def build_star(config: StarConfig) -> Star:
    """With the refining network if the configuration names the scale it starts at."""
    return Star(config) if config.refined_from is None else RefinedStar(config)


def reveal_counts(side: int, rounds: int) -> tuple[int, ...]:
    """How many sites each round keeps: few at first, more and more, all in the end."""
    falling = torch.linspace(1, 0, rounds).arccos()
    shares = (falling / falling.sum() * side * side).round().int().clamp_min(1)
    counts = shares.tolist()
    return (*counts[:-1], side * side - sum(counts[:-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """A scale to be refined. pooled (P n, F); outputs (P n, p * p, D) of the base network's last
    block; base_logits (n, p * p, K), guided; codebook (K, C)."""

    number: int
    pooled: Tensor
    outputs: Tensor
    base_logits: Tensor
    codebook: Tensor


def refined_ids(
    network: RefinedStar, scale: Scale, params: SamplingParams, draws: sampling.StepDraws
) -> Tensor:
    """Ids (n, p * p) of a scale, drawn round by round. The guidance does not grow here."""
    config = network.config
    is_last = scale.number == len(config.sides) - 1
    hybrid = config.refining == "hybrid"
    rounds = LAST_SCALE_ROUNDS if hybrid and is_last else ROUNDS
    ids = torch.full(scale.base_logits.shape[:2], UNKNOWN, device=scale.base_logits.device)
    for number, count in enumerate(reveal_counts(config.sides[scale.number], rounds)):
        loose = number < LOOSE_ROUNDS
        from_base = hybrid and loose and not is_last
        logits = scale.base_logits if from_base else _guided(network, scale, ids, params)
        drawn, sureness = _drawn(logits, params, draws)
        if from_base:
            ids = revealed(ids, drawn, sureness, count)
        order = draws.chances(ids.shape[1]).to(sureness) if loose else sureness
        ids = revealed(ids, drawn, order * (ids == UNKNOWN), count)
    return ids


def revealed(ids: Tensor, drawn: Tensor, order: Tensor, count: int) -> Tensor:
    """ids, drawn, order (n, S): the `count` sites first in order keep what was drawn.

    Those that had kept something before keep that.
    """
    chosen = order.topk(count, dim=1).indices
    takes = torch.zeros_like(ids, dtype=torch.bool).scatter(1, chosen, True)
    return torch.where(takes & (ids == UNKNOWN), drawn, ids)


def _guided(network: RefinedStar, scale: Scale, ids: Tensor, params: SamplingParams) -> Tensor:
    """(n, p * p, K) logits of the small network, given the ids (n, p * p) kept so far."""
    vectors = scale.codebook[ids.clamp_min(0)] * (ids != UNKNOWN)[..., None]
    texts = len(scale.pooled) // len(ids)
    inputs = network.refining_inputs(
        scale.pooled, vectors.repeat(texts, 1, 1), scale.outputs, scale.number
    )
    logits = network.refined(inputs, scale.number)[:, 1:].float()
    if texts == 1:
        return logits
    conditional, unconditional = logits.chunk(2)
    return sampling.guided(conditional, unconditional, params.guidance_scale)


def _drawn(
    logits: Tensor, params: SamplingParams, draws: sampling.StepDraws
) -> tuple[Tensor, Tensor]:
    """Logits (n, S, K) -> ids (n, S) and the probability of each, (n, S)."""
    if params.temperature == 0:
        ids, weights = logits.argmax(-1), logits.softmax(-1)
    else:
        weights = sampling.token_weights(logits, params, sampling.covering_top_p)
        ids = draws.ids(weights)
    probabilities = weights / weights.sum(-1, keepdim=True)
    return ids, probabilities.gather(-1, ids[..., None])[..., 0]
