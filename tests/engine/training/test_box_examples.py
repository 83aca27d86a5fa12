"""Tokenised scenes as a box edit sees them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decoding.region_edit import BOX_SHARE
from engine.training.box_examples import (
    Sites,
    box_side,
    in_other_surroundings,
    in_own_surroundings,
    pick_surroundings,
)
from engine.training.generator import through_noise, without_things

SIDE = 16


def rows_and_columns(inside: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(inside.reshape(SIDE, SIDE))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_boxes_are_as_large_as_the_editor_makes_them() -> None:
    assert box_side(SIDE) == BOX_SHARE * SIDE


@given(
    st.integers(0, 15), st.integers(0, 15), st.integers(1, 12), st.integers(1, 12), st.integers(0)
)
def test_a_box_in_its_own_scene_holds_every_object(
    left: int, top: int, width: int, height: int, seed: int
) -> None:
    extent = (left, top, min(left + width, SIDE), min(top + height, SIDE))
    ids = np.arange(SIDE * SIDE)
    example = in_own_surroundings(ids, extent, SIDE, np.random.default_rng(seed))
    assert np.array_equal(example.ids, ids)
    found = rows_and_columns(example.inside)
    assert found[0] <= extent[0] and found[1] <= extent[1]
    assert found[2] >= extent[2] and found[3] >= extent[3]
    spans = (found[2] - found[0], found[3] - found[1])
    assert max(spans) == box_side(SIDE)
    assert example.inside.sum() == spans[0] * spans[1]


def test_a_box_in_other_surroundings_shows_the_middle_of_its_scene() -> None:
    ids, around = np.arange(256), np.full(256, 999)
    for seed in range(20):
        example = in_other_surroundings(ids, around, SIDE, np.random.default_rng(seed))
        assert np.array_equal(
            example.ids[example.inside], ids.reshape(16, 16)[2:14, 2:14].reshape(-1)
        )
        assert (example.ids[~example.inside] == 999).all()
        left, top, right, bottom = rows_and_columns(example.inside)
        assert (right - left, bottom - top) == (12, 12)


def test_only_scenes_that_fit_into_a_box_keep_their_surroundings() -> None:
    rng = np.random.default_rng(0)

    def kinds(extent: Sites) -> set[str]:
        return {pick_surroundings(extent, SIDE, rng) for _ in range(100)}

    assert kinds((2, 2, 14, 14)) == {"own", "foreign", "noise"}
    assert kinds((0, 2, 16, 9)) == {"foreign", "noise"}


def test_noise_hides_most_of_a_share_of_the_rows() -> None:
    ids = np.full((4000, 64), 5)
    seen = through_noise(ids, 0.3, 1024, np.random.default_rng(0))
    lost = (seen != 5).mean(1)
    assert np.mean(lost > 0) == pytest.approx(0.3, abs=0.03)
    # The rate is 1 - u ** 4 for an even u: 4/5 on average, above 15/16 for half of the rows.
    assert lost[lost > 0].mean() == pytest.approx(4 / 5, abs=0.03)
    assert np.median(lost[lost > 0]) == pytest.approx(15 / 16, abs=0.03)
    assert seen.min() >= 0 and seen.max() < 1024
    np.testing.assert_array_equal(through_noise(ids, 0.0, 1024, np.random.default_rng(0)), ids)


def test_hidden_things_show_the_ground_around_them() -> None:
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 5, (3, 256))
    ids[:, :] += 10
    extents = np.array([[4, 2, 9, 7], [0, 0, 16, 16], [1, 1, 3, 3]], np.uint8)
    grid = ids.reshape(3, 16, 16)
    for row, (left, top, right, bottom) in enumerate(extents.tolist()):
        grid[row, top:bottom, left:right] = 99
    bare = without_things(ids, extents, np.array([True, True, False]), rng)
    assert bare[0].max() < 99 and (bare[0] != ids[0]).sum() == 25
    np.testing.assert_array_equal(bare[1:], ids[1:])
    assert (ids == 99).any(1).all(), "what was given stays as it was"
