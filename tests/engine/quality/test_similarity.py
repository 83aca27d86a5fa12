"""PSNR, SSIM and distances against known values."""

import numpy as np
import pytest

from engine.quality.diversity import mean_distance, pixel_distance
from engine.quality.similarity import psnr, ssim
from engine.values.jobs import Pixels


def noisy_pairs() -> tuple[Pixels, Pixels]:
    """Noise and noisier noise; a ramp and noise; a ramp and its negative: (3, 40, 48, 3) each."""
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (40, 48, 3), dtype=np.uint8)
    noisier = noise.astype(int) + random.integers(-30, 31, noise.shape)
    other = np.clip(noisier, 0, 255).astype(np.uint8)
    ramp = np.broadcast_to((np.arange(48) * 5).astype(np.uint8)[None, :, None], (40, 48, 3))
    return np.stack([noise, ramp, ramp]), np.stack([other, other, 255 - ramp])


def test_psnr_and_ssim_are_those_of_scikit_image() -> None:
    # scikit-image 0.26.0: structural_similarity(gaussian_weights=True, sigma=1.5,
    # use_sample_covariance=False, data_range=255, channel_axis=2), peak_signal_noise_ratio.
    first, second = noisy_pairs()
    assert ssim(first, second) == pytest.approx(
        [0.9722490665859199, 0.009081123643067365, -0.22439287238961322], abs=1e-9
    )
    assert psnr(first, second) == pytest.approx(
        [23.423981227007076, 7.8509681500858175, 5.210089777905958], abs=1e-9
    )


def test_equal_pictures() -> None:
    first, _ = noisy_pairs()
    assert ssim(first, first) == pytest.approx(1.0)
    assert psnr(first, first) == pytest.approx(100.0)


def test_distances_are_means_over_pairs() -> None:
    points = np.array([[0.0, 0.0], [3.0, 3.0], [0.0, 0.0]])
    assert mean_distance(points) == pytest.approx(2.0)
    black, white = np.zeros((64, 64, 3), np.uint8), np.full((64, 64, 3), 255, np.uint8)
    assert pixel_distance([black, white]) == pytest.approx(1.0)
    assert pixel_distance([white, white, white]) == 0.0
