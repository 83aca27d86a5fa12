"""L-order: the grid read block by block, block t holding the 2t + 1 sites with max(row, col) = t.

Inside a block: down column t to the corner (t, t), then left along row t to column 0.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]


def block_slice(block: int) -> slice:
    """L positions of a block."""
    return slice(block * block, (block + 1) * (block + 1))


def block_of_sites(side: int) -> Index:
    """(N,) block of each raster site."""
    rows, columns = np.divmod(np.arange(side * side), side)
    return np.maximum(rows, columns)


@lru_cache(maxsize=8)
def raster_to_l(side: int) -> Index:
    """(N,) L position of each raster site."""
    rows, columns = np.divmod(np.arange(side * side), side)
    down = columns * columns + rows
    left = rows * rows + 2 * rows - columns
    return _read_only(np.where(rows <= columns, down, left))


@lru_cache(maxsize=8)
def l_to_raster(side: int) -> Index:
    """(N,) raster site of each L position."""
    return _read_only(np.argsort(raster_to_l(side)))


@lru_cache(maxsize=8)
def block_of_positions(side: int) -> Index:
    """(N,) block of each L position, ascending."""
    return _read_only(np.repeat(np.arange(side), 2 * np.arange(side) + 1))


@lru_cache(maxsize=8)
def input_source(side: int) -> Index:
    """(N,) L position whose token is fed at each L position; -1 = padding.

    It is the upper left neighbour's, so block t is fed padding, block t - 1, padding. Entry 0 is
    -1 too, though a context vector takes the place of a token there.
    """
    rows, columns = np.divmod(l_to_raster(side), side)
    neighbour = np.maximum((rows - 1) * side + columns - 1, 0)
    outside = (rows == 0) | (columns == 0)
    return _read_only(np.where(outside, -1, raster_to_l(side)[neighbour]))


def _read_only(index: Index) -> Index:
    index.setflags(write=False)
    return index
