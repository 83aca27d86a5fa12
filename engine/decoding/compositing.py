"""Feathered paste: new pixels fade in inside the box, nothing outside it is touched."""

import numpy as np
from numpy.typing import NDArray

from engine.values.jobs import Pixels
from engine.values.region import Region

FEATHER_SHARE = 0.04
"""Width of the fade as a share of the box's shorter side."""


def feather(region: Region, width: int, height: int) -> NDArray[np.float32]:
    """(h, w) in 0..1: how much of the patch shows. 1 at edges that lie on the picture's border."""
    fade_px = FEATHER_SHARE * min(region.width, region.height)
    rows = _fade(region.height, fade_px, region.top > 0, region.bottom < height)
    columns = _fade(region.width, fade_px, region.left > 0, region.right < width)
    return np.minimum(rows[:, None], columns[None, :])


def _fade(count: int, fade_px: float, at_start: bool, at_end: bool) -> NDArray[np.float32]:
    # A fade of less than half a pixel leaves every weight at 1, so tiny boxes show fully.
    centres = np.arange(count, dtype=np.float32) + 0.5
    weights = np.ones(count, np.float32)
    if fade_px <= 0.5:
        return weights
    if at_start:
        weights = np.minimum(weights, centres / fade_px)
    if at_end:
        weights = np.minimum(weights, centres[::-1] / fade_px)
    return weights * weights * (3 - 2 * weights)


def mixed(below: Pixels, above: Pixels, weights: NDArray[np.float32]) -> Pixels:
    """below + weights * (above - below); all (h, w, 3) and (h, w)."""
    low = below.astype(np.float32)
    mix = low + weights[..., None] * (above.astype(np.float32) - low)
    return np.rint(mix).clip(0, 255).astype(np.uint8)


def pasted(image: Pixels, region: Region, patch: Pixels) -> Pixels:
    """A copy of the picture with the box replaced by `patch` (h, w, 3)."""
    if patch.shape[:2] != (region.height, region.width):
        raise ValueError(f"patch {patch.shape[:2]} does not fit the box {region.as_text()}")
    result = image.copy()
    result[region.top : region.bottom, region.left : region.right] = patch
    return result
