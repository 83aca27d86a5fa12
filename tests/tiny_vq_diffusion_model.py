"""A VQ-Diffusion model folder in the format of a built-in one, with tiny random weights."""

import json
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from tests.lively import lively
from tests.tiny_model import CODEBOOK_SIZE, CONTEXT_LENGTH, GRID_SIDE, WIDTH, file_entry
from tests.tiny_model import write_tiny_model as write_tiny_lformer

STEPS = 5
NETWORK = {
    "num_embed": CODEBOOK_SIZE,
    "content_spatial_size": [GRID_SIDE, GRID_SIDE],
    "n_layer": 2,
    "n_embd": 16,
    "n_head": 2,
    "mlp_hidden_times": 2,
    "condition_seq_len": CONTEXT_LENGTH,
    "condition_dim": WIDTH,
    "diffusion_step": 20,
    "empty_text_embed": True,
}


def write_tiny_vq_diffusion(folder: Path) -> Path:
    """Fills `folder` (made if missing) and returns it. The same weights each time."""
    # Tokenizer, text tower and vocabulary are those of the tiny Lformer.
    write_tiny_lformer(folder)
    (folder / "lformer.safetensors").unlink()
    model: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    network = lively(VQDiffusion(VQDiffusionConfig.from_json(NETWORK)), spread=0.4)
    path = folder / "vq_diffusion.safetensors"
    save_file({name: t.half().contiguous() for name, t in network.state_dict().items()}, path)
    model["files"]["network"] = file_entry(path)
    model |= {
        "key": "vq-diffusion",
        "title": "Tiny VQ-Diffusion",
        "backend": "vq_diffusion",
        "network": NETWORK,
        "text": model["text"] | {"kind": "unit"},
        "reverse_process": {"steps": STEPS},
        "defaults": {"guidance_scale": 3.0, "top_p": 0.86},
    }
    (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
    return folder
