"""From checkpoints to a model folder: half-precision weights, samples and model.json."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.training.checkpoints import averaged
from engine.weights.published import file_entry, halved, write_weights
from engine.weights.store import DESCRIPTION, write_description

LENDER = "lformer"
"""The built-in model whose tokenizer and towers the others may share."""


def write_model_folder(
    folder: Path,
    out: Path,
    *,
    description: dict[str, Any],
    roles: Mapping[str, str],
    write_samples: Callable[[Path], None],
    renamed: Mapping[str, str] | None = None,
    lender: str = LENDER,
) -> None:
    """Write the averaged weights (float16), bpe.txt.gz, samples.png and model.json to `out`.

    roles: files of the model, and the part of `folder` that each comes from. renamed: what a part's
    file is called where not by the part. lender: the model folder beside `out` whose files are
    named instead of written again where they hold the same. model.json comes last: without it the
    folder is no model.
    """
    names, lent = renamed or {}, lent_by(out.parent / lender) if out.name != lender else {}
    out.mkdir(parents=True, exist_ok=True)
    files = {}
    for role, part in roles.items():
        name = names.get(part, part)
        write_weights(halved(averaged(folder / part)), out / f"{name}.safetensors")
        files[role] = borrowed(out / f"{name}.safetensors", lent)
    shutil.copyfile(folder / "bpe.txt.gz", out / "bpe.txt.gz")
    files["bpe"] = borrowed(out / "bpe.txt.gz", lent)
    write_samples(out / "samples.png")
    write_description(out, {**description, "files": files})


def lent_by(folder: Path) -> dict[str, dict[str, Any]]:
    """sha256 -> entry, for the model.json of a folder beside it; nothing where no model is."""
    if not (folder / DESCRIPTION).is_file():
        return {}
    entries = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))["files"].values()
    return {entry["sha256"]: {**entry, "folder": folder.name} for entry in entries}


def borrowed(path: Path, lent: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The entry of a file just written; what is lent already is removed here."""
    own = file_entry(path)
    found = lent.get(own["sha256"])
    if found is None:
        return own
    path.unlink()
    return found
