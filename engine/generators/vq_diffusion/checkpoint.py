"""Published VQ-Diffusion weights taken apart: network, text encoder, image tokenizer.

Two layouts: one .pth with everything, as released, and one folder a part, as diffusers reads it.
Names of the parts are those of our modules; what is computed or used in training only is dropped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.values.errors import BadInput

StateDict = dict[str, Tensor]

SCHEDULE = re.compile(r"log_(1_min_)?(cumprod_)?[abc]t|Lt_(history|count)")
ATTENTION_MASK = re.compile(r"transformer\.blocks\.\d+\.attn2\.mask")
TRAINING_ONLY = ("quantize.cluster_size", "quantize.embedding_avg")
NETWORK = re.compile(r"transformer\.(content_emb|blocks|to_logits)\..+|empty_text_embed")
CODER = re.compile(r"(encoder|decoder)\..+|(quant_conv|post_quant_conv|quantize)\..+")
TEXT = "condition_emb."
CODEC = re.compile(r"content_codec\.(enc|dec)\.")


@dataclass(frozen=True, slots=True, eq=False)
class CheckpointParts:
    """State dicts under the names of our modules; text or tokenizer is empty where not inside."""

    network: StateDict
    text: StateDict
    tokenizer: StateDict


def split_released(checkpoint: Mapping[str, Mapping[str, Tensor]]) -> CheckpointParts:
    """From a released .pth {"model": ..., "ema": ...}: averaged weights where there are some.

    BadInput names entries that nobody knows.
    """
    # Below "transformer." lies a module of the same name, which keeps its own.
    whole = checkpoint.get("model", {})
    state = {name.removeprefix("transformer."): tensor for name, tensor in whole.items()}
    state.update(checkpoint.get("ema", {}))
    known = {
        name: tensor
        for name, tensor in state.items()
        if not (SCHEDULE.fullmatch(name) or ATTENTION_MASK.fullmatch(name))
    }
    text = {name.removeprefix(TEXT): t for name, t in known.items() if name.startswith(TEXT)}
    codec = {CODEC.sub("", name): t for name, t in known.items() if CODEC.match(name)}
    network = {name: tensor for name, tensor in known.items() if NETWORK.fullmatch(name)}
    left = [
        name
        for name in known
        if not (NETWORK.fullmatch(name) or name.startswith(TEXT)) and not CODEC.match(name)
    ]
    if left or not network:
        raise BadInput(
            "This is not a checkpoint of VQ-Diffusion: "
            + (f"nobody knows {', '.join(sorted(left)[:5])}." if left else "it has no network."),
            "Use a checkpoint as it was released.",
        )
    return CheckpointParts(network, text, coder_of(codec) if codec else {})


def coder_of(state: Mapping[str, Tensor]) -> StateDict:
    """A released image tokenizer under our names; entries of other parts (losses) are left out."""
    coder = {
        "quantize.embedding.weight" if name == "quantize.embedding" else name: tensor
        for name, tensor in state.items()
        if CODER.fullmatch(name) and name not in TRAINING_ONLY
    }
    return with_picture_range(coder)


def with_picture_range(coder: Mapping[str, Tensor]) -> StateDict:
    """Our coders store what brings pictures to -1..1; published ones take that for granted."""
    half = torch.full((1, 3, 1, 1), 0.5)
    return {**coder, "MEAN": half, "STD": half.clone()}


def with_code_map(coder: Mapping[str, Tensor], to_reduced: Tensor) -> StateDict:
    """A coder whose codes shrink to token ids: to_reduced (n_embed,), the id of each code.

    Ids are decoded as the lowest of their codes.
    """
    ids = to_reduced.long()
    highest = torch.full((int(ids.max()) + 1,), len(ids))
    back = highest.scatter_reduce(0, ids, torch.arange(len(ids)), "amin")
    return {**coder, "full_to_quantize": ids, "quantize_to_full": back}


# ---------------------------------------------------------------------------- diffusers' folders

_TRANSFORMER_RENAMES = (
    (r"latent_image_embedding\.", "transformer.content_emb."),
    (r"transformer_blocks\.", "transformer.blocks."),
    (r"(?<=\.)norm1\.", "ln1."),
    (r"(?<=\.)norm2\.", "ln1_1."),
    (r"(?<=\.)norm3\.", "ln2."),
    (r"\.to_k\.", ".key."),
    (r"\.to_q\.", ".query."),
    (r"\.to_v\.", ".value."),
    (r"\.to_out\.0\.", ".proj."),
    (r"\.ff\.net\.0\.proj\.", ".mlp.0."),
    (r"\.ff\.net\.2\.", ".mlp.2."),
    (r"^norm_out\.", "transformer.to_logits.0."),
    (r"^out\.", "transformer.to_logits.1."),
)
_CODER_RENAMES = (
    (r"\.down_blocks\.", ".down."),
    (r"\.mid_block\.resnets\.0\.", ".mid.block_1."),
    (r"\.mid_block\.resnets\.1\.", ".mid.block_2."),
    (r"\.mid_block\.attentions\.0\.", ".mid.attn_1."),
    (r"\.resnets\.", ".block."),
    (r"\.attentions\.", ".attn."),
    (r"\.conv_shortcut\.", ".nin_shortcut."),
    (r"\.downsamplers\.0\.", ".downsample."),
    (r"\.upsamplers\.0\.", ".upsample."),
    (r"\.conv_norm_out\.", ".norm_out."),
    (r"\.group_norm\.", ".norm."),
    (r"\.(to_q|query)\.", ".q."),
    (r"\.(to_k|key)\.", ".k."),
    (r"\.(to_v|value)\.", ".v."),
    (r"\.(to_out\.0|proj_attn)\.", ".proj_out."),
)
_TEXT_RENAMES = (
    (r"^text_model\.embeddings\.token_embedding\.", "token_embedding."),
    (r"^text_model\.embeddings\.position_embedding\.weight$", "positional_embedding"),
    (r"^text_model\.final_layer_norm\.", "ln_final."),
    (r"^text_model\.encoder\.layers\.", "transformer.resblocks."),
    (r"\.self_attn\.", ".attn."),
    (r"\.layer_norm(\d)\.", r".ln_\1."),
    (r"\.mlp\.fc1\.", ".mlp.c_fc."),
    (r"\.mlp\.fc2\.", ".mlp.c_proj."),
)


def network_from_diffusers(
    transformer: Mapping[str, Tensor], embeddings: Mapping[str, Tensor] | None = None
) -> StateDict:
    """From the folder "transformer" and that of the learned null prompt, where there is one."""
    network = {_renamed(name, _TRANSFORMER_RENAMES): t for name, t in transformer.items()}
    if embeddings is not None:
        network["empty_text_embed"] = embeddings["embeddings"]
    return network


def coder_from_diffusers(vqvae: Mapping[str, Tensor]) -> StateDict:
    """From the folder "vqvae", with today's names of attention or those of 2022."""
    levels = 1 + max(int(name.split(".")[2]) for name in vqvae if ".up_blocks." in name)
    coder = {}
    for name, tensor in vqvae.items():
        # Levels of the decoder are counted from the other end.
        turned = re.sub(
            r"\.up_blocks\.(\d+)\.", lambda found: f".up.{levels - 1 - int(found[1])}.", name
        )
        ours = _renamed(turned, _CODER_RENAMES)
        is_projection = re.search(r"\.(q|k|v|proj_out)\.weight$", ours) and tensor.ndim == 2
        coder[ours] = tensor[:, :, None, None] if is_projection else tensor
    return with_picture_range(coder)


def text_from_diffusers(text_encoder: Mapping[str, Tensor]) -> StateDict:
    """From the folder "text_encoder". Its layout has no projection, which this backend never looks
    at; the identity stands in for it."""
    text: StateDict = {}
    apart: dict[str, Tensor] = {}
    for name, tensor in text_encoder.items():
        if name == "text_model.embeddings.position_ids":
            continue
        ours = _renamed(name, _TEXT_RENAMES)
        (apart if re.search(r"\.[qkv]_proj\.", ours) else text)[ours] = tensor
    for name in [name for name in apart if ".q_proj." in name]:
        three = [apart[name.replace(".q_proj.", f".{part}_proj.")] for part in "qkv"]
        text[name.replace(".q_proj.", ".in_proj_")] = torch.cat(three)
    width = text["positional_embedding"].shape[1]
    return {**text, "text_projection": torch.eye(width, dtype=text["ln_final.weight"].dtype)}


def _renamed(name: str, renames: tuple[tuple[str, str], ...]) -> str:
    for pattern, ours in renames:
        name = re.sub(pattern, ours, name)
    return name
