"""TiTok's class-conditional transformers: tokens and an ImageNet class in, logits out.

Yu et al., arXiv 2406.07550, section 4.1: a BERT (Devlin et al., arXiv 1810.04805) for 32 and 64
tokens, a U-ViT (Bao et al., arXiv 2209.12152) for 128. Written from a description of the
published weights, whose parameter names they have.
One table of embeddings holds, in this order: K tokens, the mask, the classes, "any class".
Axes: B rows, N sites, K codebook, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.values.errors import BadInput


@dataclass(frozen=True, slots=True)
class ClassNetworkConfig:
    """tokens: N. inner: width of the MLP. skips: a U-ViT, else a BERT."""

    codebook_size: int
    tokens: int
    classes: int
    width: int
    layers: int
    heads: int
    inner: int
    skips: bool

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> "ClassNetworkConfig":
        """From a published config.json."""
        tokens, network = config["model"]["vq_model"], config["model"]["generator"]
        length = network.get("image_seq_len", tokens["num_latent_tokens"])
        if isinstance(length, str):  # some files hold the reference to another entry, unresolved
            length = tokens["num_latent_tokens"]
        kind = network["model_type"]
        if kind not in ("ViT", "UViT"):
            raise BadInput(f"Nobody knows a generator of the type {kind!r}.")
        return cls(
            codebook_size=tokens["codebook_size"],
            tokens=length,
            classes=network["condition_num_classes"],
            width=network["hidden_size"],
            layers=network["num_hidden_layers"],
            heads=network["num_attention_heads"],
            inner=network["intermediate_size"],
            skips=kind == "UViT",
        )

    @property
    def mask_id(self) -> int:
        return self.codebook_size

    @property
    def rows(self) -> int:
        """Of the table of embeddings."""
        return self.codebook_size + 2 + self.classes

    def with_class(self, ids: Tensor, labels: Tensor) -> Tensor:
        """ids (B, N), labels (B,), `classes` for "any" -> the transformer's ids (B, 1 + N)."""
        return torch.cat([(labels + self.codebook_size + 1)[:, None], ids], 1)


def class_network(config: ClassNetworkConfig) -> "ClassBert | ClassUViT":
    """The network that a configuration names."""
    return ClassUViT(config) if config.skips else ClassBert(config)


def attended(queries: Tensor, keys: Tensor, values: Tensor, heads: int) -> Tensor:
    """Each (B, L, D) -> (B, L, D)."""
    asking, asked, told = (
        x.view(*x.shape[:2], heads, -1).transpose(1, 2) for x in (queries, keys, values)
    )
    return F.scaled_dot_product_attention(asking, asked, told).transpose(1, 2).flatten(2)


# --------------------------------------------------------------------------------------- BERT

BERT_EPS = 1e-12


class BertEmbeddings(nn.Module):
    """Word, place and type of token, normed; the type is always the first."""

    def __init__(self, config: ClassNetworkConfig) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.rows, config.width)
        self.position_embeddings = nn.Embedding(config.tokens + 1, config.width)
        self.token_type_embeddings = nn.Embedding(2, config.width)
        self.LayerNorm = nn.LayerNorm(config.width, eps=BERT_EPS)

    def forward(self, ids: Tensor) -> Tensor:
        places = self.position_embeddings.weight[: ids.shape[1]]
        types = self.token_type_embeddings.weight[0]
        out: Tensor = self.LayerNorm(self.word_embeddings(ids) + places + types)
        return out


class AddedAndNormed(nn.Module):
    """A projection added to what came in, then normed."""

    def __init__(self, inner: int, width: int) -> None:
        super().__init__()
        self.dense = nn.Linear(inner, width)
        self.LayerNorm = nn.LayerNorm(width, eps=BERT_EPS)

    def forward(self, x: Tensor, kept: Tensor) -> Tensor:
        out: Tensor = self.LayerNorm(self.dense(x) + kept)
        return out


