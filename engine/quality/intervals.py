"""How sure a figure is: 95 % intervals of shares, means and ratios; the same each time."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054
"""Standard normal quantile that leaves 2.5 % on either side."""

RESAMPLES = 2000
NOTHING = math.nan


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, the ends of its 95 % interval, and how many samples it rests on.

    All three are nan where nothing was measured.
    """

    value: float
    low: float
    high: float
    samples: int


def share(hits: NDArray[np.bool_]) -> Estimate:
    """Share of hits (n,), with Wilson's score interval (Wilson 1927, JASA 22:209)."""
    count = len(hits)
    if not count:
        return Estimate(NOTHING, NOTHING, NOTHING, 0)
    found = float(hits.mean())
    centre = found + Z**2 / (2 * count)
    reach = Z * math.sqrt(found * (1 - found) / count + Z**2 / (4 * count**2))
    whole = 1 + Z**2 / count
    low, high = (centre - reach) / whole, (centre + reach) / whole
    return Estimate(found, max(low, 0.0), min(high, 1.0), count)


def mean(values: NDArray[np.float64]) -> Estimate:
    """Mean of (n,), with the percentile bootstrap (Efron and Tibshirani 1993, section 13.3)."""
    count = len(values)
    if not count:
        return Estimate(NOTHING, NOTHING, NOTHING, 0)
    low, high = _ends(_resampled_means(values, seed=0))
    return Estimate(float(values.mean()), low, high, count)


def ratio(above: NDArray[np.float64], below: NDArray[np.float64], *, paired: bool) -> Estimate:
    """mean(above) / mean(below), with the percentile bootstrap; samples: of both together.

    paired: the i-th values of both come from one source (n,) and are drawn together; else the two
    groups (n,) and (m,) are drawn apart. nan where `below` is nothing but zeros.
    """
    if not (len(above) and len(below)) or not below.any():
        return Estimate(NOTHING, NOTHING, NOTHING, len(above) + len(below))
    tops = _resampled_means(above, seed=0)
    bottoms = _resampled_means(below, seed=0 if paired else 1)
    possible = bottoms != 0
    low, high = _ends(tops[possible] / bottoms[possible])
    return Estimate(float(above.mean() / below.mean()), low, high, len(above) + len(below))


def _resampled_means(values: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """(RESAMPLES,): means of as many values drawn with replacement; one seed, same places."""
    drawn = np.random.default_rng(seed).integers(0, len(values), (RESAMPLES, len(values)))
    means: NDArray[np.float64] = values.astype(np.float64)[drawn].mean(axis=1)
    return means


def _ends(means: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)
