"""Model folders: a model.json and the weights that it names; which are there and whole."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from engine.values.errors import WeightsMissing
from engine.weights.places import models_home

DESCRIPTION = "model.json"
REMEDY = "Install Ellbox again, or train the built-in model anew."


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A file as model.json describes it."""

    role: str
    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class ModelFolder:
    """description: the parsed model.json. files: by role (tokenizer, text, network, ...)."""

    path: Path
    description: Mapping[str, Any]
    files: Mapping[str, WeightsFile]

    @property
    def key(self) -> str:
        return str(self.description["key"])

    @property
    def digests(self) -> dict[str, str]:
        """sha256 by file name, as recipes record it."""
        return {file.path.name: file.sha256 for file in self.files.values()}

    @property
    def complete(self) -> bool:
        """Whether every file is there at its size; cheap, looks at no content."""
        return all(_size(file.path) == file.bytes for file in self.files.values())


def embedded_folders() -> tuple[Path, ...]:
    """Folders of the models shipped with Ellbox, by name."""
    models = Path(str(resources.files("assets"))) / "embedded"
    return tuple(sorted(path.parent for path in models.glob(f"*/{DESCRIPTION}")))


def added_folders() -> tuple[Path, ...]:
    """Folders of models that were fetched, converted or imported, by name, sound or not."""
    found = (path.parent for path in models_home().glob(f"*/{DESCRIPTION}"))
    return tuple(sorted(path for path in found if not path.name.startswith(".")))


def added_models() -> tuple[ModelFolder, ...]:
    """Those of them that can be read and whose files are all there."""
    found = []
    for path in added_folders():
        try:
            folder = read_folder(path)
        except WeightsMissing:
            # Told by `ellbox weights list`; one damaged folder shall not stop all other models.
            continue
        if folder.complete:
            found.append(folder)
    return tuple(found)


def read_folder(path: Path) -> ModelFolder:
    """Reads model.json, no weights; WeightsMissing when it is absent or damaged."""
    try:
        description = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
        files = {
            role: WeightsFile(role, _place(path, entry), entry["bytes"], entry["sha256"])
            for role, entry in description["files"].items()
        }
        if not isinstance(description["key"], str):
            raise TypeError("its key is no text")
        return ModelFolder(path, description, files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsMissing(
            f"The model in {path.name} cannot be read: {error}.", REMEDY
        ) from error


def self_contained(description: Mapping[str, Any]) -> dict[str, Any]:
    """The same model.json for a folder that holds all of the model's files itself."""
    files = {
        role: {key: value for key, value in entry.items() if key != "folder"}
        for role, entry in description["files"].items()
    }
    return {**description, "files": files}


def write_description(folder: Path, description: Mapping[str, Any]) -> None:
    """Write model.json at once or not at all; without it a folder is no model."""
    unfinished = folder / f"{DESCRIPTION}.tmp"
    unfinished.write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(folder / DESCRIPTION)


def _place(folder: Path, entry: Mapping[str, Any]) -> Path:
    """Of a file that model.json names: in its own folder, or in the one beside it that is named."""
    home = folder.parent / _bare(entry["folder"]) if "folder" in entry else folder
    return home / _bare(entry["name"])


def _bare(name: str) -> str:
    if not is_plain(name):
        raise ValueError(f"{name!r} is not a plain name")
    return name


def is_plain(name: str) -> bool:
    """Whether it names something in a folder: not the folder, nor anything around it."""
    return name == Path(name).name and name not in ("", "..")


def verify(file: WeightsFile) -> None:
    """WeightsMissing unless the file has the size and the sha256 that were written down."""
    size = _size(file.path)
    if size is None:
        raise WeightsMissing(f"The weights {file.path.name} are missing.", REMEDY)
    if size != file.bytes:
        raise WeightsMissing(
            f"The weights {file.path.name} have {size} bytes instead of {file.bytes}.", REMEDY
        )
    if _sha256(file.path, size, file.path.stat().st_mtime_ns) != file.sha256:
        raise WeightsMissing(f"The weights {file.path.name} are damaged.", REMEDY)


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


@lru_cache(maxsize=256)
def _sha256(path: Path, size: int, changed_ns: int) -> str:  # noqa: ARG001 - part of the key
    """Read once a process, as long as size and time of change stay the same."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
