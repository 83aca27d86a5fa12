"""Shares of a box in whole numbers, and which sites they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.errors import BadInput
from engine.values.params import SamplingParams
from engine.values.strength import first_sites, share, with_neighbours


@given(st.integers(1, 1000), st.integers(1, 100))
def test_a_share_is_at_least_one_and_all_at_full_strength(whole: int, percent: int) -> None:
    count = share(percent / 100, whole)
    assert 1 <= count <= whole
    # In whole numbers: what 55 % of 20 is must not depend on how 0.55 is rounded.
    assert count == max(1, -(-percent * whole // 100))
    assert share(1.0, whole) == whole


def test_the_first_sites_are_the_lowest_of_those_that_count() -> None:
    order = np.array([5, 1, 3, 1, 0, 2], np.float32)
    sites = np.array([True, True, True, True, False, False])
    assert np.flatnonzero(first_sites(order, sites, 0.5)).tolist() == [1, 3]
    assert np.flatnonzero(first_sites(order, sites, 0.1)).tolist() == [1]
    assert np.array_equal(first_sites(order, sites, 1.0), sites)


def test_a_place_is_seen_with_those_around_it() -> None:
    values = np.zeros((4, 5), np.float32)
    values[1, 2] = 9
    smooth = with_neighbours(values)
    assert smooth.shape == values.shape
    assert (smooth[:3, 1:4] == 1).all() and smooth.sum() == 9
    corner = np.zeros((2, 2), np.float32)
    corner[0, 0] = 9
    assert with_neighbours(corner)[0, 0] == 4  # beyond the edge it goes on


@pytest.mark.parametrize("wrong", [0, -0.5, 1.5, float("nan"), float("inf")])
def test_other_strengths_are_refused(wrong: float) -> None:
    with pytest.raises(BadInput):
        SamplingParams(strength=wrong)
