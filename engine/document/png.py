"""PNG as bytes: chunks, the text chunk that carries a recipe, and 16 bits a channel.

Pillow writes and reads 8-bit pixels; it knows no RGB of 16 bits, so those are coded here.
"""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.values.image import Picture

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_TEXT_BYTES = 48 * 2**20
"""Pillow refuses to open a PNG with more than 64 MiB of text; ours must open everywhere."""

BAND_BYTES = 2**21
"""Of pixels that one thread filters and packs at a time."""
WINDOW_BYTES = 2**15
"""How far back zlib looks."""
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
_PAETH = 4


@dataclass(frozen=True, slots=True)
class Packing:
    """zlib's level and strategy."""

    level: int
    strategy: int


SMALL = Packing(4, zlib.Z_DEFAULT_STRATEGY)
"""Photos come out as small as at level 6, in half the time."""
QUICK = Packing(1, zlib.Z_RLE)
"""A third of the time of SMALL; photos come out as small, drawings a little larger."""


@dataclass(frozen=True, slots=True)
class Header:
    """The IHDR chunk: sides in px, bits a channel, PNG's colour type, Adam7 or not."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @classmethod
    def of(cls, data: bytes) -> "Header | None":
        """None when the bytes do not begin like a PNG."""
        if data[:8] != SIGNATURE or data[12:16] != b"IHDR" or len(data) < 33:
            return None
        width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", data[16:29])
        return cls(width, height, depth, colour, bool(interlace))

    @property
    def is_deep(self) -> bool:
        """16 bits a channel, in a form that `read_deep` reads."""
        return self.depth == 16 and not self.interlaced and self.colour in _CHANNELS


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, body) of each chunk; ends silently where the bytes end."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if at + 12 + length > len(data):
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def text_of(data: bytes, keyword: str) -> str | None:
    """The uncompressed international text under `keyword`, or None; ValueError if not UTF-8."""
    if data[:8] != SIGNATURE:
        return None
    start = keyword.encode("latin-1") + b"\0\0\0"
    for kind, body in chunks(data):
        if kind == b"iTXt" and body.startswith(start):
            return body[len(start) :].split(b"\0", 2)[2].decode("utf-8")
    return None


def encode_png(picture: Picture, *texts: tuple[str, str], packing: Packing = SMALL) -> bytes:
    """A PNG with the picture's ICC and EXIF and (keyword, text)s. Same input, same bytes."""
    encode = _encode_deep if picture.is_deep else _encode8
    plain = encode(picture.pixels, packing)
    extra = b""
    if picture.icc is not None:
        extra += _chunk(b"iCCP", b"icc\0\0" + zlib.compress(picture.icc, 9))
    if picture.exif is not None:
        extra += _chunk(b"eXIf", picture.exif)
    for keyword, words in texts:
        head = keyword.encode("latin-1") + b"\0\0\0\0\0"
        extra += _chunk(b"iTXt", head + words.encode("utf-8"))
    after_header = len(SIGNATURE) + 12 + 13
    return plain[:after_header] + extra + plain[after_header:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(body, zlib.crc32(kind))
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def _encode8(pixels: NDArray[np.generic], packing: Packing) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(
        file, "PNG", compress_level=packing.level, compress_type=packing.strategy
    )
    return file.getvalue()


def _encode_deep(pixels: NDArray[np.generic], packing: Packing) -> bytes:
    """In bands of rows, each filtered and packed by a thread of its own.

    zlib lets go of Python's lock, and it is what takes the time. A band is told the end of the one
    before, so that it packs as well as in one piece; the bytes do not depend on the threads.
    """
    height, width, channels = pixels.shape
    lines = max(1, BAND_BYTES // (2 * width * channels))
    tops = range(0, height, lines)
    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(tops))) as threads:
        bands = list(threads.map(lambda top: _filtered(pixels, top, top + lines), tops))
        before = [b"", *(band[-WINDOW_BYTES:] for band in bands[:-1])]
        packed = b"".join(threads.map(partial(_packed, packing), bands, before))
    check = zlib.adler32(b"")
    for band in bands:
        check = zlib.adler32(band, check)
    # zlib's frame (RFC 1950) around the bands, with an empty last block (RFC 1951).
    stream = b"\x78\x01" + packed + b"\x03\x00" + struct.pack(">I", check)
    colour = 6 if channels == 4 else 2
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", stream) + _chunk(b"IEND", b"")


