"""Published VQ-Diffusion weights -> a model folder of ours: safetensors and a model.json.

Sources: a folder in diffusers' layout (microsoft/vq-diffusion-ithq on the Hub), or a .pth as
Microsoft released it, which holds network, text tower and tokenizer.
"""

import json
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch
from open_clip.tokenizer import default_bpe
from torch import Tensor

from engine.generators.vq_diffusion.checkpoint import (
    CheckpointParts,
    coder_from_diffusers,
    network_from_diffusers,
    split_released,
    text_from_diffusers,
    with_code_map,
)
from engine.generators.vq_diffusion.shapes import HEADS, coder_json, network_json, text_json
from engine.values.errors import BadInput
from engine.values.params import SamplingParams
from engine.weights.published import halved, read_published, write_model

ROLES = ("network", "text", "tokenizer")
SUFFIXES = (".fp16.safetensors", ".safetensors", ".fp16.bin", ".bin")
"""Of one file in several formats, the one to prefer first."""

PLAIN = SamplingParams(top_p=0.86)
LEARNED_NULL = SamplingParams(guidance_scale=5.0)
LEARNED_NULL_REDUCED = SamplingParams(guidance_scale=3.0)
"""The published sampling: without a learned null prompt, with one, and that of the COCO family."""


def converted(source: Path, out: Path, *, key: str, title: str, licence: str) -> Path:
    """Write the model in `source` to the folder `out` (made if missing) and return it.

    BadInput when something is missing or unknown.
    """
    if source.is_dir():
        parts, heads = parts_of_folder(source)
    else:
        parts, heads = with_token_ids(split_released(read_published(source))), HEADS
    if not (parts.text and parts.tokenizer):
        raise BadInput(
            f"{source.name} holds no text encoder or no image tokenizer.",
            "Use a whole checkpoint of a network that reads text.",
        )
    model = {"key": key, "title": title, "licence": licence, **description(parts, heads)}
    states = {role: halved(getattr(parts, role)) for role in ROLES}
    return write_model(out, model, states, vocabulary=Path(default_bpe()))


def description(parts: CheckpointParts, heads: int) -> dict[str, Any]:
    """A model.json without names and files."""
    network, coder = network_json(parts.network, heads=heads), coder_json(parts.tokenizer)
    site_px = 1 << (len(coder["ddconfig"]["ch_mult"]) - 1)
    defaults = PLAIN
    if network["empty_text_embed"]:
        defaults = LEARNED_NULL_REDUCED if "quantize_number" in coder else LEARNED_NULL
    return {
        "backend": "vq_diffusion",
        "image_side": network["content_spatial_size"][0] * site_px,
        "defaults": asdict(defaults),
        "tokenizer": {"kind": "vqgan", "config": coder},
        "text": {
            "kind": "unit",
            "open_clip": text_json(parts.text),
            "vocabulary_file": "bpe.txt.gz",
        },
        "network": network,
    }


def parts_of_folder(folder: Path) -> tuple[CheckpointParts, int]:
    """A folder in diffusers' layout, and how many heads its network has."""
    embeddings = _weights(folder / "learned_classifier_free_sampling_embeddings", needed=False)
    parts = CheckpointParts(
        network=network_from_diffusers(_weights(folder / "transformer"), embeddings or None),
        text=text_from_diffusers(_weights(folder / "text_encoder")),
        tokenizer=coder_from_diffusers(_weights(folder / "vqvae")),
    )
    try:
        config = json.loads((folder / "transformer" / "config.json").read_text(encoding="utf-8"))
        return parts, int(config["num_attention_heads"])
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(
            f"{folder.name} does not say how many heads its transformer has.",
            "Keep transformer/config.json as it was published.",
        ) from error


def with_token_ids(parts: CheckpointParts) -> CheckpointParts:
    """The Gumbel tokenizer of the COCO family with the ids that its networks know."""
    if "quantize.proj.weight" not in parts.tokenizer:
        return parts
    # Which of the 8,192 codes are in use: from the released repository (MIT).
    stored = resources.files("engine.generators.vq_diffusion") / "openimages_code_map.npz"
    with stored.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        ids = torch.from_numpy(arrays["ids"].astype(np.int64))
    codes = parts.tokenizer["quantize.embed.weight"].shape[0]
    tokens = parts.network["transformer.content_emb.emb.weight"].shape[0] - 1
    if (len(ids), int(ids.max()) + 1) != (codes, tokens):
        raise BadInput(
            f"Nobody knows which of the tokenizer's {codes} codes the network's {tokens} ids are."
        )
    return CheckpointParts(parts.network, parts.text, with_code_map(parts.tokenizer, ids))


def _weights(folder: Path, *, needed: bool = True) -> dict[str, Tensor]:
    """The weights file of a folder, whatever it is called, in the format to prefer."""
    for suffix in SUFFIXES:
        found = sorted(folder.glob(f"*{suffix}"))
        plain = [path for path in found if suffix.startswith(".fp16") or ".fp16." not in path.name]
        if plain:
            return read_published(plain[0])
    if needed:
        raise BadInput(
            f"There are no weights in {folder.parent.name}/{folder.name}.",
            "Fetch the whole folder as it is published.",
        )
    return {}
