"""Intervals against known values."""

import math

import numpy as np
import pytest

from engine.quality.intervals import mean, ratio, share


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        # The score interval as R's prop.test(correct=FALSE) and statsmodels give it.
        (0, 10, 0.0, 0.27753),
        (8, 10, 0.49016, 0.94331),
        (50, 100, 0.40383, 0.59617),
        (10, 10, 0.72247, 1.0),
    ],
)
def test_wilson_interval(hits: int, count: int, low: float, high: float) -> None:
    estimate = share(np.arange(count) < hits)
    assert (estimate.value, estimate.samples) == (hits / count, count)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=1e-5)


def test_bootstrap_of_a_mean_is_as_wide_as_the_normal_interval_and_repeats() -> None:
    values = np.random.default_rng(3).normal(5.0, 2.0, 400)
    estimate = mean(values)
    reach = 1.96 * values.std() / math.sqrt(400)
    assert estimate.value == values.mean()
    assert estimate.high - estimate.value == pytest.approx(reach, rel=0.12)
    assert estimate.value - estimate.low == pytest.approx(reach, rel=0.12)
    assert mean(values) == estimate


def test_a_ratio_of_pairs_knows_that_they_are_pairs() -> None:
    below = np.random.default_rng(4).uniform(1.0, 3.0, 50)
    paired = ratio(below / 2, below, paired=True)
    assert (paired.value, paired.low, paired.high) == pytest.approx((0.5, 0.5, 0.5))
    apart = ratio(below / 2, below, paired=False)
    assert apart.value == pytest.approx(0.5)
    assert apart.low < 0.49 < 0.51 < apart.high


def test_nothing_measured_is_nan() -> None:
    empty, zeros = np.zeros(0), np.zeros(5)
    for estimate in (share(empty.astype(bool)), mean(empty), ratio(zeros, zeros, paired=True)):
        assert math.isnan(estimate.value) and math.isnan(estimate.low)
