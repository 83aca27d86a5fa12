"""From VQ-Diffusion's checkpoints to the built-in model's folder."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from engine.catalog import spec_of
from engine.generators.vq_diffusion.generator import VQDiffusionGenerator
from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from engine.training.card import TOWERS, VQGAN, Card, Part, write_card
from engine.training.checkpoints import averaged
from engine.training.config import TrainingConfig
from engine.training.model_folder import write_model_folder
from engine.training.scenes import vocabulary
from engine.training.sheet import SampleSheet
from engine.training.trained import text_json, trained_clip, trained_tokenizer
from engine.training.vq_diffusion import sheet_with_null
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.weights.store import ModelFolder

PART = "vq-diffusion"
ROLES = {"tokenizer": "tokenizer", "text": "clip", "network": PART}
"""Files of a model folder, and the part that each comes from."""

DEFAULTS = SamplingParams(temperature=1.0, top_p=0.86, guidance_scale=3.0)
"""The published truncation rate and guidance; steps are the generator's own 25."""


def vq_diffusion_description(settings: TrainingConfig) -> dict[str, Any]:
    """model.json without its files."""
    return {
        "key": "vq-diffusion",
        "title": "VQ-Diffusion small",
        "backend": "vq_diffusion",
        "image_side": settings.scenes.side,
        "licence": "Apache-2.0; trained on CREDITS.md's art",
        "vocabulary": list(vocabulary(settings.scenes)),
        "defaults": asdict(DEFAULTS),
        "tokenizer": {"kind": "vqgan", "config": settings.tokenizer},
        "text": text_json(settings),
        "network": settings.vq_diffusion,
    }


def vq_diffusion_spec(settings: TrainingConfig) -> GeneratorSpec:
    """The spec that the shipped model will have."""
    return spec_of(ModelFolder(Path(PART), vq_diffusion_description(settings), {}))


def vq_diffusion_sheet(settings: TrainingConfig, folder: Path, device: torch.device) -> SampleSheet:
    """Drawn with the Lformer's tokenizer and towers as far as they are trained."""
    return SampleSheet(
        vq_diffusion_spec(settings),
        trained_clip(settings, folder, device),
        trained_tokenizer(settings, folder, device),
    )


def ship_vq_diffusion(settings: TrainingConfig, folder: Path, out: Path, remarks: str = "") -> None:
    """Write the model's folder to `out`, with its card, which ends with the remarks."""
    write_model_folder(
        folder,
        out,
        description=vq_diffusion_description(settings),
        roles=ROLES,
        write_samples=lambda path: _write_samples(settings, folder, path),
    )
    write_card(card(settings), settings, folder, out, remarks)


def card(settings: TrainingConfig) -> Card:
    """Of VQ-Diffusion."""
    side, config = settings.scenes.side, VQDiffusionConfig.from_json(settings.vq_diffusion)
    return Card(
        title="VQ-Diffusion small",
        design=f"A picture of {side} x {side} pixels is {config.side} x {config.side} tokens of "
        f"the Lformer's VQGAN. They begin masked, and a transformer ({config.layers} layers, width "
        f"{config.width}) that sees all of them reads more of them out step by step, led by "
        "the Lformer's text tower.",
        repeat="`ellbox train tokenizer`, `clip`, `tokens`, `vq-diffusion`, `ship-vq-diffusion`, "
        "each with `--config narrow`",
        parts=(
            VQGAN,
            TOWERS,
            Part(PART, "entropy", "VQ-Diffusion: cross entropy of masked tokens, nats"),
        ),
    )


def _write_samples(settings: TrainingConfig, folder: Path, path: Path) -> None:
    network = VQDiffusion(VQDiffusionConfig.from_json(settings.vq_diffusion))
    network.load_state_dict(averaged(folder / PART))
    sheet = vq_diffusion_sheet(settings, folder, torch.device("cpu"))
    sheet_with_null(sheet, network).write(VQDiffusionGenerator(sheet.spec, network), path)
