"""How alike two pictures are, pixel by pixel: PSNR and SSIM."""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

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
    x, y = (_planes(batch) for batch in (pictures, others))
    mean_x, mean_y = _blurred(x), _blurred(y)
    variance_x = _blurred(x * x) - mean_x**2
    variance_y = _blurred(y * y) - mean_y**2
    covariance = _blurred(x * y) - mean_x * mean_y
    light = (2 * mean_x * mean_y + K1**2) / (mean_x**2 + mean_y**2 + K1**2)
    shape = (2 * covariance + K2**2) / (variance_x + variance_y + K2**2)
    similar: NDArray[np.float64] = (light * shape).mean((1, 2)).view(-1, 3).mean(1).numpy()
    return similar


def _planes(pictures: Pixels) -> Tensor:
    """(B, H, W, 3) -> (3 B, H, W) float64 in 0..1."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).flatten(0, 1).double() / 255


def _blurred(planes: Tensor) -> Tensor:
    """(P, H, W) -> (P, H - 10, W - 10)."""
    away = torch.arange(WINDOW_PX, dtype=planes.dtype) - WINDOW_PX // 2
    weights = (-away.square() / (2 * SIGMA_PX**2)).exp()
    weights = weights / weights.sum()
    across = F.conv2d(planes[:, None], weights.view(1, 1, 1, -1))
    return F.conv2d(across, weights.view(1, 1, -1, 1))[:, 0]
