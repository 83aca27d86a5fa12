"""Published STAR weights taken apart: training snapshots, VAR's tokenizer, the text tower.

What comes out has the names of our modules. Dropped are a class embedding that text never uses, a
key bias of zeros, and training's counters.
"""

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from engine.values.errors import BadInput

StateDict = dict[str, Tensor]

SNAPSHOT = ("trainer", "var_wo_ddp")
UNUSED = re.compile(
    r"class_emb\.weight|.+\.zero_k_bias|quantize\.ema_vocab_hit_SV"
    r"|text_model\.embeddings\.position_ids"
)
TEXT_NAMES = (
    (r"^text_model\.", ""),
    (r"^embeddings\.token_embedding\.", "token_embedding."),
    (r"^embeddings\.position_embedding\.weight$", "positional_embedding"),
    (r"^final_layer_norm\.", "ln_final."),
    (r"^encoder\.layers\.", "transformer.resblocks."),
    (r"\.self_attn\.", ".attn."),
    (r"\.layer_norm(\d)\.", r".ln_\1."),
    (r"\.mlp\.fc1\.", ".mlp.c_fc."),
    (r"\.mlp\.fc2\.", ".mlp.c_proj."),
)
THIRD = re.compile(r"\.attn\.([qkv])_proj\.")


def network_state(published: Mapping[str, Any]) -> StateDict:
    """Of the transformer, from a training snapshot or a plain state dict.

    BadInput when it has no transformer.
    """
    state: Any = published
    for part in SNAPSHOT:
        state = state.get(part, state)
    if "lvl_embed.weight" not in state:
        raise BadInput(
            "This is not a checkpoint of STAR: it has no scale-wise transformer.",
            "Use a file ar-ckpt-*.pth as it was released.",
        )
    return _used(state)


def tokenizer_state(published: Mapping[str, Tensor]) -> StateDict:
    """Of the multi-scale VQVAE; BadInput when it is something else."""
    if "quantize.quant_resi.qresi_ls.0.weight" not in published:
        raise BadInput(
            "This is not a multi-scale tokenizer.", "Use vae_ch160v4096z32.pth as it was released."
        )
    return _used(published)


def text_state(published: Mapping[str, Tensor]) -> StateDict:
    """Of open_clip's text tower without projection, from the folder CLIP/text_encoder."""
    text: StateDict = {}
    thirds: dict[str, dict[str, Tensor]] = {}
    for name, tensor in _used(published).items():
        ours = _renamed(name)
        if third := THIRD.search(ours):
            whole = THIRD.sub(".attn.in_proj_", ours)
            thirds.setdefault(whole, {})[third[1]] = tensor
        else:
            text[ours] = tensor
    joined = {name: torch.cat([parts[part] for part in "qkv"]) for name, parts in thirds.items()}
    return text | joined


def _used(state: Mapping[str, Tensor]) -> StateDict:
    return {name: tensor for name, tensor in state.items() if not UNUSED.fullmatch(name)}


def _renamed(name: str) -> str:
    for pattern, ours in TEXT_NAMES:
        name = re.sub(pattern, ours, name)
    return name
