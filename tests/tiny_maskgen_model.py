"""Model folders of MaskGen and of TiTok's class generators, with tiny random weights."""

import json
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import nn

from engine.generators.maskgen.checkpoint import unmasking_network
from engine.tokenizers.titok import TiTok, TiTokConfig
from tests.lively import lively, unbiased
from tests.tiny_model import CODEBOOK_SIZE, CONTEXT_LENGTH, IMAGE_SIDE, WIDTH, file_entry
from tests.tiny_model import write_tiny_model as write_tiny_lformer

TOKENS = 10
STEPS = 5
TOKENIZER: dict[str, Any] = {
    "model": {
        "vq_model": {
            "codebook_size": CODEBOOK_SIZE,
            "token_size": 6,
            "num_latent_tokens": TOKENS,
            "vit_enc_model_size": "w16l2h2",
            "vit_dec_model_size": "w16l2h2",
            "vit_enc_patch_size": 8,
            "vit_dec_patch_size": 8,
            "finetune_decoder": False,
            "is_legacy": False,
            "text_context_length": CONTEXT_LENGTH,
            "text_embed_dim": WIDTH,
        }
    },
    "dataset": {"preprocessing": {"crop_size": IMAGE_SIDE}},
}
MASKGEN = {
    "decoder_embed_dim": 32,
    "decoder_depth": 2,
    "decoder_num_heads": 4,
    "micro_condition_embed_dim": 8,
    "condition_num_classes": 0,
}
CLASS_GENERATOR = {
    "model_type": "ViT",
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "image_seq_len": "${model.vq_model.num_latent_tokens}",
    "condition_num_classes": 1000,
}


def write_tiny_maskgen(folder: Path) -> Path:
    """Text to picture, the tokenizer reading the prompt. The same weights each time."""
    return _written(folder, "maskgen", TOKENIZER["model"] | {"maskgen": MASKGEN})


def write_tiny_titok(folder: Path) -> Path:
    """Class to picture, the tokenizer reading nothing. The same weights each time."""
    return _written(folder, "titok", TOKENIZER["model"] | {"generator": CLASS_GENERATOR})


def _written(folder: Path, key: str, network: dict[str, Any]) -> Path:
    """Fills `folder` and returns it; text tower and vocabulary are the tiny Lformer's."""
    write_tiny_lformer(folder)
    model: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    by_text = key == "maskgen"
    networks: dict[str, nn.Module] = {
        "network": unmasking_network({"model": network}),
        "tokenizer": TiTok(TiTokConfig.from_json(TOKENIZER, text=by_text)),
    }
    for seed, (role, module) in enumerate(networks.items()):
        unbiased(lively(module, seed=seed))
        path = folder / f"{role}.safetensors"
        save_file({name: t.half().contiguous() for name, t in module.state_dict().items()}, path)
        model["files"][role] = file_entry(path)
    if not by_text:
        del model["files"]["text"], model["files"]["bpe"]
    model |= {
        "key": key,
        "title": "Tiny MaskGen",
        "backend": "maskgen",
        "network": {"model": network},
        "text": model["text"] | {"kind": "penultimate" if by_text else "classes"},
        "tokenizer": {"kind": "tatitok" if by_text else "titok", "config": TOKENIZER},
        "schedule": {"steps": STEPS, "guidance": "cosine", "chance": 4.0},
        "blend": {"strength": 0.7, "blend_steps": 2},
        "defaults": {"guidance_scale": 3.0},
        "vocabulary": [],
    }
    (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
    return folder
