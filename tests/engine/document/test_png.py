"""PNG: 16 bits there and back, through every row filter, and text that Pillow can read too."""

import io
import os
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from engine.document import png
from engine.document.png import SIGNATURE, Header, chunks, encode_png, read_deep, text_of
from engine.values.image import Picture


def noise(shape: tuple[int, ...], kind: type[np.uint8] | type[np.uint16]) -> NDArray[np.generic]:
    return np.random.default_rng(1).integers(0, np.iinfo(kind).max, shape, kind, endpoint=True)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def predictor(kind: int, a: int, b: int, c: int) -> int:
    if kind == 4:
        p = a + b - c
        distances = [(abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c)]
        return min(distances)[2]
    return (0, a, b, (a + b) // 2)[kind]


def filtered_png(pixels: NDArray[np.uint16], kinds: list[int], colour: int) -> bytes:
    """A PNG by the letter of its specification, byte after byte."""
    height, width, channels = pixels.shape
    depth = channels * 2
    rows = [row.astype(">u2").tobytes() for row in pixels]
    raw = bytearray()
    for y, row in enumerate(rows):
        raw.append(kinds[y])
        above = rows[y - 1] if y else bytes(width * depth)
        for x, value in enumerate(row):
            left = row[x - depth] if x >= depth else 0
            corner = above[x - depth] if x >= depth else 0
            raw.append((value - predictor(kinds[y], left, above[x], corner)) % 256)
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    packed = zlib.compress(bytes(raw))
    half = len(packed) // 2
    parts = [(b"IHDR", header), (b"IDAT", packed[:half]), (b"IDAT", packed[half:]), (b"IEND", b"")]
    return SIGNATURE + b"".join(chunk(kind, body) for kind, body in parts)


@given(st.data())
def test_every_filter_is_undone(data: st.DataObject) -> None:
    colour, channels = data.draw(st.sampled_from([(0, 1), (2, 3), (4, 2), (6, 4)]))
    height, width = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9))
    kinds = data.draw(st.lists(st.integers(0, 4), min_size=height, max_size=height))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    pixels = rng.integers(0, 65536, (height, width, channels), dtype=np.uint16)
    assert np.array_equal(read_deep(filtered_png(pixels, kinds, colour)), pixels)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_pixels_come_back(channels: int, kind: type[np.uint8] | type[np.uint16]) -> None:
    pixels = noise((7, 5, channels), kind)
    data = encode_png(Picture(pixels))  # type: ignore[arg-type]
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.size == (5, 7)
    if kind is np.uint16:
        assert np.array_equal(read_deep(data), pixels)
    else:
        assert np.array_equal(np.asarray(image), pixels)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_extras_are_read_by_pillow(kind: type[np.uint8] | type[np.uint16]) -> None:
    picture = Picture(noise((2, 2, 3), kind), icc=b"profile", exif=b"II*\0\x08\0\0\0\0\0\0\0\0\0")  # type: ignore[arg-type]
    data = encode_png(picture, ("ellbox", "Grüße 🍎"))
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.info["icc_profile"] == b"profile"
        assert image.info["exif"] == b"Exif\0\0" + picture.exif  # type: ignore[operator]
        assert image.info["ellbox"] == "Grüße 🍎"
    assert text_of(data, "ellbox") == "Grüße 🍎"
    assert text_of(data, "other") is None
    assert encode_png(picture, ("ellbox", "Grüße 🍎")) == data


def test_a_transparent_colour_becomes_alpha() -> None:
    pixels = np.array([[[1, 2, 3], [4, 5, 6]]], np.uint16)
    plain = filtered_png(pixels, [0], 2)
    key = chunk(b"tRNS", struct.pack(">HHH", 4, 5, 6))
    read = read_deep(plain[:33] + key + plain[33:])
    assert read[0].tolist() == [[1, 2, 3, 65535], [4, 5, 6, 0]]


@pytest.mark.parametrize("end", [40, 60, -30])
def test_a_short_file_is_an_error(end: int) -> None:
    data = filtered_png(noise((5, 5, 3), np.uint16), [0] * 5, 2)[:end]  # type: ignore[arg-type]
    with pytest.raises((ValueError, zlib.error)):
        read_deep(data)


def test_an_unknown_filter_is_an_error() -> None:
    pixels = np.zeros((1, 1, 3), np.uint16)
    data = filtered_png(pixels, [0], 2)
    raw = zlib.compress(bytes([5, *bytes(6)]))
    broken = data[:33] + chunk(b"IDAT", raw) + chunk(b"IEND", b"")
    with pytest.raises(ValueError, match="filter"):
        read_deep(broken)


def test_a_false_length_inflates_no_further() -> None:
    bomb = zlib.compress(bytes(10_000_000))
    header = struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0)
    data = SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", bomb) + chunk(b"IEND", b"")
    assert read_deep(data).shape == (1, 1, 3)


@given(st.binary(max_size=200))
def test_any_bytes_may_be_asked(data: bytes) -> None:
    assert list(chunks(SIGNATURE + data)) is not None
    assert text_of(data, "ellbox") is None
    assert Header.of(data) is None


@pytest.mark.parametrize("channels", [3, 4])
def test_bands_that_are_packed_apart_are_one_picture(
    monkeypatch: pytest.MonkeyPatch, channels: int
) -> None:
    pixels = np.random.default_rng(1).integers(0, 65536, (41, 23, channels), dtype=np.uint16)
    whole = encode_png(Picture(pixels))
    monkeypatch.setattr(png, "BAND_BYTES", 23 * channels * 2 * 4)
    apart = encode_png(Picture(pixels))
    assert apart != whole and apart == encode_png(Picture(pixels))
    for data in (whole, apart):
        assert np.array_equal(read_deep(data), pixels)
        packed = b"".join(body for kind, body in chunks(data) if kind == b"IDAT")
        assert len(zlib.decompress(packed)) == 41 * (1 + 23 * channels * 2)  # and its checksum
        # Another reader sees the same, as far as its 8 bits go.
        with Image.open(io.BytesIO(data)) as image:
            assert np.array_equal(np.asarray(image), pixels >> 8)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert encode_png(Picture(pixels)) == apart
