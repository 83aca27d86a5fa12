"""Filters and draws."""

from dataclasses import replace

import pytest
import torch

from engine.generators import sampling
from engine.values.params import SamplingParams

LOGITS = torch.tensor([[[2.0, 1.0, 0.0, -1.0], [0.0, 3.0, 3.0, 1.0]]])
PLAIN = SamplingParams()


def test_everything_off_is_softmax() -> None:
    torch.testing.assert_close(sampling.token_weights(LOGITS, PLAIN), LOGITS.softmax(-1))


def test_top_k_keeps_ties_and_more_than_the_codebook_is_off() -> None:
    kept = sampling.token_weights(LOGITS, replace(PLAIN, top_k=1)) > 0
    assert kept.tolist() == [[[True, False, False, False], [False, True, True, False]]]
    assert (sampling.token_weights(LOGITS, replace(PLAIN, top_k=99)) > 0).all()


def test_top_p_drops_the_token_that_crosses_the_line() -> None:
    probabilities = torch.tensor([0.5, 0.3, 0.2])
    assert sampling.below_top_p(probabilities, 0.7).tolist() == pytest.approx([0.5, 0, 0])
    assert sampling.below_top_p(probabilities, 0.85).tolist() == pytest.approx([0.5, 0.3, 0])
    assert sampling.below_top_p(probabilities, 0.0).tolist() == pytest.approx([0.5, 0, 0])


@pytest.mark.parametrize("top_p", [0.0, 0.3, 0.86, 1.0])
def test_top_p_is_what_sorting_with_places_gives(top_p: float) -> None:
    random = torch.Generator().manual_seed(1)
    probabilities = (torch.randn(2, 50, 300, generator=random) * 2).softmax(-1)
    ordered, sites = probabilities.sort(dim=-1, descending=True)
    dropped = ordered.cumsum(-1) > top_p
    dropped[..., 0] = False
    expected = torch.zeros_like(probabilities).scatter(-1, sites, ordered.masked_fill(dropped, 0))
    assert torch.equal(sampling.below_top_p(probabilities, top_p), expected)


@pytest.mark.parametrize("top_p", [0.0, 0.3, 0.86, 0.999])
def test_a_covering_top_p_is_what_sorting_with_places_gives(top_p: float) -> None:
    random = torch.Generator().manual_seed(2)
    probabilities = (torch.randn(2, 50, 300, generator=random) * 2).softmax(-1)
    ordered, sites = probabilities.sort(dim=-1)
    dropped = ordered.cumsum(-1) <= 1 - top_p
    dropped[..., -1] = False
    expected = torch.zeros_like(probabilities).scatter(-1, sites, ordered.masked_fill(dropped, 0))
    assert torch.equal(sampling.covering_top_p(probabilities, top_p), expected)


def test_ties_with_the_last_token_of_top_p_stay() -> None:
    probabilities = torch.tensor([0.25, 0.3, 0.2, 0.25])
    assert sampling.below_top_p(probabilities, 0.6).tolist() == pytest.approx([0.25, 0.3, 0, 0.25])


def test_temperature_zero_is_the_likeliest_whatever_the_seed() -> None:
    cold = replace(PLAIN, temperature=0)
    first = sampling.drawn(LOGITS, cold, [0], 3)
    assert first.tolist() == [[0, 1]]
    assert torch.equal(first, sampling.drawn(LOGITS, cold, [9], 4))


def test_guidance() -> None:
    cond, uncond = torch.tensor([1.0]), torch.tensor([3.0])
    assert sampling.guided(cond, uncond, 1).item() == 1
    assert sampling.guided(cond, uncond, 0).item() == 3
    assert sampling.guided(cond, uncond, 3).item() == -3
    assert not sampling.is_guided(PLAIN)
    assert sampling.is_guided(replace(PLAIN, guidance_scale=0))


def test_a_draw_knows_seed_and_step_only() -> None:
    logits = torch.zeros(1, 40, 50)
    three = sampling.drawn(logits.expand(3, -1, -1), PLAIN, [5, 6, 7], 2)
    assert torch.equal(three[1:2], sampling.drawn(logits, PLAIN, [6], 2))
    assert not torch.equal(three[1:2], sampling.drawn(logits, PLAIN, [6], 3))
    assert not torch.equal(three[0], three[1])


def test_draws_follow_the_weights() -> None:
    weights = torch.tensor([0.1, 0.0, 0.6, 0.3]).expand(20000, 4)
    chances = torch.rand(20000, generator=sampling.step_random(1, 0))
    counts = sampling.inverse_draw(weights, chances).bincount(minlength=4) / 20000
    torch.testing.assert_close(counts, weights[0], atol=0.015, rtol=0)
    assert counts[1] == 0


def test_the_ends_of_the_interval_hit_tokens_with_weight() -> None:
    weights = torch.tensor([[0.0, 0.4, 0.6, 0.0]] * 2)
    ends = torch.tensor([0.0, 1 - 2**-24])
    assert sampling.inverse_draw(weights, ends).tolist() == [1, 2]
