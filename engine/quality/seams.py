"""The seam score: how much more a picture jumps at a box's border than it did nearby before."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.decoding.compositing import FEATHER_SHARE
from engine.values.jobs import Pixels
from engine.values.region import Region

SHIFTS_PX = (-6, -4, -2, 2, 4, 6)
"""Where the lines that the border is compared with lie: inside (+) and outside (-) of it."""


def seam(before: Pixels, after: Pixels, region: Region) -> float:
    """In levels of 0..255; 0 = as smooth as the old picture, below 0 = smoother; pixels (H, W, 3).

    A jump is the mean absolute difference between the last pixel on one side of a line and the
    pixel on its other side beyond the feather, which hides the very border. The score is the jump
    across the box's border in the new picture minus the mean jump in the old one across parallel
    lines of the same length a few pixels inside and outside. Edges of the box on the picture's own
    border have no seam; ValueError when all four lie there.
    """
    reach_px = math.ceil(FEATHER_SHARE * min(region.width, region.height)) + 1
    sides = zip(_sides(before, region), _sides(after, region), strict=True)
    excess = [
        (_excess(old, new, border_px, reach_px), old.shape[1])
        for (old, border_px), (new, _) in sides
        if border_px > 0
    ]
    if not excess:
        raise ValueError(f"the box {region.as_text()} has no border inside the picture")
    values, lengths = zip(*excess, strict=True)
    return float(np.average(values, weights=lengths))


def _sides(image: Pixels, region: Region) -> Iterator[tuple[NDArray[np.float32], int]]:
    """For each edge of the box: lines (n, along, 3) from outside to inside, the first one inside.

    Only pixels level with the box: n is the picture's width or height.
    """
    height, width = image.shape[:2]
    rows = image[:, region.left : region.right].astype(np.float32)
    columns = image[region.top : region.bottom].astype(np.float32).transpose(1, 0, 2)
    yield rows, region.top
    yield rows[::-1], height - region.bottom
    yield columns, region.left
    yield columns[::-1], width - region.right


def _excess(
    old: NDArray[np.float32], new: NDArray[np.float32], border_px: int, reach_px: int
) -> float:
    shifted = [border_px + shift for shift in SHIFTS_PX]
    lines = [line for line in shifted if 0 < line <= len(old) - reach_px]
    # A picture hardly larger than the box has no lines beside the border: then the border's own.
    usual = np.mean([_jump(old, line, reach_px) for line in lines or [border_px]])
    return _jump(new, border_px, reach_px) - float(usual)


def _jump(lines: NDArray[np.float32], line: int, reach_px: int) -> float:
    inside = min(line - 1 + reach_px, len(lines) - 1)
    return float(np.abs(lines[inside] - lines[line - 1]).mean())
