"""TokenLens and the cells that it is shown in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.layout import Pyramid, Raster, Sequence1D
from engine.values.lens import Cells, TokenLens, reopened_sites, shown_cells
from engine.values.region import pyramid_sites


def lens(*confidence: float) -> TokenLens:
    """With two alternatives a site: its own number and the next."""
    sites = np.arange(len(confidence), dtype=np.int32)
    ids = np.stack([sites, sites + 1], axis=1)
    return TokenLens(np.array(confidence, np.float32), ids, np.full(ids.shape, 0.25, np.float32))


def test_rows_are_spread_over_the_sites_they_belong_to() -> None:
    spread = lens(0.5, 0.75).spread(np.array([False, True, False, True]))
    assert np.array_equal(spread.told, [False, True, False, True])
    assert spread.confidence[[1, 3]].tolist() == [0.5, 0.75]
    assert spread.alternatives.tolist() == [[-1, -1], [0, 1], [-1, -1], [1, 2]]
    assert spread.chances[0].tolist() == [0, 0]


def test_sites_can_be_left_out() -> None:
    part = lens(0.1, 0.2, 0.3).only(np.array([True, False, True]))
    assert np.array_equal(part.told, [True, False, True])
    assert part.alternatives.tolist() == [[0, 1], [-1, -1], [2, 3]]


def test_shapes_must_belong_together() -> None:
    with pytest.raises(ValueError, match="rows"):
        TokenLens(np.zeros(3, np.float32), np.zeros((2, 1), np.int32), np.zeros((2, 1), np.float32))
    with pytest.raises(ValueError, match="chances"):
        TokenLens(np.zeros(2, np.float32), np.zeros((2, 1), np.int32), np.zeros((2, 2), np.float32))


def test_what_a_lens_is_shown_on() -> None:
    assert shown_cells(Raster(2, 2), lens(0.1, 0.2, 0.3, 0.4)) == Cells(2, 0)
    assert shown_cells(Sequence1D(4), lens(0.1, 0.2, 0.3, 0.4)) is None
    pyramid, none = Pyramid((1, 2, 3)), np.nan
    assert shown_cells(pyramid, lens(0.1, *[0.2] * 4, *[none] * 9)) == Cells(2, 1)
    assert shown_cells(pyramid, lens(0.1, *[0.2] * 4, *[0.3] * 9)) == Cells(3, 5)
    assert shown_cells(pyramid, lens(*[none] * 14)) is None


@given(st.data())
def test_sites_of_a_pyramid_that_cells_inside_the_box_open_lie_inside_it(
    data: st.DataObject,
) -> None:
    """Marks are cells of the last scale that the box lets be drawn, as is shown at the end."""
    pyramid = Pyramid((1, 2, 3, 5, 8))
    spans = st.tuples(st.integers(0, 7), st.integers(1, 8)).filter(lambda span: span[0] < span[1])
    (top, bottom), (left, right) = data.draw(spans), data.draw(spans)
    box = np.zeros((8, 8), bool)
    box[top:bottom, left:right] = True
    marked = box & np.array(data.draw(st.lists(st.booleans(), min_size=64, max_size=64))).reshape(
        8, 8
    )
    opened = reopened_sites(pyramid, Cells(8, 39), marked.reshape(-1))
    assert not (opened & ~pyramid_sites(box, pyramid.sides)).any()
    assert np.array_equal(opened[39:].reshape(8, 8), marked)


def test_marked_cells_become_sites() -> None:
    marked = np.array([False, True, False, False])
    assert np.array_equal(reopened_sites(Raster(2, 2), Cells(2, 0), marked), marked)
    pyramid = Pyramid((1, 2, 4))
    sites = reopened_sites(pyramid, Cells(2, 1), marked)
    finest = np.zeros((4, 4), bool)
    finest[:2, 2:] = True
    assert np.array_equal(sites, pyramid_sites(finest, pyramid.sides))
    assert sites[2] and not sites[0] and not sites[[1, 3, 4]].any()
