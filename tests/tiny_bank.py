"""A sprite bank in the format of the real one: plain discs with a grey core."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw

from engine.training.sprites import SpriteBank

PAINTS = {
    "red apple": "red",
    "automobile": "red",
    "cat": "orange",
    "deciduous tree": "green",
    "star": "yellow",
}
"""Concepts of the bank, and the colour of their disc."""


def write_tiny_bank(
    path: Path,
    styles: tuple[str, ...] = ("flat", "3d"),
    paints: Mapping[str, str] = MappingProxyType(PAINTS),
) -> SpriteBank:
    """Writes an .npz of 64 px sprites and opens it."""
    discs = [_disc(paint) for _ in styles for paint in paints.values()]
    images = [
        {"c": concept, "s": style, "col": paint}
        for style in range(len(styles))
        for concept, paint in enumerate(paints.values())
    ]
    meta = {
        "size": 64,
        "styles": styles,
        "licence": dict.fromkeys(styles, "MIT"),
        "images": images,
        "concepts": [{"name": name, "words": [name], "tags": ["thing"]} for name in paints],
    }
    np.savez(
        path,
        blob=np.frombuffer(b"".join(discs), np.uint8),
        off=np.cumsum([0, *map(len, discs)]).astype(np.int64),
        meta=np.frombuffer(json.dumps(meta).encode(), np.uint8),
    )
    return SpriteBank.open(path)


def _disc(paint: str) -> bytes:
    picture = Image.new("RGBA", (64, 64))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((2, 2, 61, 61), fill=paint)
    draw.ellipse((26, 26, 37, 37), fill="grey")
    packed = io.BytesIO()
    picture.save(packed, "WEBP", lossless=True)
    return packed.getvalue()