class BertLayer(nn.Module):
    """Attention, then MLP, each normed after."""

    def __init__(self, config: ClassNetworkConfig) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        projections = {name: nn.Linear(width, width) for name in ("query", "key", "value")}
        self.attention = nn.ModuleDict(
            {"self": nn.ModuleDict(projections), "output": AddedAndNormed(width, width)}
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, config.inner)})
        self.output = AddedAndNormed(config.inner, width)

    def forward(self, x: Tensor) -> Tensor:
        own: nn.ModuleDict = self.attention["self"]  # type: ignore[assignment]
        seen = attended(own["query"](x), own["key"](x), own["value"](x), self.heads)
        x = self.attention["output"](seen, x)
        out: Tensor = self.output(F.gelu(self.intermediate["dense"](x)), x)
        return out


class ClassBert(nn.Module):
    """A post-norm BERT whose first position is the class."""

    def __init__(self, config: ClassNetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.mask_id = config.mask_id
        layers = nn.ModuleList(BertLayer(config) for _ in range(config.layers))
        self.model = nn.ModuleDict(
            {
                "embeddings": BertEmbeddings(config),
                "encoder": nn.ModuleDict({"layer": layers}),
                "lm_head": nn.Linear(config.width, config.codebook_size),
            }
        )

    def forward(self, ids: Tensor, labels: Tensor) -> Tensor:
        """ids (B, N) int64, labels (B,), `classes` for "any" -> logits (B, N, K)."""
        x = self.model["embeddings"](self.config.with_class(ids, labels))
        for layer in self.model["encoder"]["layer"]:  # type: ignore[index]
            x = layer(x)
        logits: Tensor = self.model["lm_head"](x[:, 1:])
        return logits


# -------------------------------------------------------------------------------------- U-ViT


class UViTAttention(nn.Module):
    """Queries, keys and values from one matrix without bias."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        queries, keys, values = self.qkv(x).chunk(3, -1)
        out: Tensor = self.proj(attended(queries, keys, values, self.heads))
        return out


class UViTBlock(nn.Module):
    """Pre-norm attention and MLP; `joins`: a skip's end, which comes in beside x."""

    def __init__(self, config: ClassNetworkConfig, *, joins: bool = False) -> None:
        super().__init__()
        width = config.width
        self.norm1 = nn.LayerNorm(width)
        self.attn = UViTAttention(width, config.heads)
        self.norm2 = nn.LayerNorm(width)
        fc1, fc2 = nn.Linear(width, config.inner), nn.Linear(config.inner, width)
        self.mlp = nn.ModuleDict({"fc1": fc1, "fc2": fc2})
        if joins:
            self.skip_linear = nn.Linear(2 * width, width)

    def forward(self, x: Tensor, skip: Tensor | None = None) -> Tensor:
        if skip is not None:
            x = self.skip_linear(torch.cat([x, skip], -1))
        x = x + self.attn(self.norm1(x))
        out: Tensor = x + self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.norm2(x))))
        return out


class ClassUViT(nn.Module):
    """A U-ViT whose first position is the class; the last skip begun is the first to end."""

    def __init__(self, config: ClassNetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.mask_id = config.mask_id
        half = config.layers // 2
        self.embeddings = nn.Embedding(config.rows, config.width)
        self.pos_embed = nn.Parameter(torch.zeros(1, config.tokens + 1, config.width))
        self.in_blocks = nn.ModuleList(UViTBlock(config) for _ in range(half))
        self.mid_block = UViTBlock(config)
        self.out_blocks = nn.ModuleList(UViTBlock(config, joins=True) for _ in range(half))
        self.norm = nn.LayerNorm(config.width)
        self.lm_head = nn.Linear(config.width, config.codebook_size)

    def forward(self, ids: Tensor, labels: Tensor) -> Tensor:
        """ids (B, N) int64, labels (B,), `classes` for "any" -> logits (B, N, K)."""
        x: Tensor = self.embeddings(self.config.with_class(ids, labels)) + self.pos_embed
        skips = []
        for block in self.in_blocks:
            x = block(x)
            skips.append(x)
        x = self.mid_block(x)
        for block in self.out_blocks:
            x = block(x, skips.pop())
        logits: Tensor = self.lm_head(self.norm(x)[:, 1:])
        return logits
