"""The pyramid's scales in numbers: where they lie, how strongly they are guided. No network."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def scale_slice(sides: tuple[int, ...], scale: int) -> slice:
    """Sites of a scale."""
    start = sum(side * side for side in sides[:scale])
    return slice(start, start + sides[scale] ** 2)


@lru_cache(maxsize=8)
def scale_of_sites(sides: tuple[int, ...]) -> NDArray[np.int64]:
    """(L,) scale of each site, ascending."""
    scales = np.repeat(np.arange(len(sides)), [side * side for side in sides])
    scales.setflags(write=False)
    return scales


def guidance_at(scale: int, scales: int, guidance_scale: float) -> float:
    """Guidance grows in equal steps from off at the first scale to `guidance_scale` at the last.

    Published as (1 + t) cond - t uncond with t = cfg s / (S - 1), so guidance_scale = 1 + cfg.
    """
    return 1 + (guidance_scale - 1) * scale / max(scales - 1, 1)
