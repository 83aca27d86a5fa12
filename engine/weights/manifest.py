"""weights_manifest.json: every weights file that Ellbox knows, with where from and how to check."""

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from engine.values.errors import WeightsMissing

FILE_NAME = "weights_manifest.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """key: model/role. embedded: shipped with Ellbox; size and digest then stand in its model.json
    and are 0 and "" here.
    """

    key: str
    urls: tuple[str, ...]
    bytes: int
    sha256: str
    format: str
    licence: str
    source: str
    embedded: bool = False

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "ManifestRow":
        """Raises ValueError for a file to be fetched that could not be checked afterwards."""
        read = cls(**{**row, "urls": tuple(row["urls"])})
        checkable = read.urls and read.bytes > 0 and len(read.sha256) == 64
        if not read.embedded and not checkable:
            raise ValueError(f"{read.key} needs urls, bytes and sha256")
        return read


def manifest_path() -> Path:
    """Beside the assets when installed, at the top of the checkout otherwise."""
    assets = Path(str(resources.files("assets")))
    installed = assets / FILE_NAME
    return installed if installed.exists() else assets.parent / FILE_NAME


def read_manifest(path: Path | None = None) -> dict[str, ManifestRow]:
    """Rows by key; WeightsMissing when the file cannot be read."""
    path = path or manifest_path()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            raise ValueError(f"version {content['version']} is not {VERSION}")
        rows = [ManifestRow.from_json(row) for row in content["files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsMissing(
            f"The list of weights {path.name} cannot be read: {error}.", "Install Ellbox again."
        ) from error
    return {row.key: row for row in rows}
