"""How alike two pictures are, pixel by pixel: PSNR and SSIM."""

import numpy as np
from numpy.typing import NDArray

from engine.values.jobs import Pixels

WINDOW_PX, SIGMA_PX = 11, 1.5
K1, K2 = 0.01, 0.03


def psnr(pictures: Pixels, others: Pixels) -> NDArray[np.float64]:
    """(B, H, W, 3) uint8 each -> (B,) dB; 100 where they are equal, instead of infinity."""
    gaps = (pictures.astype(np.float64) - others.astype(np.float64)) / 255
    errors = np.square(gaps).mean(axis=(1, 2, 3))
    decibels: NDArray[np.float64] = -10 * np.log10(np.maximum(errors, 1e-10))
    return decibels


def ssim(pictures: Pixels, others: Pixels) -> NDArray[np.float64]:
    """(B, H, W, 3) uint8 each, sides of 11 px at least -> (B,), at most 1.

    Wang et al. 2004, "Image Quality Assessment", section III-B: windows of 11 x 11 px weighted by
    a Gaussian, population moments, K1 and K2 as there; windows that would leave the picture are
    left out. The mean over the channels' maps.
    """
    x, y = (np.moveaxis(batch, -1, 1).astype(np.float64) / 255 for batch in (pictures, others))
    mean_x, mean_y = _blurred(x), _blurred(y)
    variance_x = _blurred(x * x) - mean_x**2
    variance_y = _blurred(y * y) - mean_y**2
    covariance = _blurred(x * y) - mean_x * mean_y
    light = (2 * mean_x * mean_y + K1**2) / (mean_x**2 + mean_y**2 + K1**2)
    shape = (2 * covariance + K2**2) / (variance_x + variance_y + K2**2)
    similar: NDArray[np.float64] = (light * shape).mean(axis=(1, 2, 3))
    return similar


def _blurred(planes: NDArray[np.float64]) -> NDArray[np.float64]:
    """(B, 3, H, W) -> (B, 3, H - 10, W - 10)."""
    height, width = planes.shape[-2:]
    blurred: NDArray[np.float64] = _windows(height) @ planes @ _windows(width).T
    return blurred


def _windows(length: int) -> NDArray[np.float64]:
    """(length - 10, length): the window's weights along one axis, a place further in each row.

    As one product of matrices a blur takes a tenth of the time of a convolution here.
    """
    away = np.arange(WINDOW_PX) - WINDOW_PX // 2
    weights = np.exp(-np.square(away) / (2 * SIGMA_PX**2))
    rows = np.zeros((length - WINDOW_PX + 1, length))
    for start, row in enumerate(rows):
        row[start : start + WINDOW_PX] = weights / weights.sum()
    return rows
