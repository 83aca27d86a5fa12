"""A folder of a person's own pictures with captions: a .txt beside each, or one metadata file."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from engine.training.own_pictures import lines, own_scene, place_in_order, square
from engine.training.scenes import Scene
from engine.training.sprites import Pixels
from engine.values.errors import BadInput

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
METADATA = ("metadata.csv", "metadata.jsonl", "metadata.json")
CAPTION_NAMES = ("text", "caption", "captions")


@dataclass(frozen=True, slots=True)
class Captioned:
    """One picture's file and at least one caption."""

    path: Path
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FolderPictures:
    """Pictures by number or by seed; read from disk when asked for, side x side px."""

    items: tuple[Captioned, ...]
    side: int

    @classmethod
    def open(cls, folder: Path, side: int) -> "FolderPictures":
        """Finds the pictures, also in folders below; BadInput names the file that is wrong.

        A metadata file lists pictures as Hugging Face's image folders do: `file_name` and `text`
        (or `caption`) in CSV columns, in JSON lines, or in a JSON list; a JSON object may also map
        each file's name to its caption or captions.
        """
        if not folder.is_dir():
            raise BadInput(f"{folder} is not a folder.", "Give the folder that holds the pictures.")
        listed = next((folder / name for name in METADATA if (folder / name).exists()), None)
        found = _beside(folder) if listed is None else _listed(listed)
        if not found:
            raise BadInput(
                f"{folder} holds no picture with a caption.",
                f"Put a .txt beside each picture, or a {METADATA[0]} with file_name and text.",
            )
        return cls(tuple(found), side)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, number: int) -> tuple[Pixels, str]:
        """(side, side, 3) uint8 and the first caption."""
        item = self.items[number]
        return _pixels(item.path, self.side), item.captions[0]

    def scene(self, seed: int) -> Scene:
        item = self.items[place_in_order(seed, len(self.items))]
        return own_scene(_pixels(item.path, self.side), item.captions, seed)


def _pixels(path: Path, side: int) -> Pixels:
    try:
        with Image.open(path) as image:
            return square(image, side)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise BadInput(
            f"{path} cannot be read as a picture.", "Replace the file or take it out."
        ) from error


def _beside(folder: Path) -> list[Captioned]:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES:
            said = path.with_suffix(".txt")
            if not said.exists():
                raise BadInput(f"{path} has no caption.", f"Write one to {said.name} beside it.")
            found.append(Captioned(path, _checked(lines(_text(said)), said)))
    return found


def _listed(metadata: Path) -> list[Captioned]:
    found = []
    for name, captions in _entries(metadata):
        path = metadata.parent / name
        if not path.is_file():
            raise BadInput(
                f"{metadata} names {name}, which is not there.", "Correct the name or add the file."
            )
        found.append(Captioned(path, _checked(captions, metadata)))
    return found


def _entries(metadata: Path) -> list[tuple[str, tuple[str, ...]]]:
    """(file name, captions) of each picture."""
    text = _text(metadata)
    try:
        if metadata.suffix == ".csv":
            rows: Any = list(csv.DictReader(text.splitlines()))
        elif metadata.suffix == ".jsonl":
            rows = [json.loads(line) for line in lines(text)]
        else:
            rows = json.loads(text)
    except (ValueError, csv.Error) as error:
        raise BadInput(f"{metadata} cannot be read: {error}.", "Correct it.") from error
    if isinstance(rows, Mapping):
        return [(str(name), _said(said)) for name, said in rows.items()]
    if not isinstance(rows, list):
        raise BadInput(f"{metadata} lists no pictures.", "Write a list of file_name and text.")
    return [_row(row, metadata) for row in rows]


def _row(row: Any, metadata: Path) -> tuple[str, tuple[str, ...]]:  # noqa: ANN401 - parsed JSON
    key = next((name for name in CAPTION_NAMES if isinstance(row, dict) and name in row), None)
    if key is None or not isinstance(row.get("file_name"), str):
        raise BadInput(
            f"{metadata} has an entry without file_name or text: {row}.",
            "Give each picture a file_name and a text.",
        )
    return row["file_name"], _said(row[key])


def _said(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - parsed JSON
    if isinstance(value, str):
        return lines(value)
    if isinstance(value, Sequence) and all(isinstance(part, str) for part in value):
        return tuple(caption for part in value for caption in lines(part))
    return ()


def _checked(captions: tuple[str, ...], path: Path) -> tuple[str, ...]:
    if not captions:
        raise BadInput(f"{path} holds an empty caption.", "Say what the picture shows.")
    return captions


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read as text.", "Save it as UTF-8.") from error
