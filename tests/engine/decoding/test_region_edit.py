"""Box edits: the context, the patch, and that nothing outside the box changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decoding.compositing import feather, pasted
from engine.decoding.region_edit import BoxEdit, context_square, crop
from engine.values.errors import BadInput
from engine.values.jobs import Pixels
from engine.values.layout import Raster
from engine.values.region import Region

SIDE, SITES = 32, 16


@st.composite
def pictures_and_boxes(draw: st.DrawFn) -> tuple[int, int, Region]:
    width, height = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
    return width, height, Region(left, top, right, bottom)


def noise(width: int, height: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def planned(image: Pixels, region: Region) -> BoxEdit:
    return BoxEdit.planned(image, region, image_side=SIDE, sites=SITES)


@given(pictures_and_boxes(), st.sampled_from((0.0, 0.3, 0.5, 1.0)))
def test_context_holds_the_box_and_stays_inside_when_it_fits(
    case: tuple[int, int, Region], placement: float
) -> None:
    width, height, region = case
    context = context_square(region, width, height, SITES, placement)
    right, bottom = context.left + context.side, context.top + context.side
    assert context.left <= region.left + 1e-5 and right >= region.right - 1e-5
    assert context.top <= region.top + 1e-5 and bottom >= region.bottom - 1e-5
    if context.side <= width:
        assert context.left >= -1e-4 and right <= width + 1e-4
    if context.side <= height:
        assert context.top >= -1e-4 and bottom <= height + 1e-4


def test_box_in_a_large_picture_takes_the_middle_twelve_sites() -> None:
    image = noise(1000, 800)
    edit = planned(image, Region(300, 300, 420, 420))
    assert edit.context.side == pytest.approx(160)
    sites = edit.editable(Raster(SITES, SITES)).reshape(SITES, SITES)
    assert sites[2:14, 2:14].all() and sites.sum() == 12 * 12


@pytest.mark.parametrize(("placement", "first"), [(0.0, 0), (0.5, 2), (1.0, 4)])
def test_the_box_lies_where_the_placement_says(placement: float, first: int) -> None:
    region = Region(300, 300, 420, 420)
    edit = BoxEdit.planned(
        noise(1000, 800), region, image_side=SIDE, sites=SITES, placement=placement
    )
    sites = edit.editable(Raster(SITES, SITES)).reshape(SITES, SITES)
    assert sites[first : first + 12, first : first + 12].all() and sites.sum() == 12 * 12


def test_box_at_the_border_moves_the_context_by_whole_sites() -> None:
    edit = planned(noise(1000, 800), Region(0, 0, 120, 60))
    assert (edit.context.left, edit.context.top) == (0, 0)
    sites = edit.editable(Raster(SITES, SITES)).reshape(SITES, SITES)
    assert sites[:6, :12].all() and sites.sum() == 72


def test_box_over_the_whole_picture_has_no_surroundings() -> None:
    edit = planned(noise(64, 64), Region(0, 0, 64, 64))
    assert edit.context.side == 64
    assert edit.editable(Raster(SITES, SITES)).all()


def test_crop_of_the_picture_itself_is_the_picture() -> None:
    image = noise(SIDE, SIDE)
    edit = planned(image, Region(0, 0, SIDE, SIDE))
    assert np.array_equal(edit.cropped, image)
    assert np.array_equal(edit.patch(image), image)


def test_crop_goes_on_with_the_edge_pixels() -> None:
    image = np.zeros((30, 60, 3), np.uint8)
    image[0], image[-1] = 200, 100
    context = context_square(Region(15, 0, 45, 30), 60, 30, SITES)
    cropped = crop(image, context, 40)
    assert (cropped[:4] == 200).all() and (cropped[-4:] == 100).all()


def test_very_thin_pictures_need_little_memory() -> None:
    for width, height in ((60_000, 1), (1, 60_000)):
        edit = planned(noise(width, height), Region(0, 0, width, height))
        assert edit.cropped.shape == (SIDE, SIDE, 3)
        assert edit.patch(edit.cropped).shape == (height, width, 3)


@settings(max_examples=40, deadline=None)
@given(pictures_and_boxes())
def test_patch_fits_and_outside_is_untouched(case: tuple[int, int, Region]) -> None:
    width, height, region = case
    image = noise(width, height)
    edit = planned(image, region)
    assert edit.cropped.shape == (SIDE, SIDE, 3)
    patch = edit.patch(noise(SIDE, SIDE, 1))
    assert patch.shape == (region.height, region.width, 3) and patch.dtype == np.uint8
    changed = pasted(image, region, patch)
    outside = np.ones((height, width), bool)
    outside[region.top : region.bottom, region.left : region.right] = False
    assert np.array_equal(changed[outside], image[outside])
    assert edit.editable(Raster(SITES, SITES)).any()


@settings(max_examples=10, deadline=None)
@given(st.data(), st.integers(1, 60), st.integers(1, 60))
def test_twenty_edits_leave_the_rest_bit_identical(
    data: st.DataObject, width: int, height: int
) -> None:
    image = changed = noise(width, height)
    outside = np.ones((height, width), bool)
    for turn in range(20):
        left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
        right = data.draw(st.integers(left + 1, width))
        region = Region(left, top, right, data.draw(st.integers(top + 1, height)))
        changed = pasted(changed, region, planned(changed, region).patch(noise(SIDE, SIDE, turn)))
        outside[region.top : region.bottom, region.left : region.right] = False
    assert np.array_equal(changed[outside], image[outside])


def test_nothing_shown_leaves_the_box_as_it_was() -> None:
    image, region = noise(50, 50), Region(5, 6, 40, 41)
    patch = planned(image, region).patch(noise(SIDE, SIDE, 1), np.zeros((SIDE, SIDE), np.float32))
    assert np.array_equal(patch, image[6:41, 5:40])


def test_feather_is_inside_the_box_and_only_at_inner_edges() -> None:
    weights = feather(Region(0, 0, 100, 100), 200, 100)
    assert (weights[:, :90] == 1).all()
    assert 0 < weights[50, -1] < weights[50, -3] < 1
    assert (feather(Region(3, 3, 5, 5), 9, 9) == 1).all()


def test_boxes_outside_are_refused() -> None:
    with pytest.raises(BadInput, match="outside the picture"):
        planned(noise(20, 20), Region(20, 0, 30, 10))


def test_boxes_over_the_border_are_clipped() -> None:
    edit = planned(noise(20, 20), Region(-5, 10, 8, 40))
    assert edit.region == Region(0, 10, 8, 20)
