"""Networks out of a training folder: the averaged weights of its checkpoints."""

from pathlib import Path
from typing import Any

import torch

from engine.generators.lformer.network import Lformer, LformerConfig
from engine.text.clip import build_clip, build_tokenizer
from engine.text.embedded_words import EmbeddedWordsEncoder
from engine.tokenizers.vqgan import VQGANConfig, VQGANTokenizer, build_vqgan
from engine.training.checkpoints import averaged
from engine.training.config import CONTEXT_LENGTH, TrainingConfig

VOCABULARY = "bpe.txt.gz"


def trained_tokenizer(
    settings: TrainingConfig, folder: Path, device: torch.device
) -> VQGANTokenizer:
    """The tokenizer as far as it is trained."""
    network = build_vqgan(VQGANConfig.from_json(settings.tokenizer))
    network.load_state_dict(averaged(folder / "tokenizer"))
    return VQGANTokenizer(network.eval().to(device), settings.scenes.side)


def text_json(settings: TrainingConfig) -> dict[str, Any]:
    """The "text" of a model.json: the encoder that `trained_clip` gives."""
    return {"kind": "embedded", "open_clip": settings.clip, "vocabulary_file": VOCABULARY}


def trained_clip(
    settings: TrainingConfig, folder: Path, device: torch.device
) -> EmbeddedWordsEncoder:
    """Text and image towers as far as they are trained, frozen."""
    network = build_clip(settings.clip).requires_grad_(False)
    network.load_state_dict(averaged(folder / "clip"))
    words = build_tokenizer(folder / VOCABULARY, CONTEXT_LENGTH)
    return EmbeddedWordsEncoder(network.to(device), words)


def trained_lformer(settings: TrainingConfig, folder: Path, device: torch.device) -> Lformer:
    """The Lformer as far as it is trained."""
    network = Lformer(LformerConfig.from_json(settings.network))
    network.load_state_dict(averaged(folder / "lformer"))
    return network.eval().to(device)
