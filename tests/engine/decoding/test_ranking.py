"""Ranking: parts weigh alike, and what cannot be seen does not count."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.decoding.ranking import Fit, Ranking, fit
from engine.generators.base import DecodeInputs
from engine.text.base import Conditioning
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.prompts import PromptLength
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.tokens import TokenMap

LIKELIHOODS = (-3.0, -1.0, -2.0)
PROMPT = Conditioning(torch.tensor([1.0, 0.0]), torch.zeros(1, 1))
INPUTS = DecodeInputs(PROMPT, PROMPT, SamplingParams(), (0, 1, 2))
STATES = (DecodeState(1, TokenMap.unknown(Raster(1, 1), 2)),) * 3
SQUARES = np.stack([np.full((2, 2, 3), level, np.uint8) for level in (255, 0, 51)])


class Judged:
    """A finished generator with likelihoods of its own."""

    spec = GeneratorSpec("toy", "Toy", "block", Raster(1, 1), 2, 2, "token")

    def steps(self, inputs: DecodeInputs) -> range:
        return range(1)

    def begin(self, inputs: DecodeInputs) -> tuple[DecodeState, ...]:
        return STATES

    def step(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[DecodeState, ...]:
        return STATES

    def kept_log_likelihood(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[float, ...]:
        return LIKELIHOODS


class Towers:
    """See how bright a picture is; the prompt asks for light."""

    def __init__(self, *, has_image_tower: bool) -> None:
        self.has_image_tower = has_image_tower

    def encode(self, prompt: str) -> Conditioning:
        return PROMPT

    def null(self, token_id: int) -> Conditioning:
        return PROMPT

    def length(self, prompt: str) -> PromptLength:
        return PromptLength(len(prompt), 0, len(prompt))

    def image_feature(self, images: Tensor) -> Tensor:
        assert self.has_image_tower
        light = images.mean((1, 2, 3))
        return torch.stack([light, (1 - light**2).sqrt()], 1)


@pytest.fixture
def fitted() -> Callable[[Ranking, bool], Fit]:
    def of(by: Ranking, sees: bool) -> Fit:
        return fit(
            Judged(),
            Towers(has_image_tower=sees),
            by=by,
            states=STATES,
            inputs=INPUTS,
            squares=SQUARES,
        )

    return of


def order(scores: NDArray[np.float64]) -> list[int]:
    return [int(number) for number in np.argsort(-scores)]


def test_each_part_ranks_alone(fitted: Callable[[Ranking, bool], Fit]) -> None:
    assert order(fitted("likelihood", True).scores) == [1, 2, 0]
    assert order(fitted("similarity", True).scores) == [0, 2, 1]


def test_only_what_is_asked_for_is_looked_at(fitted: Callable[[Ranking, bool], Fit]) -> None:
    assert fitted("similarity", True).likelihood is None
    assert fitted("likelihood", True).similarity is None
    both = fitted("both", True)
    for ranking in ("likelihood", "similarity"):
        assert np.array_equal(both.by(ranking).scores, fitted(ranking, True).scores)


def test_without_eyes_the_likelihood_ranks(fitted: Callable[[Ranking, bool], Fit]) -> None:
    for ranking in ("likelihood", "similarity", "both"):
        assert order(fitted(ranking, False).scores) == [1, 2, 0]


def test_parts_weigh_alike_whatever_their_scale() -> None:
    small, large = np.array([0.1, 0.0, 0.05]), np.array([0.0, 900.0, 300.0])
    both = Fit(small, large).scores
    assert both == pytest.approx(Fit(small * 1000, large / 1000).scores)
    assert both == pytest.approx(Fit(small, None).scores + Fit(None, large).scores)


def test_equal_candidates_have_equal_scores() -> None:
    assert not Fit(np.full(3, -2.0), np.full(3, 0.4)).scores.any()
    with pytest.raises(ValueError, match="nothing"):
        assert Fit(None, None).scores.any()
