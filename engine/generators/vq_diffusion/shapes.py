"""Entries of a model.json, read off the shapes of published weights."""

import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

HEADS = 16
"""Of every published network; no shape tells."""

CLIP_HEAD_WIDTH = 64
Shapes = Mapping[str, Tensor]


def network_json(network: Shapes, *, heads: int = HEADS, side: int | None = None) -> dict[str, Any]:
    """The "network" entry for a state dict under our names.

    side: sites along one side where the position tables are larger than the grid.
    """
    tokens, width = network["transformer.content_emb.emb.weight"].shape
    table_side = network["transformer.content_emb.width_emb.weight"].shape[0]
    mlp = "mlp.0" if _block("mlp.0.weight") in network else "mlp.conv1"
    grid_side = table_side if side is None else side
    entry: dict[str, Any] = {
        "num_embed": tokens - 1,
        "content_spatial_size": [grid_side, grid_side],
        "emb_spatial_size": [table_side, table_side],
        "n_layer": _count(network, r"transformer\.blocks\.(\d+)\."),
        "n_embd": width,
        "n_head": heads,
        "mlp_hidden_times": network[_block(f"{mlp}.weight")].shape[0] // width,
        "diffusion_step": network[_block("ln1.emb.weight")].shape[0],
        "empty_text_embed": "empty_text_embed" in network,
    }
    if _block("attn2.key.weight") in network:
        entry["condition_dim"] = network[_block("attn2.key.weight")].shape[1]
    if "empty_text_embed" in network:
        entry["condition_seq_len"] = network["empty_text_embed"].shape[0]
    if _block("ln2.emb.weight") in network:
        entry["class_number"] = network[_block("ln2.emb.weight")].shape[0]
    return entry


def coder_json(coder: Shapes) -> dict[str, Any]:
    """The "config" of the tokenizer's entry for a state dict under our names."""
    codebook = coder.get("quantize.embedding.weight", coder.get("quantize.embed.weight"))
    assert codebook is not None
    ch = coder["encoder.conv_in.weight"].shape[0]
    levels = _count(coder, r"encoder\.down\.(\d+)\.")
    widths = [
        coder[f"encoder.down.{level}.block.0.conv1.weight"].shape[0] for level in range(levels)
    ]
    # Nominal sides: they only say at which levels attention stands.
    resolution = 1 << levels
    entry: dict[str, Any] = {
        "n_embed": codebook.shape[0],
        "embed_dim": codebook.shape[1],
        "ddconfig": {
            "z_channels": coder["encoder.conv_out.weight"].shape[0],
            "resolution": resolution,
            "ch": ch,
            "ch_mult": [width // ch for width in widths],
            "num_res_blocks": _count(coder, r"encoder\.down\.0\.block\.(\d+)\."),
            "attn_resolutions": [
                resolution >> level
                for level in range(levels)
                if f"encoder.down.{level}.attn.0.q.weight" in coder
            ],
        },
    }
    if "quantize_to_full" in coder:
        entry["quantize_number"] = coder["quantize_to_full"].shape[0]
    return entry


def text_json(text: Shapes, *, head_width: int = CLIP_HEAD_WIDTH) -> dict[str, Any]:
    """The text part of an open_clip configuration for a text tower under open_clip's names."""
    length, width = text["positional_embedding"].shape
    return {
        "embed_dim": text["text_projection"].shape[1],
        "quick_gelu": True,
        "text_cfg": {
            "context_length": length,
            "vocab_size": text["token_embedding.weight"].shape[0],
            "width": width,
            "heads": width // head_width,
            "layers": _count(text, r"transformer\.resblocks\.(\d+)\."),
        },
    }


def _block(name: str) -> str:
    return f"transformer.blocks.0.{name}"


def _count(state: Shapes, pattern: str) -> int:
    """One more than the highest number that a pattern finds."""
    found = (re.match(pattern, name) for name in state)
    return 1 + max(int(match[1]) for match in found if match)
