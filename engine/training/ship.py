"""From checkpoints to the built-in model's folder: half-precision weights and model.json."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from engine.catalog import spec_of
from engine.generators.lformer.network import LformerConfig
from engine.training.card import TOWERS, VQGAN, Card, Part, write_card
from engine.training.config import TrainingConfig
from engine.training.model_folder import write_model_folder
from engine.training.scenes import vocabulary
from engine.training.sheet import SampleSheet
from engine.training.trained import text_json, trained_clip, trained_lformer, trained_tokenizer
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.weights.store import ModelFolder

DEFAULTS = SamplingParams(temperature=0.7, top_k=16, top_p=0.9, guidance_scale=2.5)
ROLES = {"tokenizer": "tokenizer", "text": "clip", "network": "lformer"}
"""Files of a model folder, and the part that each comes from."""


def ship_lformer(settings: TrainingConfig, folder: Path, out: Path, remarks: str = "") -> None:
    """Write the model's folder to `out`, with its card, which ends with the remarks."""
    write_model_folder(
        folder,
        out,
        description=description(settings),
        roles=ROLES,
        write_samples=lambda path: _write_samples(settings, folder, path),
        renamed={"tokenizer": "vqgan"},
    )
    write_card(card(settings), settings, folder, out, remarks)


def card(settings: TrainingConfig) -> Card:
    """Of the Lformer."""
    side, config = settings.scenes.side, LformerConfig.from_json(settings.network)
    return Card(
        title="Lformer small",
        design=f"A picture of {side} x {side} pixels is {config.side} x {config.side} tokens of a "
        f"{config.codebook_size:,}-code VQGAN, decoded in {config.side} L-blocks by a block-causal "
        f"transformer with a latent ({config.layers} layers, width {config.width}), led by a small "
        "open_clip text tower.",
        repeat="`ellbox train all`; `docs/quality.md` has the figures",
        parts=(
            VQGAN,
            TOWERS,
            Part("lformer", "entropy", "Lformer: cross entropy of training tokens, nats"),
        ),
    )


def description(settings: TrainingConfig) -> dict[str, Any]:
    """model.json without its files."""
    return {
        "key": "lformer",
        "title": "Lformer small",
        "backend": "lformer",
        "image_side": settings.scenes.side,
        "licence": "Apache-2.0; trained on CREDITS.md's art",
        "vocabulary": list(vocabulary(settings.scenes)),
        "defaults": asdict(DEFAULTS),
        "tokenizer": {"kind": "vqgan", "config": settings.tokenizer},
        "text": text_json(settings),
        "network": settings.network,
    }


def lformer_spec(settings: TrainingConfig) -> GeneratorSpec:
    """The spec that the shipped model will have."""
    return spec_of(ModelFolder(Path("lformer"), description(settings), {}))


def sample_sheet(settings: TrainingConfig, folder: Path, device: torch.device) -> SampleSheet:
    """Drawn with the tokenizer and the towers as far as they are trained."""
    return SampleSheet(
        lformer_spec(settings),
        trained_clip(settings, folder, device),
        trained_tokenizer(settings, folder, device),
    )


def _write_samples(settings: TrainingConfig, folder: Path, path: Path) -> None:
    cpu = torch.device("cpu")
    sheet = sample_sheet(settings, folder, cpu)
    sheet.write(sheet.generator_of(trained_lformer(settings, folder, cpu)), path)
