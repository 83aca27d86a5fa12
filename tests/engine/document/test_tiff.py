"""TIFF of 16 bits: ours as others read it, and others' as we read them."""

import io
import struct

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from engine.document import tiff
from engine.document.ifd import entries
from engine.document.picture_file import read_picture
from engine.values.errors import BadInput

DEEP = np.random.default_rng(0).integers(0, 65536, (37, 23, 3), dtype=np.uint16)


def strip_tiff(order: str, pixels: NDArray[np.uint16], orientation: int = 1) -> bytes:
    """The plainest TIFF of 16 bits, uncompressed, in either byte order."""
    height, width, channels = pixels.shape
    data = pixels.astype(order + "u2").tobytes()
    magic = {"<": b"II", ">": b"MM"}[order]
    tags = [(256, width), (257, height), (259, 1), (262, 2), (274, orientation), (277, channels)]
    bits_at = 8 + len(data)
    directory_at = bits_at + 2 * channels
    rows = [struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in tags]
    rows.append(struct.pack(order + "HHII", 258, 3, channels, bits_at))
    rows += [struct.pack(order + "HHII", *row) for row in ((273, 4, 1, 8), (279, 4, 1, len(data)))]
    rows.sort(key=lambda row: struct.unpack(order + "H", row[:2]))
    head = magic + struct.pack(order + "HI", 42, directory_at)
    bits = struct.pack(f"{order}{channels}H", *[16] * channels)
    count = struct.pack(order + "H", len(rows))
    return head + data + bits + count + b"".join(rows) + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
def test_plain_files_of_both_byte_orders_are_read(order: str) -> None:
    picture = read_picture(strip_tiff(order, DEEP), "a.tif")
    assert picture.is_deep
    assert np.array_equal(picture.pixels, DEEP)


def test_a_turned_deep_file_stands_upright() -> None:
    picture = read_picture(strip_tiff("<", DEEP, orientation=6), "a.tif")
    assert np.array_equal(picture.pixels, np.rot90(DEEP, -1))


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_is_written_is_what_pillow_reads(channels: int, dtype: type[np.generic]) -> None:
    rng = np.random.default_rng(channels)
    pixels = rng.integers(0, 256, (300, 211, channels)).astype(dtype)
    data = tiff.encode_tiff(pixels, exif=None, icc=b"profile", xmp=b"<x/>")
    image = Image.open(io.BytesIO(data))
    assert image.size == (211, 300)
    assert image.info["icc_profile"] == b"profile"
    assert image.info["xmp"] == b"<x/>"
    assert tiff.is_deep(data) == (dtype is np.uint16)
    if dtype is np.uint8:
        assert np.array_equal(np.asarray(image), pixels)
    else:
        assert np.array_equal(tiff.read_deep(data)[0], pixels)


def test_large_pictures_have_several_strips() -> None:
    pixels = np.random.default_rng(0).integers(0, 65536, (400, 900, 3), dtype=np.uint16)
    data = tiff.encode_tiff(pixels, exif=None, icc=None, xmp=None)
    assert entries(data)[tiff.OFFSETS].count == 3
    assert np.array_equal(tiff.read_deep(data)[0], pixels)


def test_tiles_begin_their_differences_anew() -> None:
    """Pillow writes no tiles, so the sum is tested by itself."""
    pixels = DEEP[:, :20]
    tiles = [np.diff(pixels[:, at : at + 8], axis=1, prepend=np.uint16(0)) for at in (0, 8, 16)]
    differences = np.concatenate([tile.astype(np.uint16) for tile in tiles], axis=1)
    assert np.array_equal(tiff._summed(differences, 8), pixels)


def test_exif_is_kept_without_the_layout_of_the_old_file() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0100] = "Maker", 9999
    exif.get_ifd(0x8769)[0x829A] = TiffImagePlugin.IFDRational(1, 50)
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    data = tiff.encode_tiff(DEEP, exif=block, icc=None, xmp=None)
    picture = read_picture(data, "a.tif")
    carried = Image.Exif()
    carried.load(picture.exif or b"")
    assert (picture.width, carried[0x010F]) == (23, "Maker")
    assert carried.get_ifd(0x8769)[0x829A] == 0.02
    assert 0x0100 not in carried


def test_a_deep_picture_may_have_as_many_pixels_as_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is read as one of twice the width, which is no bomb; one pixel more is."""
    data = strip_tiff("<", DEEP)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", DEEP.shape[0] * DEEP.shape[1])
    assert np.array_equal(read_picture(data, "a").pixels, DEEP)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", DEEP.shape[0] * DEEP.shape[1] - 1)
    with pytest.raises(BadInput, match="million pixels"):
        read_picture(data, "a")
