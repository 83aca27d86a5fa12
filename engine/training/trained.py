"""Networks out of a training folder: the averaged weights of its checkpoints."""

from pathlib import Path

import torch

from engine.generators.lformer.network import Lformer, LformerConfig
from engine.text.clip import build_clip, build_tokenizer
from engine.text.embedded_words import EmbeddedWordsEncoder
from engine.tokenizers.vqgan import VQGANConfig, VQGANTokenizer, build_vqgan
from engine.training.checkpoints import averaged
from engine.training.config import CONTEXT_LENGTH, TrainingConfig


def trained_tokenizer(
    settings: TrainingConfig, folder: Path, device: torch.device
) -> VQGANTokenizer:
    """The tokenizer as far as it is trained."""
    network = build_vqgan(VQGANConfig.from_json(settings.tokenizer))
    network.load_state_dict(averaged(folder / "tokenizer"))
    return VQGANTokenizer(network.eval().to(device), settings.scenes.side)


def trained_clip(
    settings: TrainingConfig, folder: Path, device: torch.device
) -> EmbeddedWordsEncoder:
    """Text and image towers as far as they are trained, frozen."""
    network = build_clip(settings.clip).requires_grad_(False)
    network.load_state_dict(averaged(folder / "clip"))
    words = build_tokenizer(folder / "bpe.txt.gz", CONTEXT_LENGTH)
    return EmbeddedWordsEncoder(network.to(device), words)


def trained_lformer(settings: TrainingConfig, folder: Path, device: torch.device) -> Lformer:
    """The Lformer as far as it is trained."""
    network = Lformer(LformerConfig.from_json(settings.network))
    network.load_state_dict(averaged(folder / "lformer"))
    return network.eval().to(device)
