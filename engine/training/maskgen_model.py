"""From MaskGen's checkpoints to scenes as rows of tokens, and to the built-in model's folder."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.catalog import spec_of
from engine.generators.maskgen.generator import MaskGenGenerator
from engine.generators.maskgen.network import MaskGen, MaskGenConfig
from engine.generators.maskgen.schedule import Schedule
from engine.tokenizers.titok import TiTok, TiTokConfig
from engine.tokenizers.titok_tokenizer import TiTokTokenizer
from engine.training.card import TOWERS, Card, Part, write_card
from engine.training.checkpoints import averaged
from engine.training.config import TrainingConfig
from engine.training.model_folder import write_model_folder
from engine.training.scenes import Scene, vocabulary
from engine.training.sheet import SampleSheet
from engine.training.titok import NULL_PROMPT
from engine.training.tokenised import Said, TokenisedScenes
from engine.training.trained import text_json, trained_clip
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.weights.store import ModelFolder

TITOK = "titok"
"""The part that trains MaskGen's tokenizer."""

PART = "maskgen"
DEFAULTS = SamplingParams(guidance_scale=4.0)
SCHEDULE = Schedule(steps=16, guidance="cosine", chance=2.0)
"""The published course of MaskGen over discrete tokens."""

ROLES = {"tokenizer": TITOK, "text": "clip", "network": PART}
"""Files of a model folder, and the part that each comes from."""


def titok_config(settings: TrainingConfig) -> TiTokConfig:
    return TiTokConfig.from_json(settings.titok, text=True)


def maskgen_json(settings: TrainingConfig) -> dict[str, Any]:
    """The "network" of a model.json, in the layout of a published config.json."""
    return {"model": {**settings.titok["model"], "maskgen": settings.maskgen}}


def trained_titok(settings: TrainingConfig, folder: Path, device: torch.device) -> TiTokTokenizer:
    """MaskGen's tokenizer as far as it is trained, its decoder told nothing."""
    network = TiTok(titok_config(settings))
    network.load_state_dict(averaged(folder / TITOK))
    silence = trained_clip(settings, folder, device).encode(NULL_PROMPT)
    return TiTokTokenizer(network.eval().to(device), silence.for_pictures)


def encoded_rows(scenes: Sequence[Scene], tokenizer: TiTokTokenizer) -> TokenisedScenes:
    """All of them as one batch; ids (M, N). Features and extents are empty: they serve nothing."""
    return TokenisedScenes(
        tokenizer.encode(np.stack([scene.pixels for scene in scenes])).astype(np.uint16),
        np.empty((len(scenes), 0), np.float16),
        np.empty((len(scenes), 0), np.uint8),
        tuple(Said.of(scene) for scene in scenes),
    )


def maskgen_description(settings: TrainingConfig) -> dict[str, Any]:
    """model.json without its files."""
    return {
        "key": PART,
        "title": "MaskGen small",
        "backend": "maskgen",
        "image_side": settings.scenes.side,
        "licence": "Apache-2.0; trained on CREDITS.md's art",
        "vocabulary": list(vocabulary(settings.scenes)),
        "defaults": asdict(DEFAULTS),
        "tokenizer": {"kind": "tatitok", "config": settings.titok},
        "text": text_json(settings),
        "network": maskgen_json(settings),
        "schedule": asdict(SCHEDULE),
    }


def maskgen_spec(settings: TrainingConfig) -> GeneratorSpec:
    """The spec that the shipped model will have."""
    return spec_of(ModelFolder(Path(PART), maskgen_description(settings), {}))


def maskgen_sheet(settings: TrainingConfig, folder: Path, device: torch.device) -> SampleSheet:
    encoder = trained_clip(settings, folder, device)
    tokenizer = trained_titok(settings, folder, device)
    return SampleSheet(maskgen_spec(settings), encoder, tokenizer, NULL_PROMPT)


def ship_maskgen(settings: TrainingConfig, folder: Path, out: Path, remarks: str = "") -> None:
    """Write the model's folder to `out`, with its card, which ends with the remarks."""
    write_model_folder(
        folder,
        out,
        description=maskgen_description(settings),
        roles=ROLES,
        write_samples=lambda path: _write_samples(settings, folder, path),
    )
    write_card(card(settings), settings, folder, out, remarks)


def card(settings: TrainingConfig) -> Card:
    """Of MaskGen."""
    side, config = settings.scenes.side, titok_config(settings)
    return Card(
        title="MaskGen small",
        design=f"A picture of {side} x {side} pixels is a row of {config.tokens} tokens without "
        "places. They begin masked, and a transformer reads the surest of them out step by step, "
        "led by the Lformer's text tower.",
        repeat="`ellbox train clip`, `titok`, `rows`, `maskgen` and `ship-maskgen`, each with "
        "`--config narrow`",
        parts=(
            Part(TITOK, "psnr", "TA-TiTok: PSNR of training pictures, dB"),
            TOWERS,
            Part(PART, "entropy", "MaskGen: cross entropy of masked tokens, nats"),
        ),
    )


def _write_samples(settings: TrainingConfig, folder: Path, path: Path) -> None:
    network = MaskGen(MaskGenConfig.from_json(maskgen_json(settings)))
    network.load_state_dict(averaged(folder / PART))
    sheet = maskgen_sheet(settings, folder, torch.device("cpu"))
    sheet.write(MaskGenGenerator(sheet.spec, network, SCHEDULE), path)
