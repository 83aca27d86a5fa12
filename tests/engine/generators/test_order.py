"""L-order."""

import numpy as np
import pytest

from engine.generators.lformer import order

SIDES = [1, 2, 5, 16, 32]


@pytest.mark.parametrize("side", SIDES)
def test_maps_are_permutations_and_inverse(side: int) -> None:
    forth, back = order.raster_to_l(side), order.l_to_raster(side)
    assert np.array_equal(np.sort(forth), np.arange(side * side))
    assert np.array_equal(forth[back], np.arange(side * side))


def test_first_blocks_by_hand() -> None:
    # Row, column of the first nine positions: down column t, then left along row t.
    read = [divmod(int(site), 4) for site in order.l_to_raster(4)[:9]]
    assert read == [(0, 0), (0, 1), (1, 1), (1, 0), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0)]


@pytest.mark.parametrize("side", SIDES)
def test_blocks_agree(side: int) -> None:
    by_position = order.block_of_positions(side)
    assert np.array_equal(by_position, order.block_of_sites(side)[order.l_to_raster(side)])
    for block in range(side):
        assert (by_position[order.block_slice(block)] == block).all()
        assert np.count_nonzero(by_position == block) == 2 * block + 1


def test_inputs_of_a_block_are_the_block_before_between_padding() -> None:
    source = order.input_source(5)
    for block in range(1, 5):
        fed = source[order.block_slice(block)]
        assert fed[0] == fed[-1] == -1
        before = order.block_slice(block - 1)
        assert list(fed[1:-1]) == list(range(before.start, before.stop))


def test_maps_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        order.l_to_raster(4)[0] = 1
