"""What weights there are: shipped, added, and those that could be fetched; adding and removing."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.values.errors import BadInput, WeightsMissing
from engine.weights.ledger import Ledger, Stamp
from engine.weights.manifest import ManifestRow
from engine.weights.places import models_home, published_home
from engine.weights.store import (
    ModelFolder,
    added_folders,
    embedded_folders,
    is_plain,
    read_folder,
    self_contained,
    verify,
    write_description,
)

State = Literal["built in", "ready", "damaged", "begun", "to fetch", "by hand"]
SAFE_SUFFIXES = (".safetensors", ".txt.gz")
"""Of files that a model may be made of: nothing that could run."""
SAMPLES = "samples.png"
"""A sheet of what a model draws, beside its model.json."""


@dataclass(frozen=True, slots=True)
class StockItem:
    """One model. bytes: on this disk, or to fetch as far as sizes are published.

    checked: whether each file was found to have its sha256 since it last changed. folder: of its
    files, where there are some.
    """

    key: str
    title: str
    state: State
    licence: str
    bytes: int | None
    checked: bool = False
    folder: Path | None = None
    row: ManifestRow | None = None

    @property
    def size_text(self) -> str:
        """`25 MB` on this disk; `about 3.0 GB` or `at least 3.0 GB` as published."""
        if self.bytes is None:
            return "not published"
        told = size_text(self.bytes)
        if self.row is None or self.state not in ("to fetch", "by hand"):
            return told
        return f"about {told}" if self.row.sizes_known else f"at least {told}"


def stock(rows: Mapping[str, ManifestRow], ledger: Ledger) -> tuple[StockItem, ...]:
    """Shipped models, then added ones, then what the list offers besides."""
    here = [
        *(_item(path, "built in", rows, ledger) for path in embedded_folders()),
        *(_item(path, "ready", rows, ledger) for path in added_folders()),
    ]
    keys = {item.key for item in here}
    offered = (row for row in rows.values() if row.key not in keys and not row.embedded)
    return (*here, *map(_offered, offered))


def checked_folder(path: Path) -> ModelFolder:
    """A model's folder, each file of which has the size and sha256 of its model.json.

    WeightsMissing where one has not, BadInput for a file that is not safetensors.
    """
    folder = read_folder(path)
    for file in folder.files.values():
        if not file.path.name.endswith(SAFE_SUFFIXES):
            raise BadInput(
                f"{file.path.name} is not safetensors.", "Convert it: ellbox weights convert."
            )
        verify(file)
    return folder


def stamps_of(folder: ModelFolder) -> dict[Path, Stamp]:
    """Of files that were just found whole."""
    return {file.path: Stamp.of(file.path, file.sha256) for file in folder.files.values()}


def check_free(key: str) -> Path:
    """Where a model of this key would be added; BadInput when the key is taken or no plain name."""
    if not is_plain(key) or key.startswith("."):
        raise BadInput(f"{key!r} cannot be the key of a model.", "Use letters, digits and dashes.")
    if any(read_folder(path).key == key for path in embedded_folders()):
        raise BadInput(f"The model {key} comes with Ellbox.", 'Change "key" in its model.json.')
    home = models_home() / key
    if home.exists():
        raise BadInput(
            f"There is a model {key} already.", f"Remove it first: ellbox weights remove {key}."
        )
    return home


def add_copy(folder: ModelFolder) -> Path:
    """Copy what model.json names, and the sample sheet, to where added models lie.

    The copy is made beside its place and moved there whole. WeightsMissing when the disk is full.
    """
    home = check_free(folder.key)
    needed = sum(file.bytes for file in folder.files.values())
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(home.parent).free
        if free < needed:
            raise WeightsMissing(
                f"The model needs {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free in "
                f"{home.parent}.",
                "Make room on that disk.",
            )
        with building(home) as beside:
            beside.mkdir()
            for file in folder.files.values():
                if file.path.exists():
                    shutil.copyfile(file.path, beside / file.path.name)
            if (folder.path / SAMPLES).exists():
                shutil.copyfile(folder.path / SAMPLES, beside / SAMPLES)
            write_description(beside, self_contained(folder.description))
    except OSError as error:
        raise WeightsMissing(
            f"{home} cannot be written: {error.strerror or error}.", "Make room, or allow writing."
        ) from error
    return home


@contextmanager
def building(home: Path) -> Iterator[Path]:
    """A path beside `home`; what is made there becomes `home`, or on an error nothing."""
    beside = home.with_name(f".{home.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        yield beside
        beside.replace(home)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def removable(key: str) -> tuple[Path, ...]:
    """Folders of this key that can be removed; BadInput when there is none, or it is shipped."""
    found = [home / key for home in (models_home(), published_home()) if is_plain(key)]
    # An added model lies in a folder of its key, unless somebody moved it by hand.
    for path in added_folders():
        with suppress(WeightsMissing):
            if read_folder(path).key == key:
                found.append(path)
    folders = tuple(dict.fromkeys(path for path in found if path.is_dir()))
    if not folders:
        shipped = any(read_folder(path).key == key for path in embedded_folders())
        raise BadInput(
            f"The model {key} comes with Ellbox and stays."
            if shipped
            else f"No files of a model {key!r} are here."
        )
    return folders


def remove(key: str) -> None:
    """BadInput when there is nothing to remove, WeightsMissing when the disk does not let go."""
    for folder in removable(key):
        try:
            # A link goes, what it points to is somebody's own.
            folder.unlink() if folder.is_symlink() else shutil.rmtree(folder)
        except OSError as error:
            raise WeightsMissing(
                f"{folder} cannot be deleted: {error.strerror or error}.", "Delete it by hand."
            ) from error


def remove_published(key: str) -> None:
    """Delete the published files that a model was made of."""
    shutil.rmtree(published_home() / key, ignore_errors=True)


def bytes_in(folder: Path) -> int:
    """Of all files in it, parts of files included."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def size_text(size: int) -> str:
    """`0.3 MB`, `25 MB`, `2.7 GB`, as disks are sold."""
    if size >= 10**9:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 10**7 else f"{size / 1e6:.1f} MB"


def _item(path: Path, state: State, rows: Mapping[str, ManifestRow], ledger: Ledger) -> StockItem:
    try:
        folder = read_folder(path)
    except WeightsMissing as error:
        return StockItem(path.name, error.sentence, "damaged", "", bytes_in(path), folder=path)
    return StockItem(
        folder.key,
        str(folder.description.get("title", folder.key)),
        state if folder.complete else "damaged",
        str(folder.description.get("licence", "")),
        bytes_in(path),
        all(ledger.is_checked(file.path, file.sha256) for file in folder.files.values()),
        path,
        rows.get(folder.key),
    )


def _offered(row: ManifestRow) -> StockItem:
    begun = published_home() / row.key
    if begun.is_dir():
        have = bytes_in(begun)
        return StockItem(row.key, row.title, "begun", row.licence, have, folder=begun, row=row)
    state: State = "by hand" if row.by_hand else "to fetch"
    return StockItem(row.key, row.title, state, row.licence, row.likely_bytes, row=row)
