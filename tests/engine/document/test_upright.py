"""Pixels out of Pillow's memory: the same as at once, turned like any array."""

import numpy as np
import pytest
from PIL import Image

from engine.document.upright import TILE_PX, turned, unpacked


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (TILE_PX, 5), (2 * TILE_PX + 7, TILE_PX + 1)])
def test_pieces_make_the_whole_picture(mode: str, orientation: int, size: tuple[int, int]) -> None:
    shape = (size[1], size[0], len(mode))
    pixels = np.random.default_rng(orientation).integers(0, 256, shape, np.uint8)
    found = unpacked(Image.fromarray(pixels), orientation)
    assert np.array_equal(found, turned(pixels, orientation))


def test_a_picture_takes_the_pixels_over_without_a_copy() -> None:
    found = unpacked(Image.new("RGB", (300, 200)), 6)
    assert found.shape == (300, 200, 3) and found.flags.c_contiguous
    assert found.flags.owndata and not found.flags.writeable
