"""Box edits with tokens that have no places."""

import numpy as np

from engine.decoding.blended_edit import BlendedEdit, coverage, matched_colours
from engine.decoding.region_edit import BoxEdit
from engine.values.region import Region, RegionF


def photo() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(60, 180, (80, 120, 3)).astype(np.uint8)


def test_coverage_adds_up_to_the_box_area() -> None:
    box = RegionF(1.25, 2.0, 5.5, 3.75)
    covered = coverage(box, 8)
    assert covered.shape == (8, 8)
    assert np.isclose(covered.sum(), 4.25 * 1.75)
    assert covered[2, 3] == 1 and covered[2, 1] == 0.75 and covered[0, 0] == 0


def test_the_context_has_margins_and_tells_where_the_box_is() -> None:
    edit = BlendedEdit.around(photo(), Region(40, 20, 80, 60), image_side=32)
    around = edit.surroundings
    assert around.picture.shape == (32, 32, 3)
    assert np.array_equal(around.picture, edit.cropped)
    assert 0.4 < around.shown.mean() < 0.7
    assert around.shown[:2].max() == 0


def test_colours_are_matched_on_the_ring() -> None:
    original = photo()[:32, :32]
    ring = np.zeros((32, 32), bool)
    ring[:4] = True
    tinted = original + np.array([40, 0, 10], np.uint8)
    assert np.array_equal(matched_colours(tinted, original, ring), original)
    ring[:] = False
    assert matched_colours(tinted, original, ring) is tinted


def test_what_reaches_into_the_ring_keeps_its_contrast() -> None:
    ground = np.full((32, 32, 3), 150, np.uint8)
    ring = np.zeros((32, 32), bool)
    ring[:4] = True
    drawn = ground - 20
    drawn[2:30, 8:16] = (230, 120, 30)
    matched = matched_colours(drawn, ground, ring).astype(int)
    assert np.all(matched[0, 0] == 150)
    assert np.array_equal(matched[20, 10] - matched[0, 0], [100, -10, -100])


def test_a_tinted_drawing_is_pasted_in_the_pictures_colours() -> None:
    edit = BlendedEdit.around(photo(), Region(40, 20, 80, 60), image_side=32)
    tinted = edit.cropped + np.array([30, 50, 10], np.uint8)
    plain = BoxEdit(edit.image, edit.region, edit.context, edit.image_side)
    wanted = plain.patch(edit.cropped).astype(int)
    assert np.abs(edit.patch(tinted) - wanted).mean() < 1
    assert np.abs(plain.patch(tinted) - wanted).mean() > 20
