"""MaskGen's transformer over discrete tokens: ids and a text in, logits out.

Kim et al., "Democratizing Text-to-Image Masked Generative Models with Compact Text-Aware
One-Dimensional Tokens" (arXiv 2501.07730), section 3.3. Written from a description of the
published weights, whose parameter names it has.
Axes: B rows, N sites, K codebook, D width, T text positions, F text width.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.generators.maskgen.joint_block import JointBlock, LastNorm

SCORE_UNITS = 100
"""The score's sinusoidal code counts hundredths."""
SCORE_PERIOD = 1000


@dataclass(frozen=True, slots=True)
class MaskGenConfig:
    """tokens: N. text_width, pooled_width: of the text's states and of its pooled feature.

    score_width: of the aesthetic score's code, 0 = no score. score: what is asked for, 0..10.
    classes: rows of the embedding that published files carry and nothing reads.
    """

    codebook_size: int
    tokens: int
    width: int
    layers: int
    heads: int
    text_width: int = 768
    pooled_width: int = 768
    score_width: int = 256
    score: float = 6.5
    classes: int = 1000

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> "MaskGenConfig":
        """From a published config.json."""
        tokens, network = config["model"]["vq_model"], config["model"]["maskgen"]
        text_width = tokens.get("text_embed_dim", 768)
        return cls(
            codebook_size=tokens["codebook_size"],
            tokens=tokens["num_latent_tokens"],
            width=network["decoder_embed_dim"],
            layers=network["decoder_depth"],
            heads=network["decoder_num_heads"],
            text_width=text_width,
            pooled_width=tokens.get("text_pooled_dim", text_width),
            score_width=network["micro_condition_embed_dim"]
            if network.get("micro_condition", True)
            else 0,
            score=network.get("sample_aesthetic_score", 6.5),
            classes=network.get("condition_num_classes", 1000),
        )


@dataclass(frozen=True, slots=True, eq=False)
class TextInputs:
    """What the network makes of a text, whatever the tokens. states (B, T, D), pooled (B, D)."""

    states: Tensor
    pooled: Tensor

    def repeated(self, times: int) -> "TextInputs":
        """Each row `times` times over, neighbours together."""
        return TextInputs(
            self.states.repeat_interleave(times, 0), self.pooled.repeat_interleave(times, 0)
        )


class MaskGen(nn.Module):
    """Logits are products with the tokens' own embeddings; `mask_id` stands at unknown sites."""

    def __init__(self, config: MaskGenConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.mask_id = config.codebook_size
        self.embeddings = nn.Embedding(config.codebook_size + 2 + config.classes, width)
        self.pos_embed = nn.Parameter(torch.zeros(1, config.tokens, width))
        self.text_embed_proj = nn.Linear(config.text_width, width)
        self.cond_pooled_proj = nn.Linear(config.pooled_width + config.score_width, width)
        self.blocks = nn.ModuleList(
            JointBlock(width, config.heads, last=index == config.layers - 1)
            for index in range(config.layers)
        )
        self.norm = LastNorm(width)
        self.apply(_init_weights)
        nn.init.normal_(self.pos_embed, std=0.02)

    def text_inputs(
        self, states: Tensor, pooled: Tensor, score: Tensor | None = None
    ) -> TextInputs:
        """states (B, T, F), pooled (B, F'), score (B,) (default: the configuration's)."""
        if self.config.score_width:
            if score is None:
                score = pooled.new_full((len(pooled),), self.config.score)
            code = score_code(score, self.config.score_width).to(pooled)
            pooled = torch.cat([pooled, code], -1)
        return TextInputs(self.text_embed_proj(states), self.cond_pooled_proj(pooled))

    def forward(self, ids: Tensor, text: TextInputs) -> Tensor:
        """ids (B, N) int64, `mask_id` where unknown -> logits (B, N, K)."""
        x, states = self.embeddings(ids) + self.pos_embed, text.states
        for block in self.blocks:
            x, states = block(x, states, text.pooled)
        x = self.norm(x, text.pooled)
        return F.linear(x, self.embeddings.weight[: self.config.codebook_size])


def score_code(score: Tensor, width: int) -> Tensor:
    """(B,) aesthetic scores -> (B, width): sines, then cosines, of periods from 1 to 1000."""
    half = width // 2
    steps = torch.arange(half, dtype=torch.float32, device=score.device) / half
    angles = SCORE_UNITS * score.float()[:, None] * torch.exp(-math.log(SCORE_PERIOD) * steps)
    return torch.cat([angles.sin(), angles.cos()], -1)


def _init_weights(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)
