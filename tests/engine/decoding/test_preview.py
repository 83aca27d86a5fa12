"""Pictures of unfinished tokens."""

import numpy as np
from numpy.typing import NDArray

from engine.decoding.preview import GREY, Pace, decoded_squares, filled, pictures
from engine.decoding.region_edit import BoxEdit
from engine.values.layout import Raster, Sequence1D
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.tokens import UNKNOWN, TokenMap

SIDE, GRID = 16, 4


class Levels:
    """A tokenizer whose token is the grey level of its site; counts its calls."""

    codebook_size = 256
    image_side = SIDE

    def __init__(self) -> None:
        self.batches: list[int] = []

    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.int32]:
        sites = images[:, 2::4, 2::4, 0]
        return sites.reshape(len(images), -1).astype(np.int32)

    def decode(self, ids: NDArray[np.int32]) -> NDArray[np.uint8]:
        self.batches.append(len(ids))
        levels = ids.reshape(-1, GRID, GRID).repeat(4, 1).repeat(4, 2).astype(np.uint8)
        return np.stack([levels] * 3, -1)


def state(ids: list[int]) -> DecodeState:
    return DecodeState(0, TokenMap(np.array(ids, np.int32), Raster(GRID, GRID), 256))


NOTHING = state([UNKNOWN] * 16)
CORNER = state([10] + [UNKNOWN] * 15)
EVERYTHING = state(list(range(0, 160, 10)))


def test_unknown_sites_take_the_nearest_known_token() -> None:
    ids = [UNKNOWN] * 16
    ids[0], ids[15] = 1, 2
    assert filled(state(ids).tokens).tolist() == [1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 2, 2, 1, 2, 2, 2]
    line = TokenMap(np.array([UNKNOWN, 5, UNKNOWN, 7], np.int32), Sequence1D(4), 256)
    assert filled(line).tolist() == [5, 5, 5, 7]
    assert filled(EVERYTHING.tokens) is EVERYTHING.tokens.ids


def test_a_batch_is_decoded_in_one_call_and_nothing_known_needs_none() -> None:
    tokenizer = Levels()
    squares = decoded_squares(tokenizer, (NOTHING, CORNER, EVERYTHING))
    assert tokenizer.batches == [2]
    assert (squares[0] == GREY).all() and (squares[1] == 10).all()
    decoded_squares(tokenizer, (NOTHING,))
    assert tokenizer.batches == [2]


def test_a_whole_picture_is_grey_where_nothing_is_known() -> None:
    nothing, corner, everything = pictures(Levels(), (NOTHING, CORNER, EVERYTHING), None)
    assert (nothing == GREY).all()
    assert (corner[:2, :2] == 10).all() and (corner[8:, 8:] == GREY).all()
    assert everything[0, 0, 0] == 0 and everything[-1, -1, 0] == 150


def test_a_box_shows_the_picture_where_nothing_is_known() -> None:
    image = np.full((40, 40, 3), 200, np.uint8)
    edit = BoxEdit.planned(image, Region(8, 8, 32, 32), image_side=SIDE, sites=GRID)
    ids = np.full(16, 200, np.int32)
    ids[edit.editable(Raster(GRID, GRID))] = UNKNOWN
    begun = DecodeState(0, TokenMap(ids, Raster(GRID, GRID), 256))
    done = DecodeState(4, TokenMap(np.full(16, 9, np.int32), Raster(GRID, GRID), 256))
    before, after = pictures(Levels(), (begun, done), edit)
    assert before.shape == after.shape == (24, 24, 3)
    assert (before == 200).all()
    assert after[12, 12, 0] == 9


def test_previews_take_at_most_a_third_of_the_time() -> None:
    now = [0.0]
    pace = Pace(per_second=10, clock=lambda: now[0])
    assert pace.is_due()
    now[0] = 0.01
    pace.drawn(began=0.0)
    assert not pace.is_due()
    now[0] = 0.11
    assert pace.is_due()
    now[0] = 0.31
    pace.drawn(began=0.11)
    now[0] = 0.70
    assert not pace.is_due()
    now[0] = 0.72
    assert pace.is_due()


def test_where_a_soft_edit_keeps_the_pictures_own_tokens_its_own_pixels_show() -> None:
    image = np.full((40, 40, 3), 200, np.uint8)
    image[::2] = 100  # finer than any token
    box = Region(8, 8, 32, 32)
    edit = BoxEdit.planned(image, box, image_side=SIDE, sites=GRID)
    own = TokenMap(np.full(16, 150, np.int32), Raster(GRID, GRID), 256)
    drawn = own.ids.copy()
    inside = np.flatnonzero(edit.editable(own.layout))
    drawn[inside] = 9
    kept = drawn.copy()
    kept[inside[0]] = 150
    all_drawn, one_kept = (DecodeState(4, TokenMap(ids, own.layout, 256)) for ids in (drawn, kept))
    whole, soft = pictures(Levels(), (all_drawn, one_kept), edit, own)
    assert (whole[4:16, 4:16] == 9).all()
    assert (soft[:3, :3] == image[8:11, 8:11]).all()
    assert (soft[12:16, 12:16] == 9).all()
    (blurred,) = pictures(Levels(), (one_kept,), edit)
    assert (blurred[1:3, 1:3] == 150).all()
