"""How different the pictures of one prompt are from each other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.values.jobs import Pixels

SIDE_PX = 32
"""Pictures are compared at this size, where no grain counts."""


def pixel_distance(pictures: Sequence[Pixels]) -> float:
    """Mean over all pairs of the root mean squared difference of pixels, 0..1, at 32 x 32 px."""
    size = (SIDE_PX, SIDE_PX)
    small = [
        np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX))
        for picture in pictures
    ]
    return mean_distance(np.stack(small).reshape(len(small), -1) / 255)


def mean_distance(vectors: NDArray[np.floating]) -> float:
    """(n, D), n >= 2 -> mean over all pairs of the root mean squared difference of entries."""
    gaps = vectors[:, None].astype(np.float64) - vectors[None].astype(np.float64)
    distances = np.sqrt(np.square(gaps).mean(axis=-1))
    return float(distances[np.triu_indices(len(vectors), 1)].mean())
