"""Pyramids: means that do not drift, levels made anew only where the picture changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from app.models.jobs import JobNumbers
from app.models.pyramid import (
    Composed,
    ComposeRequest,
    Pyramid,
    Pyramids,
    Shrinker,
    ShrinkRequest,
    Shrunk,
    built,
    halved,
    halvings,
)
from app.models.sources import DocumentSource, PixelsSource, packed
from engine.document.document import Document, Edit
from engine.values.image import Picture
from engine.values.jobs import WasCancelled
from engine.values.region import Region
from tests.engine.document.conftest import make_timeline


def channels(level: np.ndarray) -> np.ndarray:
    """(h, w) uint32 -> (h, w, 3) RGB as int."""
    return np.stack([(level >> shift) & 255 for shift in (16, 8, 0)], axis=-1).astype(int)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), np.uint8)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 999))
def test_a_halved_pixel_is_the_mean_of_four(high: int, wide: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 2**32, (high, wide), np.uint32)
    made = halved(values)
    assert made.shape == (-(-high // 2), -(-wide // 2))
    even = np.pad(values, ((0, high % 2), (0, wide % 2)), mode="edge")
    for shift in (0, 8, 16, 24):
        byte = ((even >> shift) & 255).astype(float)
        mean = byte.reshape(made.shape[0], 2, made.shape[1], 2).mean(axis=(1, 3))
        assert np.abs(((made >> shift) & 255) - mean).max() <= 1


def test_levels_are_means_of_the_picture_and_do_not_drift() -> None:
    pixels = noise(700, 1100)
    levels = built(PixelsSource(pixels)).levels
    assert [level.shape for level in levels] == [(350, 550), (175, 275), (88, 138)]
    for number, level in enumerate(levels, start=1):
        side = 2**number
        whole = pixels[: 700 // side * side, : 1100 // side * side]
        means = whole.reshape(700 // side, side, 1100 // side, side, 3).mean(axis=(1, 3))
        apart = channels(level)[: 700 // side, : 1100 // side] - means
        assert np.abs(apart).max() <= 1.5 and abs(apart.mean()) < 0.1
        assert not level.flags.writeable and (level >> 24 == 255).all()
    assert halvings(256, 10) == 0 and halvings(257, 10) == 1


def test_a_changed_region_gives_what_building_anew_gives() -> None:
    document = Document(Picture(noise(515, 777)))
    before = built(DocumentSource(document))
    for box in (Region(101, 57, 330, 400), Region(700, 500, 777, 515)):
        patch = np.full((box.height, box.width, 3), 9, np.uint8)
        document = document.applied(Edit(box, patch, make_timeline(box)))
        old = [level.copy() for level in before.levels]
        after = built(DocumentSource(document), before, box)
        for mine, anew in zip(after.levels, built(DocumentSource(document)).levels, strict=True):
            assert np.array_equal(mine, anew)
        assert all(np.array_equal(a, b) for a, b in zip(old, before.levels, strict=True))
        before = after


def test_see_through_pixels_do_not_bleed() -> None:
    """A clear pixel has no colour to give to its neighbours."""
    pixels = np.zeros((300, 300, 4), np.uint8)
    pixels[:, ::2] = (200, 100, 50, 255)
    pixels[:, 1::2, :3] = 255
    level = built(DocumentSource(Document(Picture(pixels)))).levels[0]
    assert np.abs(channels(level) - (100, 50, 25)).max() <= 1
    assert np.abs((level >> 24).astype(int) - 127).max() <= 1


def test_packed_reads_every_line() -> None:
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(0xFF010203)
    assert packed(image).tolist() == [[0xFF010203] * 3] * 2


class Line:
    """Keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[ShrinkRequest | ComposeRequest] = []
        self.given_up: list[int] = []

    def submit(self, request: ShrinkRequest | ComposeRequest) -> None:
        self.asked.append(request)

    def cancel(self, job: int) -> None:
        self.given_up.append(job)


def test_an_answer_goes_to_who_asked_and_a_late_one_to_nobody() -> None:
    line, taken = Line(), list[Pyramid]()
    pyramids = Pyramids(line, JobNumbers())
    first = pyramids.ask(PixelsSource(noise(300, 300)), taken.append)
    pyramids.give_up(first)
    second = pyramids.ask(PixelsSource(noise(300, 301)), taken.append)
    waiting = pyramids.busy
    assert line.given_up == [first] and waiting
    answers = list[Shrunk | Composed]()
    for request in line.asked:
        Shrinker().run(request, answers.append, lambda: False)
    for answer in answers:
        pyramids.take(answer)
    assert [each.levels[0].shape for each in taken] == [(150, 151)]
    assert answers[1].job == second and not pyramids.busy
    pyramids.take(WasCancelled(first, ()))
    assert len(taken) == 1


@pytest.mark.parametrize("wanted", [True, False])
def test_a_picture_is_composed_ahead_and_kept_only_while_it_is_wanted(wanted: bool) -> None:
    box = Region(2, 3, 9, 9)
    edit = Edit(box, np.zeros((6, 7, 3), np.uint8), make_timeline(box))
    document = Document(Picture(noise(20, 30)), (edit,))
    answers = list[Shrunk | Composed]()
    Shrinker().run(ComposeRequest(7, document), answers.append, lambda: not wanted)
    assert answers == [Composed(7)]
    assert ("picture" in vars(document)) is wanted


@pytest.mark.parametrize("at", [0, 2])
def test_a_cancelled_build_ends_soon(at: int) -> None:
    calls = []

    def cancelled() -> bool:
        calls.append(1)
        return len(calls) > at

    built(PixelsSource(noise(1200, 300)), cancelled=cancelled)
    assert len(calls) <= at + halvings(300, 1200)
