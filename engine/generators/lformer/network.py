"""Lformer's block-causal transformer: tokens and text in, logits out (arXiv 2303.03800).

Written from the published description. Parameter names are those of published state dicts.
Positions are L positions (see order.py); position 0 is fed a context vector instead of a token.
Axes: B rows, N sites, K codebook, D width, H heads, F condition width, T text positions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.generators.lformer import order
from engine.nn.attention import Attention, block_causal_mask
from engine.nn.kv_cache import KVCache
from engine.values.errors import BadInput

NormScope = Literal["token", "call", "plain"]
TextKeysValues = tuple[tuple[Tensor, Tensor], ...]
"""Keys and values (P, H, T, D/H) of P prompts, one pair a layer; empty without cross-attention."""


@dataclass(frozen=True, slots=True)
class LformerConfig:
    """side: sites along one side. positions: rows of the position embedding, at least side^2.

    condition_width: of pooled text, text states and latent alike. mapping_layers: of the latent's
    mapping network. classes: 0 = text, else class-conditional. dropout: 0..1, in training only.
    """

    side: int
    codebook_size: int
    positions: int
    layers: int
    heads: int
    width: int
    condition_width: int
    cross_attention: bool = True
    latent: bool = False
    mapping_layers: int = 12
    classes: int = 0
    dropout: float = 0.0
    norm_scope: NormScope = "token"

    def __post_init__(self) -> None:
        if self.positions < self.side * self.side:
            raise BadInput(
                f"A grid of {self.side} x {self.side} does not fit {self.positions} positions."
            )

    @classmethod
    def from_json(cls, network: Mapping[str, Any], *, dropout: float = 0.0) -> "LformerConfig":
        """From the "network" part of a model.json, whose names are those of published configs."""
        transformer = network["transformer"]
        if transformer.get("text_vbs") or transformer.get("full_head"):
            raise BadInput("Networks that predict text tokens are not Lformers.")
        return cls(
            side=network["css"],
            codebook_size=transformer["img_vbs"],
            positions=transformer["block_size"],
            layers=transformer["n_layer"],
            heads=transformer["n_head"],
            width=transformer["n_embd"],
            condition_width=transformer["dim_cond"],
            cross_attention=transformer.get("add_cross", True),
            latent=network["latent"],
            mapping_layers=network.get("w_layer", 12),
            classes=network.get("classes", 0),
            norm_scope=network.get("norm_scope", "token"),
            dropout=dropout,
        )


class ScaledLayerNorm(nn.LayerNorm):
    """Layer norm of x * 8 / M in float32, M the largest |x| of each token.

    Published networks were trained with M taken over the whole call ("call"), which makes a token
    depend on its batch mates and on the cache; that form is kept for parity tests only. "plain"
    leaves M out, which changes no more than the norm's epsilon and trains an eighth faster.
    """

    def __init__(self, width: int, scope: NormScope) -> None:
        super().__init__(width, eps=1e-5)
        self.scope = scope

    def forward(self, x: Tensor) -> Tensor:
        if self.scope == "plain":
            return super().forward(x)
        wide = x.float()
        largest = wide.abs().amax(-1, keepdim=True)
        if self.scope == "call":
            largest = largest.amax()
        scaled = wide * (8 / largest.clamp_min(1e-30))
        normed = F.layer_norm(
            scaled, self.normalized_shape, self.weight.float(), self.bias.float(), self.eps
        )
        return normed.to(x.dtype)


class Layer(nn.Module):
    """Self-attention, cross-attention, MLP; each is normed before and after, then added."""

    def __init__(self, config: LformerConfig) -> None:
        super().__init__()
        width, scope = config.width, config.norm_scope
        self.ln1 = ScaledLayerNorm(width, scope)
        self.ln1_2 = ScaledLayerNorm(width, scope)
        self.attn = Attention(width, config.heads, config.dropout)
        if config.cross_attention:
            self.ln_cross = ScaledLayerNorm(width, scope)
            self.ln_cross_2 = ScaledLayerNorm(width, scope)
            self.cross_attn = Attention(width, config.heads, config.dropout)
        self.ln2 = ScaledLayerNorm(width, scope)
        self.ln2_2 = ScaledLayerNorm(width, scope)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            nn.Dropout(config.dropout),
        )

    def forward(
        self,
        x: Tensor,
        text: tuple[Tensor, Tensor] | None,
        mask: Tensor | None,
        cache: tuple[KVCache, int] | None,
    ) -> Tensor:
        """x (B, L, D) -> (B, L, D). cache: where this layer's keys go, and the layer's number."""
        normed = self.ln1(x)
        keys, values = self.attn.keys_values(normed)
        if cache is not None:
            keys, values = cache[0].append(cache[1], keys, values)
        x = x + self.ln1_2(self.attn(normed, keys, values, mask))
        if text is not None:
            x = x + self.ln_cross_2(self.cross_attn(self.ln_cross(x), *text))
        out: Tensor = x + self.ln2_2(self.mlp(self.ln2(x)))
        return out


class Transformer(nn.Module):
    """Embeddings, layers and head."""

    def __init__(self, config: LformerConfig) -> None:
        super().__init__()
        # The last row of the token embedding is the padding at a block's two ends.
        self.tok_emb = nn.Embedding(config.codebook_size + 1, config.width)
        self.pos_emb = nn.Embedding(config.positions, config.width)
        if config.cross_attention:
            self.eh_proj = nn.Linear(config.condition_width, config.width)
        self.drop = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.ln_f = ScaledLayerNorm(config.width, config.norm_scope)
        self.head = nn.Linear(config.width, config.codebook_size, bias=False)

    def forward(
        self, x: Tensor, text: TextKeysValues, mask: Tensor | None, cache: KVCache | None
    ) -> Tensor:
        """Embedded inputs (B, L, D) -> normed outputs (B, L, D), ready for the head."""
        x = self.drop(x)
        for index, layer in enumerate(self.layers):
            x = layer(
                x,
                text[index] if text else None,
                mask,
                None if cache is None else (cache, index),
            )
        if cache is not None:
            cache.advance(x.shape[1])
        out: Tensor = self.ln_f(x)
        return out


class Lformer(nn.Module):
    """The whole network without text encoder and tokenizer, which are modules of their own.

    Has no buffers, so that it can be built on the meta device and filled by a strict load.
    """

    def __init__(self, config: LformerConfig) -> None:
        super().__init__()
        self.config = config
        condition = config.condition_width
        self.transformer = Transformer(config)
        self.linear_ctx = nn.Linear((2 if config.latent else 1) * condition, config.width)
        if config.latent:
            self.linear_mu_c = nn.Linear(condition, condition)
            self.linear_mu_z = nn.Linear(condition, condition)
            self.linear_log_var = nn.Linear(condition, condition)
            self.latent_to_w = nn.Sequential()
            for _ in range(config.mapping_layers):
                self.latent_to_w.append(nn.Linear(condition, condition))
                self.latent_to_w.append(nn.LeakyReLU(0.01))
        if config.classes:
            self.label_embedding = nn.Embedding(config.classes, condition)
        self.apply(_init_weights)

    def forward(
        self, tokens: Tensor, *, pooled: Tensor, hidden: Tensor | None, z: Tensor | None = None
    ) -> Tensor:
        """Teacher-forced logits (B, N, K) at every L position; used in training and for scoring.

        tokens (B, N) in L-order; pooled (B, F); hidden (B, T, F); z (B, F) the latent, if any.
        """
        blocks = self.config.side
        text = () if hidden is None else self.text_keys_values(hidden)
        logits: Tensor = self.transformer.head(
            self.outputs(tokens, self.context(pooled, z), text, blocks)
        )
        return logits

    def prior_mean(self, pooled: Tensor) -> Tensor:
        """(B, F) text feature -> mean of the latent z ~ N(mean, I), (B, F)."""
        mean: Tensor = self.linear_mu_c(pooled)
        return mean

    def posterior(self, image_feature: Tensor) -> tuple[Tensor, Tensor]:
        """(B, F) L2-normalised image feature -> mean and log variance of the latent; training."""
        return self.linear_mu_z(image_feature), self.linear_log_var(image_feature)

    def context(self, pooled: Tensor, z: Tensor | None = None) -> Tensor:
        """pooled (B, F) and latent z (B, F) -> the vector fed at position 0, (B, D)."""
        condition = pooled if z is None else torch.cat([pooled, self.latent_to_w(z)], -1)
        context: Tensor = self.linear_ctx(condition)
        return context

    def text_keys_values(self, hidden: Tensor) -> TextKeysValues:
        """hidden (P, T, F) -> every layer's cross-attention keys and values of P prompts."""
        if not self.config.cross_attention:
            return ()
        states = self.transformer.eh_proj(hidden)
        return tuple(layer.cross_attn.keys_values(states) for layer in self.transformer.layers)  # type: ignore[operator, union-attr]

    def new_cache(self, rows: int) -> KVCache:
        """An empty cache for `rows` whole grids."""
        config = self.config
        shape = (
            config.layers,
            rows,
            config.heads,
            config.side * config.side,
            config.width // config.heads,
        )
        return KVCache(shape, self.transformer.head.weight)

    def block_logits(
        self,
        tokens: Tensor,
        context: Tensor | None,
        text: TextKeysValues,
        block: int,
        cache: KVCache,
    ) -> Tensor:
        """Logits (B, 2 * block + 1, K) of one block; the cache is brought up to and with it.

        tokens (B, >= block^2) in L-order, those of earlier blocks known; context (B, D), needed
        while the cache is empty. The cache may be whole blocks short; those are run in the same
        call, under a mask.
        """
        outputs = self.outputs(tokens, context, text, block + 1, cache)
        logits: Tensor = self.transformer.head(outputs[:, -(2 * block + 1) :])
        return logits

    def outputs(
        self,
        tokens: Tensor,
        context: Tensor | None,
        text: TextKeysValues,
        blocks: int,
        cache: KVCache | None = None,
    ) -> Tensor:
        """Outputs (B, M, D) of the positions from the cache's end to the end of `blocks` blocks."""
        start = 0 if cache is None else cache.length
        end = blocks * blocks
        mask = _mask(self.config.side, start, blocks, tokens.device)
        return self.transformer(self._embedded(tokens, context, start, end), text, mask, cache)  # type: ignore[no-any-return]

    def _embedded(self, tokens: Tensor, context: Tensor | None, start: int, end: int) -> Tensor:
        """Inputs (B, end - start, D) of the L positions start..end."""
        source = _input_source(self.config.side, start, end, tokens.device)
        # A last column of padding, which the index -1 picks.
        padded = F.pad(tokens, (0, 1), value=self.config.codebook_size)
        source = source.where(source >= 0, padded.shape[1] - 1)
        x: Tensor = self.transformer.tok_emb(padded[:, source])
        if start == 0:
            if context is None:
                raise ValueError("position 0 needs a context vector")
            x = torch.cat([context[:, None].to(x.dtype), x[:, 1:]], 1)
        positions: Tensor = self.transformer.pos_emb.weight[start:end]
        return x + positions


# torch.compile would trace the arithmetic of these tables, which numpy has done once and for all.
@torch.compiler.disable  # type: ignore[untyped-decorator]
def _mask(side: int, start: int, blocks: int, device: torch.device) -> Tensor | None:
    """Of the queries from `start` to the end of `blocks` blocks; None where they may see all."""
    of_position = order.block_of_positions(side)
    # Past and own block may all be seen, so a single block needs no mask.
    if of_position[start] == blocks - 1:
        return None
    ids = torch.from_numpy(of_position[: blocks * blocks].copy()).to(device)
    return block_causal_mask(ids, start)


@torch.compiler.disable  # type: ignore[untyped-decorator]
def _input_source(side: int, start: int, end: int, device: torch.device) -> Tensor:
    """Of the L positions start..end, where each one's input token stands."""
    return torch.from_numpy(order.input_source(side)[start:end].copy()).to(device)


def _init_weights(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
