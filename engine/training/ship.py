"""From checkpoints to the built-in model's folder: half-precision weights and model.json."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from engine.catalog import spec_of
from engine.training.card import card_text, curves
from engine.training.checkpoints import averaged
from engine.training.config import TrainingConfig
from engine.training.scenes import vocabulary
from engine.training.sheet import SampleSheet
from engine.training.trained import trained_clip, trained_lformer, trained_tokenizer
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.weights.published import file_entry
from engine.weights.store import ModelFolder

DEFAULTS = SamplingParams(temperature=1.0, top_k=256, top_p=0.9, guidance_scale=2.5)
PARTS = {"tokenizer": "vqgan", "clip": "clip", "lformer": "lformer"}


def ship_lformer(settings: TrainingConfig, folder: Path, out: Path) -> None:
    """Write vqgan, clip and lformer .safetensors (float16), bpe.txt.gz and model.json to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for checkpoint, name in PARTS.items():
        tensors = averaged(folder / checkpoint)
        halves = {
            key: value.to(torch.float16) if value.is_floating_point() else value
            for key, value in tensors.items()
        }
        save_file(halves, out / f"{name}.tmp")
        (out / f"{name}.tmp").replace(out / f"{name}.safetensors")
    shutil.copyfile(folder / "bpe.txt.gz", out / "bpe.txt.gz")
    files = {
        "tokenizer": file_entry(out / "vqgan.safetensors"),
        "text": file_entry(out / "clip.safetensors"),
        "network": file_entry(out / "lformer.safetensors"),
        "bpe": file_entry(out / "bpe.txt.gz"),
    }
    _write_card(settings, folder, out)
    text = json.dumps({**description(settings), "files": files}, indent=1)
    (out / "model.tmp").write_text(text + "\n", encoding="utf-8")
    (out / "model.tmp").replace(out / "model.json")


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
        "text": {"open_clip": settings.clip, "vocabulary_file": "bpe.txt.gz"},
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


def _write_card(settings: TrainingConfig, folder: Path, out: Path) -> None:
    cpu = torch.device("cpu")
    sheet = sample_sheet(settings, folder, cpu)
    sheet.write(sheet.generator_of(trained_lformer(settings, folder, cpu)), out / "samples.png")
    curves(folder).save(out / "curves.png")
    (out / "MODEL_CARD.md").write_text(card_text(settings, folder), encoding="utf-8")
