"""TIFF: 16 bits a channel, which Pillow cannot write and reads as 8, and its EXIF.

To a codec a row is bytes. Two samples of 8 bits are one of 16, so Pillow reads a deep file as a
picture of 8 bits and twice the width, after its directory was changed: every compression that
Pillow knows comes for free.
"""

import io
import warnings
import zlib
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from engine.document.exif import ORIENTATION
from engine.document.ifd import Entry, entries

STRIP_BYTES = 2**20
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
OFFSETS, SAMPLES, ROWS, SIZES, PLANES, PREDICTOR = 273, 277, 278, 279, 284, 317
TILE_WIDTH, EXTRA, FORMAT, XMP, ICC = 322, 338, 339, 700, 34675
_PLAIN, _DEFLATE, _RGB, _CHUNKY, _UNSIGNED, _STRAIGHT_ALPHA = 1, 8, 2, 1, 1, 2
_NONE, _HORIZONTAL = 1, 2
_DESCRIBING = (270, 271, 272, 282, 283, 296, 305, 306, 315, 316, 33432)
"""Description, maker, model, resolution, software, date, artist, computer, copyright."""
DIRECTORIES = (34665, 34853)
"""EXIF and GPS."""


def encode_tiff(
    pixels: NDArray[np.generic], *, exif: bytes | None, icc: bytes | None, xmp: bytes | None
) -> bytes:
    """A deflated TIFF of (H, W, 3 or 4) uint8 or uint16. Same input, same bytes."""
    height, width, channels = pixels.shape
    rows = min(height, max(1, STRIP_BYTES // (width * channels * pixels.itemsize)))
    strips = [_deflated(pixels[top : top + rows]) for top in range(0, height, rows)]
    sizes = [len(strip) for strip in strips]
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    if exif is not None:
        block = Image.Exif()
        block.load(exif)
        directory.update(_described(block))
    said = {
        WIDTH: width,
        HEIGHT: height,
        BITS: (8 * pixels.itemsize,) * channels,
        COMPRESSION: _DEFLATE,
        PHOTOMETRIC: _RGB,
        SAMPLES: channels,
        PLANES: _CHUNKY,
        PREDICTOR: _HORIZONTAL,
        EXTRA: _STRAIGHT_ALPHA if channels == 4 else None,
        XMP: xmp,
        ICC: icc,
        ROWS: rows,
        SIZES: tuple(sizes),
        OFFSETS: tuple(accumulate(sizes[:-1], initial=0)),  # the writer adds where they begin
    }
    directory.update({tag: value for tag, value in said.items() if value is not None})
    file = io.BytesIO()
    directory.save(file)
    return file.getvalue() + b"".join(strips)


def _deflated(rows: NDArray[np.generic]) -> bytes:
    """A strip: each sample less its left neighbour of the same channel (TIFF 6.0, section 14)."""
    differences = rows.astype(rows.dtype.newbyteorder("<"))
    differences[:, 1:] -= rows[:, :-1]
    return zlib.compress(differences.tobytes(), 6)


def exif_of(image: Image.Image) -> bytes | None:
    """An EXIF block of what an opened TIFF says of itself, without the layout of its pixels."""
    block = Image.Exif()
    for tag, value in _described(image.getexif()).items():
        block[tag] = value
    return block.tobytes().removeprefix(b"Exif\0\0") if len(block) else None


def _described(block: Image.Exif) -> dict[int, Any]:
    """What describes the picture; what describes the file is left out."""
    said = {tag: block[tag] for tag in _DESCRIBING if tag in block}
    inner = {tag: block.get_ifd(tag) for tag in DIRECTORIES}
    return said | {tag: values for tag, values in inner.items() if values}


def is_deep(data: bytes) -> bool:
    """A TIFF of 16 bits a channel, RGB or RGBA, in a form that `read_deep` reads."""
    said = _Said(data, entries(data))
    alpha = said.all(EXTRA)
    channels = said.one(SAMPLES, 1)
    return (
        said.all(BITS) == (16,) * channels
        and (channels, alpha) in ((3, ()), (4, (_STRAIGHT_ALPHA,)))
        and said.one(PHOTOMETRIC, _RGB) == _RGB
        and said.one(PLANES, _CHUNKY) == _CHUNKY
        and set(said.all(FORMAT)) <= {_UNSIGNED}
        and said.one(PREDICTOR, _NONE) in (_NONE, _HORIZONTAL)
    )


def read_deep(data: bytes) -> tuple[NDArray[np.uint16], int]:
    """(H, W, 3 or 4) uint16 as stored, and the orientation, of a file that `is_deep`.

    Raises what Pillow raises for damaged files.
    """
    found = entries(data)
    said = _Said(data, found)
    narrowed = {
        WIDTH: [2 * said.one(WIDTH, 0)],
        BITS: [8] * len(said.all(BITS)),
        TILE_WIDTH: [2 * said.one(TILE_WIDTH, 0)],
        PREDICTOR: [_NONE],
        ORIENTATION: [1],
    }
    patched = data
    for tag, values in narrowed.items():
        if tag in found:
            patched = found[tag].replaced(patched, values)
    with warnings.catch_warnings():
        # Of too many pixels, though there are only half as many.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(patched), formats=("TIFF",))
        wide = np.ascontiguousarray(np.asarray(image))
    height, _, channels = wide.shape
    samples = wide.reshape(height, -1).view(found[WIDTH].order + "u2")
    pixels = samples.reshape(height, -1, channels).astype(np.uint16)
    if said.one(PREDICTOR, _NONE) == _HORIZONTAL and said.one(COMPRESSION, _PLAIN) != _PLAIN:
        pixels = _summed(pixels, said.one(TILE_WIDTH, 0) or pixels.shape[1])
    return pixels, said.one(ORIENTATION, 1)


def _summed(differences: NDArray[np.uint16], width: int) -> NDArray[np.uint16]:
    """Undoes the horizontal predictor (TIFF 6.0, section 14), which begins anew in each tile."""
    starts = range(0, differences.shape[1], width)
    tiles = [differences[:, start : start + width] for start in starts]
    return np.concatenate([np.cumsum(tile, axis=1, dtype=np.uint16) for tile in tiles], axis=1)


class _Said:
    """What a directory says, with defaults."""

    def __init__(self, data: bytes, found: Mapping[int, Entry]) -> None:
        self._data, self._found = data, found

    def all(self, tag: int) -> tuple[int, ...]:
        return self._found[tag].values(self._data) if tag in self._found else ()

    def one(self, tag: int, default: int) -> int:
        values = self.all(tag)
        return values[0] if values else default
