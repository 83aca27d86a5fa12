"""Boxes, and which token sites they touch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.errors import BadInput
from engine.values.layout import Pyramid, Raster, Sequence1D
from engine.values.region import Region, RegionF, editable_sites, raster_sites


@st.composite
def boxes(draw: st.DrawFn, side: int) -> Region:
    left, top = draw(st.integers(0, side - 1)), draw(st.integers(0, side - 1))
    return Region(left, top, draw(st.integers(left + 1, side)), draw(st.integers(top + 1, side)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Region, int, int]:
    """(box, side in px, sites a side)."""
    count = draw(st.integers(1, 20))
    side = draw(st.integers(1, 200))
    return draw(boxes(side)), side, count


@given(cases())
def test_exactly_the_sites_that_share_a_point_with_the_box(case: tuple[Region, int, int]) -> None:
    box, side, count = case
    # Site i covers i * side .. (i + 1) * side in units of 1 / count px: whole numbers, no rounding.
    starts = np.arange(count) * side
    columns = (starts < box.right * count) & (starts + side > box.left * count)
    rows = (starts < box.bottom * count) & (starts + side > box.top * count)
    assert np.array_equal(raster_sites(box, side, count, count), rows[:, None] & columns)


@given(cases())
def test_sites_cover_the_box(case: tuple[Region, int, int]) -> None:
    box, side, count = case
    sites = raster_sites(box, side, count, count)
    rows, columns = np.flatnonzero(sites.any(1)), np.flatnonzero(sites.any(0))
    site_px = side / count
    assert columns[0] * site_px <= box.left + 1e-6
    assert (columns[-1] + 1) * site_px >= box.right - 1e-6
    assert rows[0] * site_px <= box.top + 1e-6
    assert (rows[-1] + 1) * site_px >= box.bottom - 1e-6


@given(cases(), st.data())
def test_a_larger_box_never_loses_a_site(
    case: tuple[Region, int, int], data: st.DataObject
) -> None:
    box, side, count = case
    inner = Region(
        data.draw(st.integers(box.left, box.right - 1)),
        data.draw(st.integers(box.top, box.bottom - 1)),
        box.right,
        box.bottom,
    )
    assert box.contains(inner)
    small, large = (raster_sites(each, side, count, count) for each in (inner, box))
    assert not (small & ~large).any()


def test_a_float_box_on_a_border_takes_no_neighbour() -> None:
    sites = raster_sites(RegionF(8 - 1e-9, 0, 16 + 1e-9, 8), 32, 4, 4)
    assert sites.nonzero()[0].tolist() == [0]
    assert sites.nonzero()[1].tolist() == [1]


@given(boxes(64))
def test_the_last_scale_of_a_pyramid_is_a_raster(box: Region) -> None:
    sites = editable_sites(Pyramid((1, 2, 4)), 64, box)
    assert np.array_equal(sites[5:], editable_sites(Raster(4, 4), 64, box))
    assert sites[0] == sites.all() == sites[5:].all()


def test_coarse_sites_follow_the_larger_half() -> None:
    quarter = editable_sites(Pyramid((1, 2, 4)), 64, Region(0, 0, 32, 32))
    assert quarter[:5].tolist() == [False, True, False, False, False]
    grazed = editable_sites(Pyramid((1, 2, 4)), 64, Region(0, 0, 16, 16))
    assert not grazed[:5].any() and grazed[5]


def test_sites_without_a_place_are_all_redrawn() -> None:
    assert editable_sites(Sequence1D(5), 64, Region(0, 0, 1, 1)).tolist() == [True] * 5


@pytest.mark.parametrize("edges", [(0, 0, 0, 5), (0, 5, 5, 5), (5, 0, 4, 5)])
def test_a_box_without_area_is_refused(edges: tuple[int, int, int, int]) -> None:
    with pytest.raises(BadInput, match="no area"):
        Region(*edges)


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 60), st.integers(1, 60))
def test_clipping_keeps_what_lies_inside(left: int, top: int, width: int, height: int) -> None:
    box, picture = Region(left, top, left + width, top + height), Region(0, 0, 20, 10)
    overlaps = left < 20 and top < 10 and left + width > 0 and top + height > 0
    if not overlaps:
        with pytest.raises(BadInput, match="outside"):
            box.clipped(20, 10)
        return
    clipped = box.clipped(20, 10)
    assert picture.contains(clipped)
    assert box.contains(clipped)
    assert clipped.clipped(20, 10) == clipped


@given(boxes(50), st.integers(-9, 9), st.integers(-9, 9))
def test_moving_keeps_the_size(box: Region, dx: int, dy: int) -> None:
    moved = box.moved(dx, dy)
    assert (moved.width, moved.height) == (box.width, box.height)
    assert moved.moved(-dx, -dy) == box
