"""Tokens of one box in another: corner on corner, and nothing outside it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decoding.moving import box_sites, carried, fits
from engine.values.errors import BadInput
from engine.values.layout import Pyramid, Raster, Sequence1D, TokenLayout
from engine.values.region import Region
from engine.values.tokens import UNKNOWN, TokenMap

SIDE, WIDTH, HEIGHT = 128, 640, 480
GRID = Raster(16, 16)


def sites(region: Region, layout: TokenLayout = GRID) -> np.ndarray:
    return box_sites(region, WIDTH, HEIGHT, layout, SIDE)


def tokens(was: np.ndarray, known_rows: int, layout: TokenLayout = GRID) -> TokenMap:
    """Every drawn site has its own number, from 100 on; the others are 1."""
    ids = np.where(was, 100 + np.arange(layout.length), 1)
    late = was & (np.cumsum(was) > known_rows * 12)
    return TokenMap(np.where(late, UNKNOWN, ids), layout, 4096)


def source(layout: TokenLayout = GRID) -> TokenMap:
    return TokenMap(np.full(layout.length, 7), layout, 4096)


def rows_of(ids: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The box's part of a grid."""
    grid, inside = ids.reshape(16, 16), box.reshape(16, 16)
    return grid[inside.any(1)][:, inside.any(0)]


@given(st.integers(0, 440), st.integers(0, 280))
def test_a_moved_box_brings_all_its_tokens(left: int, top: int) -> None:
    """Near the border, too, where the box lies elsewhere in its context."""
    was, now = sites(Region(200, 140, 400, 340)), sites(Region(left, top, left + 200, top + 200))
    before = tokens(was, known_rows=5)
    after = carried(before, was, now, source())
    assert (after.ids[~now] == 7).all()
    assert np.array_equal(rows_of(after.ids, now), rows_of(before.ids, was))


def test_a_larger_box_draws_what_is_new_in_it() -> None:
    was, now = sites(Region(200, 140, 400, 240)), sites(Region(200, 140, 400, 340))
    before = tokens(was, known_rows=4)
    after = rows_of(carried(before, was, now, source()).ids, now)
    known = rows_of(before.ids, was)
    assert np.array_equal(after[: len(known)], known)
    assert len(after) > len(known) and (after[len(known) :] == UNKNOWN).all()


def test_a_smaller_box_leaves_the_rest_behind() -> None:
    was, now = sites(Region(200, 140, 400, 340)), sites(Region(200, 140, 400, 240))
    before = tokens(was, known_rows=3)
    after = rows_of(carried(before, was, now, source()).ids, now)
    assert np.array_equal(after, rows_of(before.ids, was)[: len(after)])


def test_a_box_without_anything_left_to_draw_is_refused() -> None:
    was, now = sites(Region(200, 140, 400, 340)), sites(Region(200, 140, 400, 180))
    with pytest.raises(BadInput, match="Nothing is left"):
        carried(tokens(was, known_rows=8), was, now, source())


def test_scales_only_fit_a_box_of_the_same_sites() -> None:
    layout = Pyramid((1, 2, 4, 8, 16))
    was = sites(Region(200, 140, 400, 340), layout)
    same = sites(Region(230, 120, 430, 320), layout)
    other = sites(Region(200, 140, 400, 240), layout)
    assert fits(layout, was, same) and not fits(layout, was, other)
    before = tokens(was, known_rows=3, layout=layout)
    after = carried(before, was, same, source(layout))
    assert np.array_equal(after.ids[same], before.ids[same]) and (after.ids[~same] == 7).all()
    with pytest.raises(BadInput, match="same size"):
        carried(before, was, other, source(layout))


def test_tokens_without_a_place_fit_no_other_box() -> None:
    layout, everywhere = Sequence1D(24), np.ones(24, bool)
    with pytest.raises(BadInput, match="no place"):
        carried(tokens(everywhere, 1, layout), everywhere, everywhere, source(layout))
