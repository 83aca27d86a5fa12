"""Token maps, states, layouts and sampling settings check themselves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.errors import BadInput, EngineError
from engine.values.layout import Pyramid, Raster, Sequence1D
from engine.values.params import MAX_SEED, SamplingParams
from engine.values.state import DecodeState
from engine.values.tokens import UNKNOWN, TokenMap


@given(st.integers(1, 9), st.integers(1, 9))
def test_lengths(height: int, width: int) -> None:
    assert Raster(height, width).length == height * width
    assert Pyramid((height, height + width)).length == height**2 + (height + width) ** 2
    assert Sequence1D(width).length == width


@pytest.mark.parametrize(
    "make",
    [
        lambda: Raster(0, 1),
        lambda: Pyramid(()),
        lambda: Pyramid((2, 1)),
        lambda: Pyramid((0, 1)),
        lambda: Sequence1D(0),
    ],
)
def test_impossible_layouts_are_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match="got"):
        make()


@given(st.lists(st.integers(-1, 9), min_size=6, max_size=6))
def test_equal_maps_have_equal_hashes(ids: list[int]) -> None:
    first, second = (TokenMap(np.array(ids, np.int32), Raster(2, 3), 10) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first.known.tolist() == [each != UNKNOWN for each in ids]


def test_maps_are_copies_that_cannot_be_written() -> None:
    ids = np.zeros(4, np.int32)
    tokens = TokenMap(ids, Raster(2, 2), 8)
    ids[:] = 7
    assert not tokens.ids.any()
    with pytest.raises(ValueError, match="read-only"):
        tokens.ids[0] = 1


@pytest.mark.parametrize("ids", [[0, 0, 0], [0, 0, 0, 8], [0, 0, 0, -2]])
def test_ids_must_fit(ids: list[int]) -> None:
    with pytest.raises(ValueError, match="ids"):
        TokenMap(np.array(ids, np.int32), Raster(2, 2), 8)


def test_states_compare_by_content() -> None:
    tokens = TokenMap.unknown(Raster(2, 2), 8)
    noise = np.ones(3, np.float32)
    assert DecodeState(1, tokens, noise) == DecodeState(1, tokens, noise.copy())
    assert DecodeState(1, tokens, noise) != DecodeState(1, tokens)
    assert DecodeState(1, tokens) != DecodeState(2, tokens)
    with pytest.raises(ValueError, match="negative"):
        DecodeState(-1, tokens)


def test_sites_are_left_out() -> None:
    tokens = TokenMap(np.array([4, UNKNOWN, 2, 1], np.int32), Raster(2, 2), 8)
    fewer = tokens.without(np.array([True, True, False, False]))
    assert list(fewer.ids) == [UNKNOWN, UNKNOWN, 2, 1] and list(tokens.ids) == [4, UNKNOWN, 2, 1]
    assert (fewer.layout, fewer.codebook_size) == (tokens.layout, 8)


@pytest.mark.parametrize(
    "setting",
    [
        {"seed": -1},
        {"seed": MAX_SEED + 1},
        {"temperature": -0.1},
        {"temperature": math.nan},
        {"top_p": 1.1},
        {"guidance_scale": math.inf},
        {"top_k": -1},
        {"steps": 1001},
    ],
)
def test_settings_out_of_range_are_refused(setting: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        SamplingParams(**setting)  # type: ignore[arg-type]


def test_an_error_reads_as_sentence_and_remedy() -> None:
    assert str(EngineError("It broke.", "Mend it.")) == "It broke. Mend it."
    assert str(EngineError("It broke.")) == "It broke."
