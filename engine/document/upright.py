"""Pixels turned upright, as EXIF says; out of Pillow's memory piece by piece."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.values.image import Channels

TILE_PX = 128
"""Side of the squares in which pixels are taken over: what they pass through stays in a cache."""

_WAYS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_BACK = {6: 8, 8: 6}
"""What undoes an orientation, where it is another one."""


def turned(pixels: Channels, orientation: int) -> Channels:
    """A view of (H, W, C); any number but EXIF's eight leaves it as it is."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def unpacked(image: Image.Image, orientation: int) -> NDArray[np.uint8]:
    """RGB or RGBA as turned (H, W, 3 or 4), read-only and with its own memory.

    In squares, because Pillow hands over a whole picture by way of two more copies of it: for 50
    megapixels half a second, and Python's lock held for 20 ms where each is given back.
    """
    way = _WAYS.get(orientation)
    width, height = image.size
    shape = (width, height) if orientation in (5, 6, 7, 8) else (height, width)
    pixels = np.empty((*shape, len(image.getbands())), np.uint8)
    as_stored = turned(pixels, _BACK.get(orientation, orientation))
    for top in range(0, height, TILE_PX):
        bottom = min(top + TILE_PX, height)
        for left in range(0, width, TILE_PX):
            right = min(left + TILE_PX, width)
            tile = image.crop((left, top, right, bottom))
            # Turned by Pillow, the rows of both sides of the assignment lie in memory as rows.
            place = turned(as_stored[top:bottom, left:right], orientation)
            place[...] = np.asarray(tile if way is None else tile.transpose(way))
    pixels.setflags(write=False)
    return pixels
