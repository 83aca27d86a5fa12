"""MaskGen's steps, courses and box edits, where they go beyond what every generator promises."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.generators.base import DecodeInputs, Surroundings
from engine.generators.maskgen import unmasking
from engine.generators.maskgen.blending import BlendPolicy, relevant_sites
from engine.generators.maskgen.generator import MaskGenGenerator
from engine.generators.maskgen.schedule import GuidanceCourse, Schedule, still_masked
from engine.text.class_names import ClassNameEncoder
from engine.tokenizers.titok_tokenizer import TiTokTokenizer
from engine.values.errors import BadInput
from engine.values.params import SamplingParams
from engine.values.state import DecodeState
from engine.values.tokens import TokenMap
from tests.tiny_lformer import tiny_prompt
from tests.tiny_maskgen import (
    CODEBOOK,
    IMAGE_SIDE,
    TOKENS,
    tiny_generator,
    tiny_spec,
    tiny_tokenizer,
)

COURSES: tuple[GuidanceCourse, ...] = ("constant", "linear", "rising", "cosine", "power-cosine")


def picture(seed: int = 0) -> NDArray[np.uint8]:
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (IMAGE_SIDE, IMAGE_SIDE, 3)).astype(np.uint8)


def surroundings(seed: int = 0) -> Surroundings:
    """The left half of a picture is the box."""
    shown = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.float32)
    shown[:, : IMAGE_SIDE // 2] = 1
    return Surroundings(picture(seed), shown)


def edit_inputs(editable: NDArray[np.bool_], around: Surroundings | None) -> DecodeInputs:
    ids = np.arange(TOKENS, dtype=np.int32) % CODEBOOK
    return DecodeInputs(
        tiny_prompt(1),
        tiny_prompt(2),
        SamplingParams(guidance_scale=2),
        (5, 6),
        TokenMap(ids, tiny_spec().layout, CODEBOOK),
        editable,
        around,
    )


def path_of(generator: MaskGenGenerator, inputs: DecodeInputs) -> list[tuple[DecodeState, ...]]:
    path = [generator.begin(inputs)]
    for _ in generator.steps(inputs):
        path.append(generator.step(path[-1], inputs))
    return path


@pytest.mark.parametrize("course", COURSES)
def test_guidance_off_is_off_at_every_step_and_never_passes_its_scale(
    course: GuidanceCourse,
) -> None:
    schedule = Schedule(8, course, 1.0, power=3.0 if course == "power-cosine" else 1.0)
    assert [schedule.guidance_scale(step, 8, 1.0) for step in range(8)] == [1.0] * 8
    for scale in (1.3, 2.0, 13.0):
        scales = [schedule.guidance_scale(step, 8, scale) for step in range(8)]
        assert scales == sorted(scales)
        assert scales[0] >= 1 and scales[-1] <= scale + 1e-9


@given(st.integers(1, 200), st.integers(1, 70))
def test_every_step_unmasks_something_and_the_last_all(sites: int, steps: int) -> None:
    steps, masked = min(steps, sites), sites
    for step in range(steps):
        left = still_masked(masked, step, steps, sites)
        assert left < masked
        masked = left
    assert masked == 0


def test_gumbel_noise_has_its_distribution() -> None:
    noise = unmasking.gumbel(torch.rand(200_000, generator=torch.Generator().manual_seed(0)))
    assert noise.mean().item() == pytest.approx(0.5772, abs=0.01)
    assert noise.var().item() == pytest.approx(np.pi**2 / 6, abs=0.03)
    assert unmasking.gumbel(torch.tensor([0.0, 1.0])).isfinite().all()


def test_the_least_sure_stay_masked_each_row_by_its_own_count() -> None:
    logits = torch.tensor([[[3.0, 1.0], [0.0, 2.0], [5.0, 9.0]]]).repeat(2, 1, 1)
    drawn, unknown = torch.tensor([[0, 1, 0]] * 2), torch.tensor([[True, True, False]] * 2)
    sure = unmasking.confidence(logits, drawn, unknown, 0.0)
    assert sure.tolist() == [[3.0, 2.0, np.inf]] * 2
    stays = unmasking.stays_masked(sure, torch.tensor([1, 0]))
    assert stays.tolist() == [[False, True, False], [False, False, False]]


def test_steps_are_never_more_than_tokens_to_draw() -> None:
    generator = tiny_generator()
    few = np.zeros(TOKENS, bool)
    few[:3] = True
    inputs = edit_inputs(few, None)
    assert generator.steps(inputs) == range(3)
    many = replace(inputs, editable=np.ones(TOKENS, bool), params=SamplingParams(steps=4))
    assert generator.steps(many) == range(4)
    assert generator.steps(replace(many, params=SamplingParams(steps=99))) == range(TOKENS)
    unknown = [int((~state[0].tokens.known).sum()) for state in path_of(generator, inputs)]
    assert unknown == [3, 2, 1, 0]


def test_temperature_nothing_draws_the_likeliest_whatever_the_seed() -> None:
    generator = tiny_generator()
    inputs = replace(
        edit_inputs(np.ones(TOKENS, bool), None), params=SamplingParams(temperature=0.0)
    )
    first, second = path_of(generator, inputs)[-1]
    assert first == second


def test_every_step_has_a_whole_picture_to_show() -> None:
    generator = tiny_generator()
    path = path_of(generator, edit_inputs(np.ones(TOKENS, bool), None))
    for states in path[1:]:
        for state in states:
            assert state.draft is not None
            assert ((state.draft >= 0) & (state.draft < CODEBOOK)).all()
            known = state.tokens.known
            assert np.array_equal(state.draft[known], state.tokens.ids[known])


def test_relevance_is_the_share_of_the_attention_and_picks_that_many_sites() -> None:
    tokenizer, around = tiny_tokenizer(), surroundings()
    relevance = tokenizer.relevance(around.picture, around.shown)
    everything = tokenizer.relevance(around.picture, np.ones_like(around.shown))
    rest = tokenizer.relevance(around.picture, 1 - around.shown)
    np.testing.assert_allclose(everything, 1, atol=1e-5)
    np.testing.assert_allclose(relevance + rest, 1, atol=1e-5)
    assert relevance.std() > 0.001
    chosen = relevant_sites(tokenizer, around, 0.25)
    assert chosen.sum() == 3
    assert relevance[chosen].min() >= relevance[~chosen].max()


def test_tokens_that_mix_all_latents_are_all_redrawn() -> None:
    tokenizer = tiny_tokenizer()
    config = replace(tokenizer.network.config, scrambles=True)
    tokenizer.network.config = config
    assert relevant_sites(TiTokTokenizer(tokenizer.network), surroundings(), 0.25).all()


def test_kept_tokens_are_read_anew_from_the_blended_picture() -> None:
    generator = tiny_generator(blends=True, policy=BlendPolicy(strength=0.5, blend_steps=2))
    around = surroundings()
    editable = generator.sites_for(around)
    assert editable.sum() == TOKENS // 2
    inputs = edit_inputs(editable, around)
    path = path_of(generator, inputs)
    assert inputs.source is not None
    for step, states in enumerate(path):
        for state in states:
            kept = state.tokens.ids[~editable]
            assert (kept >= 0).all()
            if step < 2:
                assert np.array_equal(kept, inputs.source.ids[~editable])
    assert not np.array_equal(path[2][0].tokens.ids[~editable], inputs.source.ids[~editable])
    still = tiny_generator(blends=True, policy=BlendPolicy(strength=0.5, blend_steps=0))
    for state in path_of(still, inputs)[-1]:
        assert np.array_equal(state.tokens.ids[~editable], inputs.source.ids[~editable])


@pytest.mark.parametrize("wrong", [{"strength": 0.0}, {"strength": 1.1}, {"blend_steps": -1}])
def test_an_impossible_policy_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="is none"):
        BlendPolicy(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("prompt", "number"),
    [
        ("7", 7),
        ("Goldfish", 1),
        ("a photo of a tiger shark in the sea", 3),
        ("great white shark!", 2),
        ("", 1000),
    ],
)
def test_prompts_name_classes(prompt: str, number: int) -> None:
    assert ClassNameEncoder().encode(prompt).pooled.tolist() == [float(number)]


def test_an_unknown_class_gets_suggestions() -> None:
    with pytest.raises(BadInput, match="goldfish"):
        ClassNameEncoder().encode("goldfisch")