def _filtered(pixels: NDArray[np.generic], top: int, bottom: int) -> bytes:
    """Rows by Paeth's filter, each behind its number."""
    depth = pixels.shape[2] * 2
    framed = np.zeros((min(bottom, len(pixels)) - top + 1, pixels.shape[1] + 1, depth), np.uint8)
    first = max(top - 1, 0)  # the row above, if there is one
    rows = pixels[first:bottom].astype(">u2").view(np.uint8)
    framed[len(framed) - len(rows) :, 1:] = rows.reshape(len(rows), -1, depth)
    here, left = framed[1:, 1:], framed[1:, :-1]
    filtered = here - _paeth(left, framed[:-1, 1:], framed[:-1, :-1])
    kinds = np.full((len(here), 1), _PAETH, np.uint8)
    return np.concatenate([kinds, filtered.reshape(len(here), -1)], axis=1).tobytes()


def _packed(packing: Packing, band: bytes, before: bytes) -> bytes:
    """Blocks that end at a whole byte, to be joined."""
    packer = zlib.compressobj(
        packing.level, zlib.DEFLATED, -zlib.MAX_WBITS, strategy=packing.strategy, zdict=before
    )
    return packer.compress(band) + packer.flush(zlib.Z_SYNC_FLUSH)


def read_deep(data: bytes) -> NDArray[np.uint16]:
    """(H, W, 1 to 4) uint16 of a PNG whose header `is_deep`; ValueError or zlib.error if broken.

    A transparent colour (tRNS) becomes an alpha channel.
    """
    header = Header.of(data)
    if header is None or not header.is_deep:
        raise ValueError("not a PNG of 16 bits")
    parts = list(chunks(data))
    packed = b"".join(body for kind, body in parts if kind == b"IDAT")
    depth_bytes = _CHANNELS[header.colour] * 2
    stride = 1 + header.width * depth_bytes
    raw = zlib.decompressobj().decompress(packed, header.height * stride)
    if len(raw) != header.height * stride:
        raise ValueError("the picture's data ends early")
    lines = np.frombuffer(raw, np.uint8).reshape(header.height, stride)
    shape = (header.height, header.width, depth_bytes)
    pixels = _unfiltered(lines[:, 0], lines[:, 1:].reshape(shape)).view(">u2").astype(np.uint16)
    key = next((body for kind, body in parts if kind == b"tRNS"), b"")
    if header.colour in (0, 2) and len(key) == 2 * pixels.shape[2]:
        seen = (pixels != np.frombuffer(key, ">u2")).any(axis=2, keepdims=True)
        pixels = np.concatenate([pixels, np.where(seen, 65535, 0).astype(np.uint16)], axis=2)
    return pixels


def _unfiltered(kinds: NDArray[np.uint8], filtered: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Undoes PNG's row filters. kinds: (H,) 0..4; filtered: (H, W, bytes a pixel).

    A pixel needs its left, upper and upper left neighbours, so pixels of one anti-diagonal are
    free of each other: H + W array operations instead of H * W. With a border of zeros, the
    pixels of a diagonal lie `width` apart in the flat picture.
    """
    if kinds.max() > _PAETH:
        raise ValueError("unknown row filter")
    height, width, depth = filtered.shape
    framed = np.zeros((height + 1, width + 1, depth), np.uint8)
    framed[1:, 1:] = filtered
    flat = framed.reshape(-1, depth)
    for diagonal in range(height + width - 1):
        top, bottom = max(0, diagonal - width + 1), min(height - 1, diagonal)
        first = (top + 1) * (width + 1) + diagonal - top + 1
        count = bottom - top + 1

        def at(offset: int, first: int = first, count: int = count) -> NDArray[np.uint8]:
            start = first + offset
            return flat[start : start + (count - 1) * width + 1 : width]

        at(0)[:] += _predicted(
            kinds[top : bottom + 1, None], at(-1), at(-width - 1), at(-width - 2)
        )
    return np.ascontiguousarray(framed[1:, 1:])


def _predicted(
    kinds: NDArray[np.uint8],
    left: NDArray[np.uint8],
    above: NDArray[np.uint8],
    corner: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    average = ((left.astype(np.uint16) + above) >> 1).astype(np.uint8)
    choices = [np.zeros_like(left), left, above, average, _paeth(left, above, corner)]
    return np.choose(kinds, choices)


def _paeth(
    left: NDArray[np.uint8], above: NDArray[np.uint8], corner: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """The neighbour nearest to left + above - corner; ties in this order."""
    a, b, c = (each.astype(np.int16) for each in (left, above, corner))
    to_left, to_above, to_corner = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    near_left = (to_left <= to_above) & (to_left <= to_corner)
    return np.where(near_left, left, np.where(to_above <= to_corner, above, corner))
