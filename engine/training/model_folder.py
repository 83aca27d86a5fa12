"""From checkpoints to a model folder: half-precision weights, samples and model.json."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from engine.training.checkpoints import averaged
from engine.weights.published import file_entry, write_weights


def write_model_folder(
    folder: Path,
    out: Path,
    *,
    description: dict[str, Any],
    roles: Mapping[str, str],
    write_samples: Callable[[Path], None],
    renamed: Mapping[str, str] | None = None,
) -> None:
    """Write the averaged weights (float16), bpe.txt.gz, samples.png and model.json to `out`.

    roles: files of the model, and the part of `folder` that each comes from. renamed: what a part's
    file is called where not by the part. model.json comes last: without it the folder is no model.
    """
    names = renamed or {}
    out.mkdir(parents=True, exist_ok=True)
    files = {}
    for role, part in roles.items():
        name = names.get(part, part)
        halves = {
            key: value.to(torch.float16) if value.is_floating_point() else value
            for key, value in averaged(folder / part).items()
        }
        write_weights(halves, out / f"{name}.safetensors")
        files[role] = file_entry(out / f"{name}.safetensors")
    shutil.copyfile(folder / "bpe.txt.gz", out / "bpe.txt.gz")
    files["bpe"] = file_entry(out / "bpe.txt.gz")
    write_samples(out / "samples.png")
    text = json.dumps({**description, "files": files}, indent=1)
    (out / "model.tmp").write_text(text + "\n", encoding="utf-8")
    (out / "model.tmp").replace(out / "model.json")
