"""Equal, near or different, by what changed."""

import numpy as np
import pytest

from engine.document.likeness import LOSSY_DB, likeness

PICTURE = np.random.default_rng(0).integers(40, 200, (10, 8, 3), np.uint8)


def test_the_same_pixels_are_equal() -> None:
    same = likeness(PICTURE, PICTURE.copy())
    assert (same.verdict, same.changed, same.pixels) == ("equal", 0, 80)
    assert same.as_sentence() == "Equal: all 80 pixels are the same."


def test_psnr_is_that_of_the_definition() -> None:
    other = PICTURE.copy()
    other[0, 0, 0] += 10
    near = likeness(PICTURE, other)
    assert near.psnr_db == pytest.approx(10 * np.log10(255**2 / (100 / 240)))
    assert (near.verdict, near.changed) == ("near", 1)
    assert "1 of 80 pixels changed, PSNR 51.9 dB" in near.as_sentence()


def test_how_much_may_change_depends_on_the_format() -> None:
    noisy = PICTURE + 20
    assert likeness(PICTURE, noisy).verdict == "different"
    assert likeness(PICTURE, noisy, LOSSY_DB).verdict == "near"
    assert likeness(PICTURE, 255 - PICTURE, LOSSY_DB).verdict == "different"


def test_other_sizes_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="compared"):
        likeness(PICTURE, PICTURE[:5])
