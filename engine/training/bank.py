"""Building the sprite bank from published packages, and checking one that is there."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.training.art import (
    CLIP_ART,
    NAMES,
    SOURCES,
    Icons,
    Names,
    Source,
    clip_art,
)
from engine.training.drawing import drawn, main_colour, packed, sprite
from engine.training.listed import Listed
from engine.training.packages import Package, open_packages
from engine.training.sprites import SpriteBank
from engine.values.errors import BadInput

CLIP_ART_GROUP = 100
"""Group of concepts that only clip art shows; emojibase's groups are below."""

GREY_CHROMA = 40
"""A sprite whose channels never differ by more is black and white."""


@dataclass(frozen=True, slots=True)
class Row:
    """One style of a bank, for the table of where its art comes from."""

    style: str
    sprites: int
    licence: str
    source: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a bank holds; sha256 of its file."""

    sha256: str
    concepts: int
    rows: tuple[Row, ...]

    @property
    def sprites(self) -> int:
        return sum(row.sprites for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Drawing:
    concept: int
    style: int
    art: bytes


def check(path: Path) -> Report:
    """Reads a bank and decodes every sprite; BadInput when one is damaged or has no licence."""
    bank = SpriteBank.open(path)
    for number in range(len(bank)):
        try:
            bank.sprite_by_number(number, 16)
        except (OSError, ValueError, IndexError) as error:
            raise BadInput(
                f"Sprite {number} of {path} cannot be read.", "Build or copy the bank again."
            ) from error
    counts = bank.counts()
    rows = tuple(
        Row(style, counts[style], bank.licence(style), bank.source(style) or _published(style))
        for style in bank.styles
    )
    return Report(hashlib.sha256(path.read_bytes()).hexdigest(), len(bank.names), rows)


def build(
    folder: Path,
    out: Path,
    *,
    listed: tuple[Listed, ...],
    size: int,
    styles: tuple[str, ...],
    progress: Callable[[str], None],
) -> Report:
    """Draws the listed concepts in these styles (all that the folder has packages for when empty),
    writes the bank and checks it. size: side of a sprite in px. BadInput names what is missing.
    """
    packages = open_packages(folder)
    if NAMES not in packages:
        raise BadInput(f"{folder} lacks the package {NAMES}.", "Download it beside the others.")
    chosen = tuple(source for source in SOURCES if _is_wanted(source, styles, packages))
    if not chosen:
        raise BadInput(f"{folder} holds no package of art.", _shopping_list())
    names = Names(packages[NAMES])
    blobs, images, left_out = [], [], 0
    for number, source in enumerate(chosen):
        found = 0
        for drawing in _drawings(source, number, listed, names, packages):
            try:
                image = sprite(drawn(drawing.art), size)
            except BadInput:
                left_out += 1
                continue
            blobs.append(packed(image))
            images.append(_described(drawing, image, source))
            found += 1
        progress(f"{source.style}: {found} sprites")
    if left_out:
        progress(f"{left_out} drawings could not be drawn and are left out")
    meta = {
        "size": size,
        "styles": [source.style for source in chosen],
        "licence": {source.style: source.licence for source in chosen},
        "sources": {source.style: _given(source, packages) for source in chosen},
        "images": images,
        "concepts": [_concept(entry, names) for entry in listed],
    }
    _write(out, blobs, meta)
    return check(out)


def _is_wanted(source: Source, styles: tuple[str, ...], packages: Mapping[str, Package]) -> bool:
    if styles and source.style not in styles:
        return False
    there = source.packages[0] in packages
    if styles and not there:
        raise BadInput(f"The package {source.packages[0]} is missing.", _shopping_list())
    return there


def _drawings(
    source: Source,
    style: int,
    listed: tuple[Listed, ...],
    names: Names,
    packages: Mapping[str, Package],
) -> Iterator[_Drawing]:
    there = [packages[name] for name in source.packages if name in packages]
    if source.packages == (CLIP_ART,):
        for concept, entry in enumerate(listed):
            for path in entry.clip_art:
                art = clip_art(there[0], path)
                if art is not None:
                    yield _Drawing(concept, style, art)
        return
    icons = [Icons(package) for package in there]
    for concept, entry in enumerate(listed):
        if entry.is_clip_art:
            continue
        found = (icon.art(entry.id, names.all(entry.id)) for icon in icons)
        art = next((art for art in found if art is not None), None)
        if art is not None:
            yield _Drawing(concept, style, art)


def _described(drawing: _Drawing, image: Image.Image, source: Source) -> dict[str, Any]:
    rgba = np.asarray(image).astype(np.int16)
    opaque = rgba[..., 3] > 128
    left, top, right, bottom = image.getbbox() or (0, 0, *image.size)
    said: dict[str, Any] = {
        "c": drawing.concept,
        "s": drawing.style,
        "w": right - left,
        "h": bottom - top,
        "cov": round(float(opaque.mean()), 3),
    }
    colour = main_colour(image)
    if colour is not None:
        said["col"] = colour
    colours = rgba[opaque][:, :3]
    if len(colours) and int(np.ptp(colours, axis=1).max()) <= GREY_CHROMA:
        said["bw"] = True
        # In the other styles black is the thing's colour.
        if source.packages == (CLIP_ART,):
            said |= _without_colour(colours.mean(axis=1))
    return said


def _without_colour(brightness: NDArray[np.float64]) -> dict[str, bool]:
    """Whether a grey drawing is a silhouette (`sil`) or made of lines (`line`)."""
    dark, light = float((brightness < 64).mean()), float((brightness > 224).mean())
    if dark > 0.97:
        return {"sil": True}
    return {"line": True} if dark + light > 0.9 else {}


def _concept(entry: Listed, names: Names) -> dict[str, Any]:
    if entry.is_clip_art:
        folder = entry.clip_art[0].partition("/")[0] if entry.clip_art else ""
        about: dict[str, Any] = {"group": CLIP_ART_GROUP, "sub": folder, "tags": []}
    else:
        said = names.of(entry.id)
        tags = list(said.get("tags", []))
        about = {"group": said["group"], "sub": said["subgroup"], "tags": tags}
    words = list(entry.words)
    return {"id": entry.id, "name": entry.name, "words": words, "hyper": entry.kind, **about}


def _write(out: Path, blobs: list[bytes], meta: dict[str, Any]) -> None:
    unfinished = out.with_name(f"{out.name}.tmp")
    with unfinished.open("wb") as file:
        np.savez(
            file,
            blob=np.frombuffer(b"".join(blobs), np.uint8),
            off=np.cumsum([0, *map(len, blobs)]).astype(np.int64),
            meta=np.frombuffer(json.dumps(meta).encode(), np.uint8),
        )
    unfinished.replace(out)


def _given(source: Source, packages: Mapping[str, Package]) -> str:
    there = [packages[name] for name in source.packages if name in packages]
    return ", ".join(f"{p.name} {p.version} {p.sha256[:12]}".strip() for p in there)


def _published(style: str) -> str:
    """The packages that the shipped bank's style was made of."""
    found = [source for source in SOURCES if source.style == style]
    return ", ".join(_named(source) for source in found)


def _named(source: Source) -> str:
    pairs = zip(source.packages, source.versions, strict=True)
    return ", ".join(f"{name} {version}" for name, version in pairs)


def _shopping_list() -> str:
    return f"Download {'; '.join(map(_named, SOURCES))}."
