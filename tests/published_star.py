"""STAR's files in their published layout, of random tensors and shrunken sizes."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.generators.star.network import StarConfig
from engine.generators.star.refining import build_star
from engine.text.clip import build_text_tower
from engine.tokenizers.multiscale_vqvae import MultiscaleConfig, MultiscaleVQVAE
from tests.tiny_star import lively

SIDES = (1, 2, 3)
CODES, LATENT, TEXT_WIDTH = 23, 8, 16
NETWORK = StarConfig(SIDES, CODES, LATENT, layers=2, heads=2, width=16, text_width=TEXT_WIDTH)
TOKENIZER = MultiscaleConfig(SIDES, CODES, LATENT, width=32, multipliers=(1, 2), blocks=1)
TEXT = {
    "embed_dim": TEXT_WIDTH,
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": TEXT_WIDTH,
        "heads": 4,
        "layers": 1,
        "mlp_ratio": 2.0,
        "proj_type": "none",
    },
}


def write_published_star(
    folder: Path, *, snapshot: str = "star_256-ar-ckpt.pth", patch_nums: object = SIDES
) -> Path:
    """Fills `folder` (made if missing) and returns it. patch_nums: as the snapshot tells them."""
    (folder / "CLIP" / "text_encoder").mkdir(parents=True)
    config = {} if patch_nums is None else {"patch_nums": patch_nums}
    trainer = {"var_wo_ddp": published_network(), "var_opt": {"lr": 1e-4}, "config": config}
    torch.save({"epoch": 3, "trainer": trainer}, folder / snapshot)
    coder = dict(lively(lambda: MultiscaleVQVAE(TOKENIZER), 1).state_dict())
    counter = {"quantize.ema_vocab_hit_SV": torch.zeros(len(SIDES), CODES)}
    torch.save(coder | counter, folder / "vae_ch160v4096z32.pth")
    text = folder / "CLIP" / "text_encoder"
    save_file(published_text(), text / "model.safetensors")
    told = {"num_attention_heads": 4, "hidden_act": "gelu"}
    (text / "config.json").write_text(json.dumps(told))
    return folder


def published_network() -> dict[str, Tensor]:
    state = dict(lively(lambda: build_star(NETWORK), 0).state_dict())
    for name in [name for name in state if name.endswith(".q_bias")]:
        state[name.replace("q_bias", "zero_k_bias")] = torch.zeros_like(state[name])
    return {**state, "class_emb.weight": torch.zeros(5, NETWORK.width)}


def published_text() -> dict[str, Tensor]:
    """open_clip's names -> the published ones, where queries, keys and values lie apart."""
    tower = lively(lambda: build_text_tower(TEXT), 2).state_dict()
    text = {
        "text_model.embeddings.token_embedding.weight": tower["token_embedding.weight"],
        "text_model.embeddings.position_embedding.weight": tower["positional_embedding"],
    }
    renames = {"attn.out_proj": "self_attn.out_proj", "ln_1": "layer_norm1", "ln_2": "layer_norm2"}
    renames |= {"mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2"}
    ours, theirs = "transformer.resblocks.0.", "text_model.encoder.layers.0."
    for kind in ("weight", "bias"):
        text[f"text_model.final_layer_norm.{kind}"] = tower[f"ln_final.{kind}"]
        for part, third in zip("qkv", tower[f"{ours}attn.in_proj_{kind}"].chunk(3), strict=True):
            text[f"{theirs}self_attn.{part}_proj.{kind}"] = third
        for one, other in renames.items():
            text[f"{theirs}{other}.{kind}"] = tower[f"{ours}{one}.{kind}"]
    return {name: tensor.clone() for name, tensor in text.items()}
