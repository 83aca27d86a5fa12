"""From STAR's checkpoints to scenes as pyramids of tokens, and to the built-in model's folder."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.catalog import spec_of
from engine.generators.star.generator import StarGenerator
from engine.generators.star.network import Star, StarConfig
from engine.tokenizers.multiscale_vqvae import (
    MultiscaleConfig,
    MultiscaleTokenizer,
    MultiscaleVQVAE,
)
from engine.training.card import TOWERS, Card, Part, write_card
from engine.training.checkpoints import averaged
from engine.training.config import TrainingConfig
from engine.training.model_folder import write_model_folder
from engine.training.scenes import Scene, vocabulary
from engine.training.sheet import SampleSheet
from engine.training.star import NULL_PROMPT
from engine.training.tokenised import Said, TokenisedScenes
from engine.training.trained import text_json, trained_clip
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.weights.store import ModelFolder

MULTISCALE = "multiscale"
"""The part that trains STAR's tokenizer."""

DEFAULTS = SamplingParams(temperature=0.5, top_k=50, top_p=0.9, guidance_scale=4.0)
"""Chosen by eye among four. The published ones, for larger networks, are 1, 300, 0.9 and 3."""

ROLES = {"tokenizer": MULTISCALE, "text": "clip", "network": "star"}
"""Files of a model folder, and the part that each comes from."""


def trained_multiscale(
    settings: TrainingConfig, folder: Path, device: torch.device
) -> MultiscaleTokenizer:
    """STAR's tokenizer as far as it is trained."""
    network = MultiscaleVQVAE(MultiscaleConfig.from_json(settings.multiscale))
    network.load_state_dict(averaged(folder / MULTISCALE))
    return MultiscaleTokenizer(network.eval().to(device))


def encoded_pyramids(scenes: Sequence[Scene], tokenizer: MultiscaleTokenizer) -> TokenisedScenes:
    """All of them as one batch; ids (M, L). Features and extents are empty: STAR uses neither."""
    return TokenisedScenes(
        tokenizer.encode(np.stack([scene.pixels for scene in scenes])).astype(np.uint16),
        np.empty((len(scenes), 0), np.float16),
        np.empty((len(scenes), 0), np.uint8),
        tuple(Said.of(scene) for scene in scenes),
    )


def star_description(settings: TrainingConfig) -> dict[str, Any]:
    """model.json without its files."""
    return {
        "key": "star",
        "title": "STAR small",
        "backend": "star",
        "image_side": settings.scenes.side,
        "licence": "Apache-2.0; trained on CREDITS.md's art",
        "vocabulary": list(vocabulary(settings.scenes)),
        "defaults": asdict(DEFAULTS),
        "tokenizer": {"kind": "multiscale_vqvae", "config": settings.multiscale},
        "text": text_json(settings),
        "network": settings.star,
    }


def star_spec(settings: TrainingConfig) -> GeneratorSpec:
    """The spec that the shipped model will have."""
    return spec_of(ModelFolder(Path("star"), star_description(settings), {}))


def ship_star(settings: TrainingConfig, folder: Path, out: Path, remarks: str = "") -> None:
    """Write the model's folder to `out`, with its card, which ends with the remarks."""
    write_model_folder(
        folder,
        out,
        description=star_description(settings),
        roles=ROLES,
        write_samples=lambda path: _write_samples(settings, folder, path),
    )
    write_card(card(settings), settings, folder, out, remarks)


def card(settings: TrainingConfig) -> Card:
    """Of STAR."""
    side, config = settings.scenes.side, StarConfig.from_json(settings.star)
    sides = ", ".join(map(str, config.sides))
    return Card(
        title="STAR small",
        design=f"A picture of {side} x {side} pixels is a pyramid of token maps with sides "
        f"{sides} that add up. A transformer ({config.layers} layers, width {config.width}) draws "
        "one whole map a step, led by the Lformer's text tower.",
        repeat="`ellbox train tokenizer`, `clip`, `multiscale`, `pyramids`, `star`, `ship-star`, "
        "each with `--config narrow`",
        parts=(
            Part(MULTISCALE, "psnr", "Multi-scale VQVAE: PSNR of training pictures, dB"),
            TOWERS,
            Part("star", "loss", "STAR: cross entropy of training tokens, nats"),
        ),
    )


def _write_samples(settings: TrainingConfig, folder: Path, path: Path) -> None:
    cpu = torch.device("cpu")
    tokenizer = trained_multiscale(settings, folder, cpu)
    network = Star(StarConfig.from_json(settings.star))
    network.load_state_dict(averaged(folder / "star"))
    spec = star_spec(settings)
    sheet = SampleSheet(spec, trained_clip(settings, folder, cpu), tokenizer, NULL_PROMPT)
    sheet.write(StarGenerator(spec, network, tokenizer.network.quantize), path)
