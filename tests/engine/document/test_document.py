"""Documents and their history are values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document.document import Document, Edit
from engine.document.history import History
from engine.values.image import Picture
from engine.values.region import Region
from tests.engine.document.conftest import make_timeline

TIMELINE = make_timeline(None)


@given(st.data())
def test_twenty_edits_leave_every_pixel_outside_them(data: st.DataObject) -> None:
    deep, channels = data.draw(st.booleans()), data.draw(st.sampled_from([3, 4]))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    kind = np.uint16 if deep else np.uint8
    pixels = rng.integers(0, np.iinfo(kind).max, (16, 24, channels))
    base = Picture(pixels.astype(np.uint16) if deep else pixels.astype(np.uint8))
    document, touched = Document(base), np.zeros((16, 24), bool)
    for _ in range(20):
        left, top = data.draw(st.integers(0, 23)), data.draw(st.integers(0, 15))
        box = Region(left, top, data.draw(st.integers(left + 1, 24)), top + 1)
        patch = rng.integers(0, 256, (box.height, box.width, 3), dtype=np.uint8)
        document = document.applied(Edit(box, patch, TIMELINE))
        touched[box.top : box.bottom, box.left : box.right] = True
        assert np.array_equal(document.picture.crop8(box), patch)
    assert np.array_equal(document.picture.pixels[~touched], base.pixels[~touched])
    assert np.array_equal(document.picture.pixels[..., 3:], base.pixels[..., 3:])


def test_later_edits_lie_on_top_and_hidden_ones_do_not_show() -> None:
    box = Region(0, 0, 2, 2)
    document = Document(Picture(np.zeros((2, 2, 3), np.uint8)))
    for value in (1, 2):
        document = document.applied(Edit(box, np.full((2, 2, 3), value, np.uint8), TIMELINE))
    assert document.picture.pixels.max() == 2
    assert document.with_visibility(1, False).picture.pixels.max() == 1
    hidden = document.with_visibility(1, False).with_visibility(0, False)
    assert hidden.picture is hidden.base
    assert document.picture is document.picture


@given(st.data())
def test_a_part_is_what_the_whole_picture_shows_there(data: st.DataObject) -> None:
    deep, step = data.draw(st.booleans()), data.draw(st.integers(1, 9))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    pixels = rng.integers(0, 256, (30, 40, 4), dtype=np.uint8)
    document = Document(Picture(pixels.astype(np.uint16) * 255 if deep else pixels))
    for visible in data.draw(st.lists(st.booleans(), max_size=4)):
        box = data.draw(boxes(40, 30))
        patch = rng.integers(0, 256, (box.height, box.width, 3), dtype=np.uint8)
        document = document.applied(Edit(box, patch, TIMELINE, visible))
    part = data.draw(boxes(40, 30))
    expected = document.picture.pixels[part.top : part.bottom, part.left : part.right]
    assert np.array_equal(document.part(part, step).pixels, expected[::step, ::step])


@st.composite
def boxes(draw: st.DrawFn, width: int, height: int) -> Region:
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
    return Region(left, top, right, bottom)


def test_documents_share_their_arrays() -> None:
    edit = Edit(Region(0, 0, 1, 1), np.zeros((1, 1, 3), np.uint8), TIMELINE)
    document = Document(Picture(np.zeros((2, 2, 3), np.uint8))).applied(edit)
    assert document.applied(edit).edits[0].patch is document.edits[0].patch
    assert document.with_visibility(0, False).edits[0].patch is document.edits[0].patch


def test_a_patch_must_fit_its_box() -> None:
    with pytest.raises(ValueError, match="for the box"):
        Edit(Region(0, 0, 2, 1), np.zeros((2, 1, 3), np.uint8), TIMELINE)


@given(st.lists(st.sampled_from(["push", "undo", "redo"]), max_size=60))
def test_history_is_a_list_with_a_cursor(deeds: list[str]) -> None:
    history = History(0, parts=lambda value: [(value, 1)], limit_bytes=6)
    values, cursor = [0], 0
    for number, deed in enumerate(deeds, start=1):
        if deed == "push":
            history = history.pushed(number)
            values = [*values[: cursor + 1], number][-6:]
            cursor = len(values) - 1
        elif deed == "undo":
            history, cursor = history.undone(), max(cursor - 1, 0)
        else:
            history, cursor = history.redone(), min(cursor + 1, len(values) - 1)
        assert [*history.past, history.present, *history.future] == values
        assert (history.can_undo, history.can_redo) == (cursor > 0, cursor < len(values) - 1)


def test_history_counts_what_values_share_once() -> None:
    """Each value holds a part of its own and one of ten bytes that all share."""
    history = History(0, parts=lambda value: [(-1, 10), (value, 1)], limit_bytes=13)
    for value in range(1, 9):
        history = history.pushed(value)
    assert (history.past, history.present) == ((6, 7), 8)
    assert history.replaced(9).past == (6, 7) and history.replaced(9).present == 9


def test_a_present_larger_than_the_limit_is_kept() -> None:
    history = History(0, parts=lambda value: [(value, 99)], limit_bytes=13).pushed(1)
    assert history.present == 1 and not history.can_undo
