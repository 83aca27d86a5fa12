"""Strength: the share of a box that is drawn anew, in whole steps, scales, sites or tokens."""

import math

import numpy as np
from numpy.typing import NDArray


def share(strength: float, whole: int) -> int:
    """ceil(strength * whole), at least 1."""
    # The tolerance keeps shares that are whole numbers, give or take float error, as they are.
    return max(1, math.ceil(strength * whole - 1e-9))


def first_sites(
    order: NDArray[np.floating], sites: NDArray[np.bool_], strength: float
) -> NDArray[np.bool_]:
    """(L,) bool: of these sites (L,) bool the share with the lowest order (L,); ties by place."""
    places = np.flatnonzero(sites)
    chosen = np.zeros_like(sites)
    count = share(strength, len(places))
    chosen[places[np.argsort(order[places], kind="stable")[:count]]] = True
    return chosen


def with_neighbours(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H, W) -> (H, W): the mean of each place and the eight around it; edges go on outside."""
    padded = np.pad(values, 1, mode="edge")
    squares = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return squares.mean((2, 3))  # type: ignore[no-any-return]
