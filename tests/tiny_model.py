"""A model folder in the format of the built-in one, with tiny networks and random weights."""

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn

from engine.generators.lformer.network import Lformer, LformerConfig
from engine.text.clip import build_clip, write_small_vocabulary
from engine.tokenizers.vqgan import VQGANConfig, build_vqgan

CODEBOOK_SIZE = 64
GRID_SIDE = 4
IMAGE_SIDE = 32
CONTEXT_LENGTH = 16
WIDTH = 16


def write_tiny_model(folder: Path, *, latent: bool = True, key: str = "lformer") -> Path:
    """Fills `folder` (made if missing) and returns it. The same weights each time."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary_size = write_small_vocabulary(folder / "bpe.txt.gz", merges=200)
    model = _description(key, vocabulary_size, latent=latent)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        vqgan = build_vqgan(VQGANConfig.from_json(model["tokenizer"]["config"]))
        # Codewords at the scale of the encoder's output, so that pictures use many of them.
        nn.init.normal_(vqgan.quantize.embedding.weight)  # type: ignore[union-attr, arg-type]
        networks: dict[str, nn.Module] = {
            "tokenizer": vqgan,
            "text": build_clip(model["text"]["open_clip"]),
            "network": _lively(Lformer(LformerConfig.from_json(model["network"]))),
        }
    names = {"tokenizer": "vqgan", "text": "clip", "network": "lformer"}
    for role, network in networks.items():
        path = folder / f"{names[role]}.safetensors"
        save_file({name: _halved(t) for name, t in network.state_dict().items()}, path)
        model["files"][role] = file_entry(path)
    model["files"]["bpe"] = file_entry(folder / "bpe.txt.gz")
    (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
    return folder


def file_entry(path: Path) -> dict[str, Any]:
    """What model.json says of a file."""
    content = path.read_bytes()
    return {
        "name": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }


def _halved(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.half().contiguous() if tensor.is_floating_point() else tensor.contiguous()


def _lively(network: Lformer) -> Lformer:
    """Weights large enough that prompts, tokens and seeds make a difference."""
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() > 1:
                parameter.mul_(10)
    return network


def _description(key: str, vocabulary_size: int, *, latent: bool) -> dict[str, Any]:
    return {
        "key": key,
        "title": "Tiny Lformer",
        "backend": "lformer",
        "image_side": IMAGE_SIDE,
        "licence": "Apache-2.0",
        "vocabulary": ["a", "apple", "background", "blue", "cat", "on", "red"],
        "defaults": {"temperature": 1.0, "top_k": 16, "guidance_scale": 2.0},
        "tokenizer": {
            "kind": "vqgan",
            "config": {
                "n_embed": CODEBOOK_SIZE,
                "embed_dim": 8,
                "ddconfig": {
                    "double_z": False,
                    "z_channels": 8,
                    "resolution": IMAGE_SIDE,
                    "in_channels": 3,
                    "out_ch": 3,
                    "ch": 32,
                    "ch_mult": [1, 1, 1, 1],
                    "num_res_blocks": 1,
                    "attn_resolutions": [],
                    "dropout": 0.0,
                },
            },
        },
        "text": {
            "open_clip": {
                "embed_dim": WIDTH,
                "vision_cfg": {
                    "image_size": IMAGE_SIDE,
                    "layers": 1,
                    "width": WIDTH,
                    "head_width": 8,
                    "patch_size": 16,
                },
                "text_cfg": {
                    "context_length": CONTEXT_LENGTH,
                    "vocab_size": vocabulary_size,
                    "width": WIDTH,
                    "heads": 2,
                    "layers": 1,
                },
            },
            "vocabulary_file": "bpe.txt.gz",
        },
        "network": {
            "css": GRID_SIDE,
            "w_layer": 2,
            "latent": latent,
            "transformer": {
                "img_vbs": CODEBOOK_SIZE,
                "block_size": GRID_SIDE * GRID_SIDE,
                "n_layer": 2,
                "n_head": 2,
                "n_embd": WIDTH,
                "dim_cond": WIDTH,
                "add_cross": True,
            },
        },
        "files": {},
    }
