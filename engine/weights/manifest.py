"""weights_manifest.json: every model that Ellbox knows, with where from and how to check it."""

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

from engine.values.errors import BadInput, WeightsMissing

FILE_NAME = "weights_manifest.json"
VERSION = 2
SHA256_LETTERS = 64


@dataclass(frozen=True, slots=True)
class Source:
    """A repository of the Hub. revision: a commit, perhaps shortened, or None where nobody named
    one; then the first fetch pins the commit that it finds.
    """

    repository: str
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of a repository, and where it goes in the folder of fetched files.

    A path that ends in "/*" means all files of that folder; `to` then ends in "/". Where a row does
    not say, `to` is the path. source is None
    where people must fetch by hand. bytes and sha256 are None where nobody has published them;
    about_bytes, a rounded size, is for people and never checked.
    """

    source: Source | None
    path: str
    to: str
    bytes: int | None = None
    about_bytes: int | None = None
    sha256: str | None = None

    @property
    def likely_bytes(self) -> int | None:
        return self.about_bytes if self.bytes is None else self.bytes


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """A model. format: the layout it is published in. memory_of: what memory_bytes counts.

    embedded: shipped with Ellbox; its files, sizes and digests stand in its model.json. by_hand:
    how to get it where Ellbox cannot fetch it.
    """

    key: str
    backend: str
    title: str
    image_side: int
    format: str
    licence: str
    memory_bytes: int | None = None
    memory_of: str = ""
    embedded: bool = False
    by_hand: str = ""
    files: tuple[PublishedFile, ...] = ()

    @property
    def likely_bytes(self) -> int | None:
        """Of all files as far as sizes are published; None when none is."""
        known = [file.likely_bytes for file in self.files if file.likely_bytes is not None]
        return sum(known) if known else None

    @property
    def sizes_known(self) -> bool:
        """Whether each file larger than a config has a published size, if only a rounded one."""
        return all(file.likely_bytes is not None or _is_config(file.path) for file in self.files)

    @property
    def repositories(self) -> tuple[str, ...]:
        """Each once, in the order of files."""
        named = (file.source.repository for file in self.files if file.source is not None)
        return tuple(dict.fromkeys(named))

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "ManifestRow":
        """ValueError, KeyError or TypeError for a row that makes no sense."""
        sources = {name: Source(**source) for name, source in row.get("sources", {}).items()}
        files = tuple(_published_file(file, sources) for file in row.get("files", ()))
        rest = {name: value for name, value in row.items() if name not in ("sources", "files")}
        read = cls(**rest, files=files)
        fetched = bool(files) and all(file.source is not None for file in files)
        if [read.embedded, bool(read.by_hand), fetched].count(True) != 1:
            raise ValueError(f"{read.key} must be embedded, or fetched, or got by hand")
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
        rows = [ManifestRow.from_json(row) for row in content["models"]]
        if len({row.key for row in rows}) != len(rows):
            raise ValueError("a key stands there twice")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsMissing(
            f"The list of weights {path.name} cannot be read: {error}.", "Install Ellbox again."
        ) from error
    return {row.key: row for row in rows}


def row_of(key: str, rows: dict[str, ManifestRow]) -> ManifestRow:
    """BadInput names the rows there are."""
    if key not in rows:
        raise BadInput(f"There is no model {key!r} in the list.", f"Listed: {', '.join(rows)}.")
    return rows[key]


def _published_file(file: dict[str, Any], sources: dict[str, Source]) -> PublishedFile:
    rest = {name: value for name, value in file.items() if name != "source"}
    source = sources[file["source"]] if "source" in file else None
    read = PublishedFile(source, **{"to": file["path"].removesuffix("*"), **rest})
    target = PurePosixPath(read.to)
    if target.is_absolute() or ".." in target.parts or not target.parts:
        raise ValueError(f"{read.to!r} lies outside the folder")
    if read.path.endswith("/*") != read.to.endswith("/"):
        raise ValueError(f"{read.path!r} and {read.to!r} are not both folders")
    if read.sha256 is not None and len(read.sha256) != SHA256_LETTERS:
        raise ValueError(f"{read.sha256!r} is no sha256")
    if read.bytes is not None and read.bytes <= 0:
        raise ValueError(f"{read.path!r} has {read.bytes} bytes")
    return read


def _is_config(path: str) -> bool:
    return path.endswith(".json")
