"""VQ-Diffusion's noise and its reversal, its steps, and what its generator pins."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.generators.base import DecodeInputs
from engine.generators.vq_diffusion.generator import VQDiffusionGenerator
from engine.generators.vq_diffusion.network import VQDiffusion
from engine.generators.vq_diffusion.reverse import clean_chances, truncated, uncovered
from engine.generators.vq_diffusion.schedule import (
    CLEAN,
    Kernel,
    linear_schedule,
    noised,
    noising_chain,
    posterior,
)
from engine.generators.vq_diffusion.steps import (
    ReverseProcess,
    due_tokens,
    released,
    reverse_steps,
    strided,
    uncovering,
)
from engine.values.params import SamplingParams
from engine.values.tokens import UNKNOWN, TokenMap
from tests.tiny_vq_diffusion import (
    CODEBOOK,
    SIDE,
    tiny_config,
    tiny_generator,
    tiny_network,
    tiny_prompt,
)

SITES = SIDE * SIDE


def inputs_for(*seeds: int, steps: int = 0, box: bool = False) -> DecodeInputs:
    inputs = DecodeInputs(tiny_prompt(1), tiny_prompt(2), SamplingParams(steps=steps), seeds)
    if not box:
        return inputs
    editable = np.zeros((SIDE, SIDE), bool)
    editable[1:4, 2:5] = True
    ids = np.arange(SITES, dtype=np.int32) % CODEBOOK
    source = TokenMap(ids, tiny_generator().spec.layout, CODEBOOK)
    return replace(inputs, source=source, editable=editable.reshape(-1))


def test_noise_does_what_its_three_numbers_say() -> None:
    kernel = Kernel(keep=0.5, replace=0.05, mask=0.3)  # four tokens
    chances = torch.rand(40_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    tokens = torch.full((40_000,), 2)
    tokens[:10] = 4
    made = noised(tokens, kernel, 4, chances)
    assert (made[:10] == 4).all()  # what is masked stays so
    shares = torch.bincount(made[10:], minlength=5) / len(made[10:])
    assert torch.allclose(shares, torch.tensor([0.05, 0.05, 0.55, 0.05, 0.3]), atol=0.01)


def test_noises_add_up() -> None:
    schedule = linear_schedule(30, 100)
    first, second = schedule.until(20), schedule.between(20, 70)
    both = schedule.until(70)
    assert both.keep == pytest.approx(first.keep * second.keep)
    assert 1 - both.mask == pytest.approx((1 - first.mask) * (1 - second.mask))
    assert both.keep + both.mask + 30 * both.replace == pytest.approx(1)
    assert schedule.until(CLEAN) == Kernel(1.0, 0.0, 0.0)


def test_a_chain_goes_on_from_its_earlier_times() -> None:
    schedule = linear_schedule(CODEBOOK, 100)
    clean = torch.arange(SITES) % CODEBOOK
    chains = [
        noising_chain(clean, schedule, time, torch.Generator().manual_seed(3))
        for time in range(0, 100, 11)
    ]
    masked = [(chain == CODEBOOK) for chain in chains]
    for before, after in itertools.pairwise(masked):
        assert (after | ~before).all()
    assert [int(m.sum()) for m in masked][-1] > 0.9 * SITES


@pytest.mark.parametrize(("later", "earlier"), [(99, 98), (99, 40), (60, 3), (30, CLEAN)])
def test_the_posterior_keeps_the_scale_and_masks_nothing_that_is_known(
    later: int, earlier: int
) -> None:
    schedule = linear_schedule(CODEBOOK, 100)
    random = torch.Generator().manual_seed(0)
    clean = torch.rand(2, SITES, CODEBOOK, generator=random)
    tokens = torch.full((2, SITES), CODEBOOK)
    chances = posterior(clean, tokens, schedule, earlier=earlier, later=later)
    assert torch.allclose(chances.sum(-1), clean.sum(-1), rtol=1e-4)
    known = posterior(clean, tokens - 3, schedule, earlier=earlier, later=later)
    assert (known[..., -1] == 0).all() and (known >= 0).all()


def test_a_draw_in_one_stride_is_as_one_in_many() -> None:
    """Masked tokens left at a time: the same share, whatever steps led there."""
    schedule = linear_schedule(4, 100)
    clean = torch.tensor([0.4, 0.3, 0.2, 0.1]).expand(1, 1, 4)
    left = {}
    for name, borders in {"one": (99, 49), "many": tuple(range(99, 48, -1))}.items():
        share = 1.0
        for later, earlier in itertools.pairwise(borders):
            chances = posterior(clean, torch.tensor([[4]]), schedule, earlier=earlier, later=later)[
                0, 0
            ]
            share *= float(chances[-1] / chances.sum())
        left[name] = share
    assert left["one"] == pytest.approx(left["many"], rel=1e-3)
    assert left["one"] == pytest.approx(schedule.until(49).mask, rel=1e-3)


def test_truncation_keeps_the_token_that_crosses_the_line() -> None:
    given = torch.tensor([0.1, 0.5, 0.25, 0.15])
    assert truncated(given, 0.6).tolist() == [0, 0.5, 0.25, 0]
    assert truncated(given, 0.3).tolist() == truncated(given, 0).tolist() == [0, 0.5, 0, 0]


def test_temperature_0_leaves_the_likeliest_token_and_top_k_the_first() -> None:
    logits = torch.tensor([[[0.0, 2.0, 1.0]]])
    one = clean_chances(logits, SamplingParams(temperature=0))
    assert one.tolist() == [[[0, 1, 0]]]
    two = clean_chances(logits, SamplingParams(top_k=2))
    assert torch.equal(two > 0, torch.tensor([[[False, True, True]]]))


def test_uncovering_takes_as_many_as_asked_or_as_there_are() -> None:
    order = torch.tensor([[0.0, 0.5, 1.0, 0.2], [0.0, 0.0, 0.7, 0.0]])
    chosen = uncovered(order, 2, torch.ones(2, 4))
    assert chosen.tolist() == [[False, True, True, False], [False, False, True, False]]


@pytest.mark.parametrize("count", [1, 7, 25, 99, 100])
def test_strides_lead_from_the_last_time_to_clean(count: int) -> None:
    steps = strided(100, count)
    assert len(steps) == count
    assert (steps[0].later, steps[-1].earlier) == (99, CLEAN)
    assert all(a.earlier == b.later < a.later for a, b in itertools.pairwise(steps))


def test_counts_of_steps_are_those_published() -> None:
    calls = {at_once: uncovering(due_tokens(1024, 100, at_once), at_once) for at_once in (5, 2, 1)}
    assert {at_once: len(steps) for at_once, steps in calls.items()} == {5: 199, 2: 496, 1: 926}
    assert all(sum(step.sites for step in steps) == 1024 for steps in calls.values())
    assert sum(due_tokens(SITES, 100, 4)[1:]) == SITES
    assert len(released(100, 4)) == 26


def test_more_steps_than_times_are_as_many_as_there_are() -> None:
    steps = reverse_steps(ReverseProcess(), wanted=500, times=100, sites=SITES)
    assert len(steps) == 100
    assert len(reverse_steps(ReverseProcess(), wanted=0, times=100, sites=SITES)) == 25


def test_a_box_begins_where_as_much_is_masked() -> None:
    """9 of 36 sites: a quarter of the steps, whose first is told the time of that share."""
    generator, inputs = tiny_generator(), inputs_for(0, steps=100, box=True)
    assert generator.steps(inputs) == range(74, 100)
    whole = replace(inputs, editable=np.ones(SITES, bool))
    assert generator.steps(whole) == range(100)
    assert tiny_generator(pin="noised").steps(inputs) == range(100)


def test_the_network_sees_the_picture_noised_as_the_box_is() -> None:
    """In "noised", though the states keep the source."""
    generator, inputs = tiny_generator(pin="noised"), inputs_for(4, 5, steps=10, box=True)
    assert inputs.editable is not None and inputs.source is not None
    seen: list[torch.Tensor] = []
    generator._network.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    states = generator.begin(inputs)
    for _ in generator.steps(inputs):
        states = generator.step(states, inputs)
    outside = torch.from_numpy(~inputs.editable)
    masked = [(tokens[:, outside] == CODEBOOK).float().mean().item() for tokens in seen]
    assert masked[0] > 0.8 and masked[-1] < 0.3
    assert masked == sorted(masked, reverse=True)
    assert not torch.equal(seen[4][0, outside], seen[4][1, outside])  # a chain a seed


def test_tokens_may_be_redrawn() -> None:
    """Nothing may take for granted that what is known stays."""
    generator, inputs = tiny_generator(), inputs_for(0, steps=40)
    states, changed = generator.begin(inputs), 0
    for _ in generator.steps(inputs):
        before = states[0].tokens
        states = generator.step(states, inputs)
        ids = states[0].tokens.ids
        assert (ids[before.known] != UNKNOWN).all()
        changed += int((ids != before.ids)[before.known].sum())
    assert changed > 0


def test_a_draft_fills_what_is_unknown_and_keeps_what_is_known() -> None:
    generator, inputs = tiny_generator(), inputs_for(0, steps=8, box=True)
    states = generator.begin(inputs)
    for _ in generator.steps(inputs):
        states = generator.step(states, inputs)
        tokens, draft = states[0].tokens, states[0].draft
        if draft is None:
            break
        assert not tokens.known.all() and (draft >= 0).all()
        assert np.array_equal(draft[tokens.known], tokens.ids[tokens.known])
    assert states[0].tokens.known.all() and states[0].step > generator.steps(inputs).start + 1


def test_what_does_not_go_together_is_refused() -> None:
    spec, network = tiny_generator().spec, tiny_network()
    with pytest.raises(ValueError, match="not noised"):
        VQDiffusionGenerator(spec, network, ReverseProcess("purity", pin="noised"))
    without_text = VQDiffusion(replace(tiny_config(), condition_width=0))
    with pytest.raises(ValueError, match="reads text"):
        VQDiffusionGenerator(spec, without_text)
    generator, inputs = tiny_generator(), inputs_for(0)
    (state,) = generator.begin(inputs)
    with pytest.raises(ValueError, match="there is no step"):
        generator.step((replace(state, step=99),), inputs)
