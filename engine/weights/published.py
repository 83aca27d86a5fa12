"""Published weights files read, and written as safetensors, the only format that models load."""

import hashlib
import pickle
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.values.errors import BadInput
from engine.weights.store import write_description


def read_published(path: Path) -> dict[str, Any]:
    """What a .safetensors, .pth or .bin file holds: tensors by name, perhaps in nested mappings.

    BadInput for a file that is damaged or holds more than tensors and plain values: nothing in it
    is ever run.
    """
    try:
        if path.suffix == ".safetensors":
            return dict(load_file(path))
        # Training snapshots hold far more than what is taken from them: only that is read.
        mapped = zipfile.is_zipfile(path)
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except (OSError, SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise BadInput(
            f"The weights file {path.name} cannot be read safely: {_first_line(error)}",
            "Use the file as it was published.",
        ) from error
    if not isinstance(content, dict):
        raise BadInput(f"The weights file {path.name} holds no tensors by name.")
    return content


def write_weights(state: Mapping[str, Tensor], path: Path) -> None:
    """A safetensors file, replaced whole; shared tensors are written once for each name."""
    unfinished = path.with_name(f"{path.name}.tmp")
    save_file(
        {name: t.detach().cpu().contiguous().clone() for name, t in state.items()}, unfinished
    )
    unfinished.replace(path)


def write_model(
    out: Path,
    description: Mapping[str, Any],
    states: Mapping[str, Mapping[str, Tensor]],
    *,
    vocabulary: Path | None,
) -> Path:
    """Write a model folder (made if missing) and return it. states: by role.

    vocabulary: a .txt.gz of merges. description: the rest of model.json, which comes last: without
    it the folder is no model.
    """
    out.mkdir(parents=True, exist_ok=True)
    files = {}
    for role, state in states.items():
        write_weights(state, out / f"{role}.safetensors")
        files[role] = file_entry(out / f"{role}.safetensors")
    if vocabulary is not None:
        shutil.copyfile(vocabulary, out / "bpe.txt.gz")
        files["bpe"] = file_entry(out / "bpe.txt.gz")
    write_description(out, {**description, "files": files})
    return out


def halved(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Floating tensors in half precision, as published files for use have them."""
    return {name: t.half() if t.is_floating_point() else t for name, t in state.items()}


def file_entry(path: Path) -> dict[str, Any]:
    """What model.json says of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "sha256": digest, "bytes": path.stat().st_size}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
