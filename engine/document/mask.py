"""The boxes as a mask: white inside, black outside, for programs that take one."""

import io
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.values.errors import BadInput
from engine.values.region import Region


def mask_of(width: int, height: int, boxes: Iterable[Region]) -> NDArray[np.uint8]:
    """(height, width): 255 inside the boxes, which may overlap or leave the picture, else 0."""
    mask = np.zeros((height, width), np.uint8)
    for box in boxes:
        inside = box.clipped(width, height)
        mask[inside.top : inside.bottom, inside.left : inside.right] = 255
    if not mask.any():
        raise BadInput("There is no box to make a mask of.", "Draw a box first.")
    return mask


def encode_mask(mask: NDArray[np.uint8]) -> bytes:
    """A grey PNG of 8 bits."""
    file = io.BytesIO()
    Image.fromarray(mask).save(file, "PNG")
    return file.getvalue()
