"""A STAR model folder in the format of a built-in one, with tiny networks and random weights."""

import json
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from engine.generators.star.network import StarConfig
from engine.generators.star.refining import build_star
from engine.text.clip import build_clip
from engine.tokenizers.multiscale_vqvae import MultiscaleConfig, MultiscaleVQVAE
from tests.tiny_model import WIDTH, file_entry, write_tiny_model
from tests.tiny_star import lively

SIDES = (1, 2, 3, 4, 6, 8)
IMAGE_SIDE = 32
CODEBOOK_SIZE = 40
TOKENIZER = {
    "patch_nums": SIDES,
    "vocab_size": CODEBOOK_SIZE,
    "z_channels": 8,
    "ch": 8,
    "ch_mult": (1, 1, 2),
    "num_res_blocks": 1,
    "norm_groups": 4,
}
NETWORK = {
    "patch_nums": SIDES,
    "vocab_size": CODEBOOK_SIZE,
    "z_channels": 8,
    "depth": 2,
    "num_heads": 2,
    "embed_dim": 32,
    "in_dim_cross": WIDTH,
    "text_scope": "row",
}


def write_tiny_star_model(folder: Path) -> Path:
    """Fills `folder` (made if missing) and returns it. The same weights each time."""
    # Text tower, vocabulary and what model.json says of them are those of the tiny Lformer.
    write_tiny_model(folder)
    model: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    text = model["text"]["open_clip"]
    networks = {
        "tokenizer": lively(lambda: MultiscaleVQVAE(MultiscaleConfig.from_json(TOKENIZER)), 1),
        "text": lively(lambda: build_clip(text), 2),
        "network": lively(lambda: build_star(StarConfig.from_json(NETWORK)), 0),
    }
    for path in folder.glob("*.safetensors"):
        path.unlink()
    for role, network in networks.items():
        path = folder / f"{role}.safetensors"
        save_file({name: t.half().contiguous() for name, t in network.state_dict().items()}, path)
        model["files"][role] = file_entry(path)
    model |= {
        "key": "star",
        "title": "Tiny STAR",
        "backend": "star",
        "image_side": IMAGE_SIDE,
        "defaults": {"top_k": 16, "top_p": 0.9, "guidance_scale": 3.0},
        "tokenizer": {"kind": "multiscale_vqvae", "config": TOKENIZER},
        "network": NETWORK,
    }
    (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
    return folder
