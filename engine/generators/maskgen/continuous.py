"""MaskGen over continuous tokens: kept for parity and for loading; the editor's tokens are ids.

Kim et al., arXiv 2501.07730, section 3.3; the head is that of Li et al., "Autoregressive Image
Generation without Vector Quantization" (arXiv 2406.11838). Parameter names are those of
published state dicts.
Axes: B rows, N sites, Z channels of a token, D width, M tokens drawn at once.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.generators.maskgen.diffusion import DiffusionTables
from engine.generators.maskgen.joint_block import EPS, JointBlock, LastNorm

SCORE_UNITS = 100
SCORE_PERIOD = 10_000
TIME_WIDTH = 256
TIME_PERIOD = 10_000


@dataclass(frozen=True, slots=True)
class ContinuousConfig:
    """tokens, token_size: N and Z. scale: what tokens are multiplied by before they come in.

    head_layers, head_width: of the network that draws one token by diffusion.
    """

    tokens: int
    token_size: int
    width: int
    layers: int
    heads: int
    head_layers: int
    head_width: int
    text_width: int = 768
    score_width: int = 256
    score: float = 6.5
    scale: float = 0.7525

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> "ContinuousConfig":
        """From a published config.json."""
        tokens, network = config["model"]["vq_model"], config["model"]["maskgen"]
        return cls(
            tokens=tokens["num_latent_tokens"],
            token_size=tokens["token_size"],
            width=network["decoder_embed_dim"],
            layers=network["decoder_depth"],
            heads=network["decoder_num_heads"],
            head_layers=config["losses"]["diffloss_d"],
            head_width=config["losses"]["diffloss_w"],
            text_width=tokens.get("text_embed_dim", 768),
            score_width=network["micro_condition_embed_dim"],
            score=network.get("sample_aesthetic_score", 6.5),
            scale=tokens["scale_factor"],
        )


class TimeEmbedding(nn.Module):
    """Diffusion steps (M,) -> (M, D)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(TIME_WIDTH, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, times: Tensor) -> Tensor:
        half = TIME_WIDTH // 2
        steps = torch.arange(half, dtype=torch.float32, device=times.device) / half
        angles = times.float()[:, None] * torch.exp(-math.log(TIME_PERIOD) * steps)
        out: Tensor = self.mlp(torch.cat([angles.cos(), angles.sin()], -1))
        return out


class HeadBlock(nn.Module):
    """A residual MLP, shifted, scaled and gated by the condition."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.in_ln = nn.LayerNorm(width, eps=EPS)
        self.mlp = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 3 * width))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        shift, scale, gate = self.adaLN_modulation(condition).chunk(3, -1)
        out: Tensor = x + gate * self.mlp(self.in_ln(x) * (1 + scale) + shift)
        return out


class HeadOutput(nn.Module):
    """A norm shifted and scaled by the condition, then a projection."""

    def __init__(self, width: int, channels: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, channels)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 2 * width))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        shift, scale = self.adaLN_modulation(condition).chunk(2, -1)
        normed = F.layer_norm(x, x.shape[-1:], eps=EPS)
        out: Tensor = self.linear(normed * (1 + scale) + shift)
        return out


class DiffusionHead(nn.Module):
    """A noisy token and what the transformer says of its site -> noise and its variance."""

    def __init__(self, config: ContinuousConfig) -> None:
        super().__init__()
        width = config.head_width
        self.time_embed = TimeEmbedding(width)
        self.cond_embed = nn.Linear(config.width, width)
        self.input_proj = nn.Linear(config.token_size, width)
        self.res_blocks = nn.ModuleList(HeadBlock(width) for _ in range(config.head_layers))
        self.final_layer = HeadOutput(width, 2 * config.token_size)

    def forward(self, x: Tensor, times: Tensor, z: Tensor) -> Tensor:
        """x (M, Z), times (M,) in 0..999, z (M, D) -> (M, 2 Z)."""
        condition = self.time_embed(times) + self.cond_embed(z)
        h = self.input_proj(x)
        for block in self.res_blocks:
            h = block(h, condition)
        out: Tensor = self.final_layer(h, condition)
        return out

    def drawn(
        self,
        z: Tensor,
        unconditional: Tensor | None,
        *,
        guidance: float,
        tables: DiffusionTables,
        noise: Tensor,
        noises: Tensor,
        temperature: float = 1.0,
    ) -> Tensor:
        """Tokens (M, Z) of sites z (M, D), by ancestral steps from pure noise.

        unconditional (M, D): of the null prompt, or None for guidance 1. noise (M, Z) to start
        from, noises (S, M, Z) one a step; `temperature` scales the latter.
        """
        x = noise
        for step, each in zip(reversed(range(tables.steps)), noises, strict=True):
            times = torch.full((len(x),), tables.times[step], device=x.device)
            error, variance = self(x, times, z).chunk(2, -1)
            if unconditional is not None:
                free = self(x, times, unconditional).chunk(2, -1)[0]
                error = free + guidance * (error - free)
            x = tables.earlier(x, error, variance, step, temperature * each)
        return x


class ContinuousMaskGen(nn.Module):
    """Tokens known or not, and a text -> what the head needs at each site."""

    def __init__(self, config: ContinuousConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.text_emb = nn.Linear(config.text_width, width)
        self.text_pooled_emb = nn.Linear(config.text_width + config.score_width, width)
        self.z_proj = nn.Linear(config.token_size, width)
        self.z_proj_ln = nn.LayerNorm(width, eps=EPS)
        self.mask_token = nn.Parameter(torch.zeros(1, 1, width))
        self.decoder_pos_embed_learned = nn.Parameter(torch.zeros(1, config.tokens, width))
        self.decoder_blocks = nn.ModuleList(
            JointBlock(width, config.heads, last=index == config.layers - 1)
            for index in range(config.layers)
        )
        self.decoder_norm = LastNorm(width)
        self.diffusion_pos_embed_learned = nn.Parameter(torch.zeros(1, config.tokens, width))
        self.diffloss = nn.ModuleDict({"net": DiffusionHead(config)})

    @property
    def head(self) -> DiffusionHead:
        head = self.diffloss["net"]
        assert isinstance(head, DiffusionHead)
        return head

    def forward(
        self, tokens: Tensor, unknown: Tensor, *, states: Tensor, pooled: Tensor, score: Tensor
    ) -> Tensor:
        """tokens (B, N, Z), unknown (B, N) bool, states (B, T, F), pooled (B, F), score (B,) ->
        (B, N, D)."""
        code = interleaved_score_code(score, self.config.score_width).to(pooled)
        condition = self.text_pooled_emb(torch.cat([pooled, code], -1))
        text = self.text_emb(states)
        known = self.z_proj_ln(self.z_proj(tokens))
        x = torch.where(unknown[..., None], self.mask_token, known)
        x = x + self.decoder_pos_embed_learned
        for block in self.decoder_blocks:
            x, text = block(x, text, condition)
        out: Tensor = self.decoder_norm(x, condition) + self.diffusion_pos_embed_learned
        return out


def interleaved_score_code(score: Tensor, width: int) -> Tensor:
    """(B,) aesthetic scores -> (B, width): sine and cosine in turn, periods from 1 to 10,000."""
    steps = torch.arange(0, width, 2, dtype=torch.float32, device=score.device) / width
    angles = SCORE_UNITS * score.float()[:, None] * torch.exp(-math.log(SCORE_PERIOD) * steps)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)
