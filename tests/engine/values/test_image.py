"""Picture: patches go where they belong and nothing else moves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.values.image import Picture, frozen
from engine.values.region import Region


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Any size up to 24 px, with and without alpha, 8 and 16 bits."""
    height, width = draw(st.integers(1, 24)), draw(st.integers(1, 24))
    channels = draw(st.sampled_from([3, 4]))
    deep = draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (height, width, channels)
    if deep:
        return Picture(rng.integers(0, 65536, shape, dtype=np.uint16))
    return Picture(rng.integers(0, 256, shape, dtype=np.uint8))


@st.composite
def boxes_in(draw: st.DrawFn, picture: Picture) -> Region:
    left = draw(st.integers(0, picture.width - 1))
    top = draw(st.integers(0, picture.height - 1))
    right = draw(st.integers(left + 1, picture.width))
    bottom = draw(st.integers(top + 1, picture.height))
    return Region(left, top, right, bottom)


@given(st.data())
def test_a_patch_changes_only_the_colours_of_its_box(data: st.DataObject) -> None:
    picture = data.draw(pictures())
    patched = picture
    touched = np.zeros(picture.pixels.shape[:2], bool)
    for number in range(data.draw(st.integers(1, 5))):
        box = data.draw(boxes_in(picture))
        patch = np.full((box.height, box.width, 3), 50 * number, np.uint8)
        patched = patched.with_patch(box, patch)
        touched[box.top : box.bottom, box.left : box.right] = True
        assert np.array_equal(patched.crop8(box), patch)
    assert np.array_equal(patched.pixels[~touched], picture.pixels[~touched])
    assert np.array_equal(patched.pixels[..., 3:], picture.pixels[..., 3:])
    assert patched.pixels.dtype == picture.pixels.dtype


@given(pictures())
def test_the_8_bit_view_is_the_nearest(picture: Picture) -> None:
    factor = 257 if picture.is_deep else 1
    error = picture.rgb8.astype(int) * factor - picture.pixels[..., :3].astype(int)
    assert picture.rgb8.shape == (picture.height, picture.width, 3)
    assert abs(error).max() <= factor // 2


def test_pixels_cannot_be_written() -> None:
    source = np.zeros((2, 2, 3), np.uint8)
    picture = Picture(source)
    source[:] = 9
    assert not picture.pixels.any()
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0] = 1


def test_frozen_arrays_are_shared() -> None:
    array = frozen(np.zeros(3))
    assert frozen(array) is array


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 2), np.uint8),
        np.zeros((0, 2, 3), np.uint8),
        np.zeros((2, 2, 3), np.float32),
    ],
)
def test_other_arrays_are_refused(pixels: NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match="a picture is"):
        Picture(pixels)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("box", "size"), [(Region(0, 0, 3, 3), (3, 3)), (Region(0, 0, 2, 2), (3, 2))]
)
def test_patches_that_do_not_fit_are_refused(box: Region, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"2x2 px|patch"):
        Picture(np.zeros((2, 2, 3), np.uint8)).with_patch(box, np.zeros((*size, 3), np.uint8))
