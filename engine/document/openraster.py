"""OpenRaster: the base and every edit as layers, for Krita, GIMP, MyPaint and others.

After the OpenRaster specification, version 0.0.3: file layout and baseline layer stack.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from engine.document.document import Document, Edit
from engine.document.png import encode_png
from engine.values.image import Picture

MIMETYPE = "image/openraster"
VERSION = "0.0.3"
THUMBNAIL_SIDE_PX = 256
MAX_NAME_CHARACTERS = 80
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can tell: the same document gives the same bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    name: str
    picture: Picture
    left: int
    top: int
    visible: bool
    operator: str


def encode_openraster(document: Document) -> bytes:
    """A zip: mimetype, layers, their stack, the picture as it is seen, and a thumbnail."""
    layers = list(_layers(document))
    sources = [f"data/layer{number:03d}.png" for number in range(len(layers))]
    merged = document.picture
    parts = {
        source: encode_png(layer.picture) for source, layer in zip(sources, layers, strict=True)
    }
    parts["mergedimage.png"] = encode_png(merged)
    parts["Thumbnails/thumbnail.png"] = _thumbnail(merged)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        # First and stored, so that a program knows the file by its first hundred bytes.
        archive.writestr(_entry("mimetype"), MIMETYPE)
        archive.writestr(_entry("stack.xml"), _stack(merged, layers, sources))
        for name, data in parts.items():
            archive.writestr(_entry(name), data)
    return file.getvalue()


def _layers(document: Document) -> Iterator[_Layer]:
    """From the bottom up. A patch takes on the transparency of what lies below it: src-atop."""
    base = document.base
    yield _Layer("Picture", base, 0, 0, True, "svg:src-over")
    operator = "svg:src-atop" if base.has_alpha else "svg:src-over"
    for edit in document.edits:
        yield _Layer(
            _name(edit),
            Picture(_patch(edit, deep=base.is_deep), icc=base.icc),
            edit.region.left,
            edit.region.top,
            edit.visible,
            operator,
        )


def _patch(edit: Edit, *, deep: bool) -> np.ndarray:
    return edit.patch.astype(np.uint16) * 257 if deep else edit.patch


def _name(edit: Edit) -> str:
    """The prompt on one line, without what XML cannot hold."""
    words = " ".join(edit.timeline.head_run.prompt.split())
    shown = "".join(letter for letter in words if letter.isprintable())
    return shown[:MAX_NAME_CHARACTERS]


def _stack(picture: Picture, layers: list[_Layer], sources: list[str]) -> bytes:
    """The topmost layer comes first."""
    size = {"w": str(picture.width), "h": str(picture.height)}
    image = ElementTree.Element("image", {"version": VERSION, **size})
    stack = ElementTree.SubElement(image, "stack")
    for layer, source in zip(reversed(layers), reversed(sources), strict=True):
        ElementTree.SubElement(
            stack,
            "layer",
            {
                "name": layer.name,
                "src": source,
                "x": str(layer.left),
                "y": str(layer.top),
                "opacity": "1.0",
                "visibility": "visible" if layer.visible else "hidden",
                "composite-op": layer.operator,
            },
        )
    return bytes(ElementTree.tostring(image, encoding="UTF-8", xml_declaration=True))


def _thumbnail(picture: Picture) -> bytes:
    image = Image.fromarray(picture.rgb8)
    image.thumbnail((THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX), Image.Resampling.LANCZOS)
    return encode_png(Picture(np.asarray(image)))


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _FIRST_DAY)
