"""The seam score: nothing for an untouched picture, the height of a step that is put in."""

import numpy as np
import pytest

from engine.quality.seams import seam
from engine.values.jobs import Pixels
from engine.values.region import Region

BOX = Region(30, 20, 80, 70)


def ramp() -> Pixels:
    """One level more with each column and row."""
    rows, columns = np.indices((90, 110))
    return np.repeat((rows + columns).astype(np.uint8)[..., None], 3, axis=2)


def with_box_raised(image: Pixels, region: Region, levels: int) -> Pixels:
    raised = image.copy()
    raised[region.top : region.bottom, region.left : region.right] += np.uint8(levels)
    return raised


def test_an_untouched_ramp_has_no_seam() -> None:
    assert seam(ramp(), ramp(), BOX) == pytest.approx(0)


def test_a_raised_box_has_a_seam_of_its_height() -> None:
    flat = np.full((90, 110, 3), 100, np.uint8)
    assert seam(flat, with_box_raised(flat, BOX, 40), BOX) == pytest.approx(40)


def test_what_the_feather_hides_at_the_border_is_still_seen() -> None:
    flat = np.full((90, 110, 3), 100, np.uint8)
    inner = Region(BOX.left + 2, BOX.top + 2, BOX.right - 2, BOX.bottom - 2)
    assert seam(flat, with_box_raised(flat, inner, 40), BOX) > 35


def test_a_busy_picture_hides_more() -> None:
    noise = np.random.default_rng(0).integers(60, 120, (90, 110, 3)).astype(np.uint8)
    flat = np.full((90, 110, 3), 100, np.uint8)
    raised = seam(noise, with_box_raised(noise, BOX, 20), BOX)
    assert 0 < raised < seam(flat, with_box_raised(flat, BOX, 20), BOX)


def test_edges_on_the_picture_border_do_not_count() -> None:
    corner = Region(0, 0, 50, 50)
    flat = np.full((90, 110, 3), 100, np.uint8)
    assert seam(flat, with_box_raised(flat, corner, 40), corner) == pytest.approx(40)
    with pytest.raises(ValueError, match="no border"):
        seam(flat, flat, Region(0, 0, 110, 90))


def test_a_box_that_leaves_one_pixel_of_the_picture_has_a_score() -> None:
    flat = np.full((20, 20, 3), 100, np.uint8)
    box = Region(1, 1, 19, 19)
    assert seam(flat, with_box_raised(flat, box, 40), box) == pytest.approx(40)
