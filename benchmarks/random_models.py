"""Model folders of the built-in sizes with random weights, where no trained ones are shipped."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.generators.maskgen.checkpoint import unmasking_network
from engine.generators.star.network import StarConfig
from engine.generators.star.refining import build_star
from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from engine.text.clip import build_clip
from engine.tokenizers.multiscale_vqvae import MultiscaleConfig, MultiscaleVQVAE
from engine.tokenizers.titok import TiTok, TiTokConfig
from engine.tokenizers.vqgan import VQGANConfig, build_vqgan
from engine.training.config import TrainingConfig
from engine.training.maskgen_model import maskgen_description
from engine.training.star_model import star_description
from engine.training.vq_diffusion_model import vq_diffusion_description
from engine.weights.published import file_entry, write_weights
from engine.weights.store import ModelFolder

DESCRIPTIONS: dict[str, Callable[[TrainingConfig], dict[str, Any]]] = {
    "star": star_description,
    "vq_diffusion": vq_diffusion_description,
    "maskgen": maskgen_description,
}
NETWORKS: dict[str, Callable[[Mapping[str, Any]], nn.Module]] = {
    "star": lambda network: build_star(StarConfig.from_json(network)),
    "vq_diffusion": lambda network: VQDiffusion(VQDiffusionConfig.from_json(network)),
    "maskgen": unmasking_network,
}
TOKENIZERS: dict[str, Callable[[Mapping[str, Any]], nn.Module]] = {
    "multiscale_vqvae": lambda config: MultiscaleVQVAE(MultiscaleConfig.from_json(config)),
    "vqgan": lambda config: build_vqgan(VQGANConfig.from_json(config)),
    "tatitok": lambda config: TiTok(TiTokConfig.from_json(config, text=True)),
}


def write_random_model(backend: str, folder: Path, built_in: ModelFolder) -> Path:
    """Fills `folder` and returns it. built_in: any shipped model, whose word pieces are taken."""
    described = DESCRIPTIONS[backend](TrainingConfig())
    torch.manual_seed(0)
    networks = {
        "network": NETWORKS[backend](described["network"]),
        "tokenizer": TOKENIZERS[described["tokenizer"]["kind"]](described["tokenizer"]["config"]),
        "text": build_clip(described["text"]["open_clip"]),
    }
    folder.mkdir(parents=True)
    files = {}
    for role, network in networks.items():
        path = folder / f"{role}.safetensors"
        write_weights(network.half().state_dict(), path)
        files[role] = file_entry(path)
    shutil.copyfile(built_in.files["bpe"].path, folder / "bpe.txt.gz")
    files["bpe"] = file_entry(folder / "bpe.txt.gz")
    described["title"] += ", random weights"
    (folder / "model.json").write_text(json.dumps({**described, "files": files}), encoding="utf-8")
    return folder
