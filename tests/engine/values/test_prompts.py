"""Wildcards: a seed decides, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.prompts import PromptLength, has_choices, resolved

SEEDS = range(40)


@given(st.text(alphabet="ab {}|", max_size=30), st.integers(0, 2**31 - 1))
def test_nothing_is_left_to_choose_and_a_seed_repeats_itself(prompt: str, seed: int) -> None:
    told = resolved(prompt, seed)
    assert not has_choices(told)
    assert resolved(prompt, seed) == told
    assert has_choices(prompt) or told == prompt


def test_every_choice_comes_up() -> None:
    told = {resolved("a {red|blue|} apple on {grass|sand}", seed) for seed in SEEDS}
    assert told == {
        f"a {color}apple on {ground}"
        for color in ("red ", "blue ", "")
        for ground in ("grass", "sand")
    }


def test_choices_nest() -> None:
    told = {resolved("{a {small|big} cat|a dog}", seed) for seed in SEEDS}
    assert told == {"a small cat", "a big cat", "a dog"}


def test_choices_of_one_prompt_are_drawn_apart() -> None:
    assert {resolved("{a|b} {a|b}", seed) for seed in SEEDS} == {"a a", "a b", "b a", "b b"}


def test_plain_braces_stay() -> None:
    assert resolved("a {red}  apple", 3) == "a {red}  apple"


def test_a_prompt_without_a_limit_is_never_cut() -> None:
    assert not PromptLength(500, 0, 900).truncated
    assert PromptLength(17, 16, 40).truncated and not PromptLength(16, 16, 40).truncated


@pytest.mark.parametrize(
    "prompt",
    ["{" + "|" * 100_000, "{" * 50_000 + "|" * 50_000, "{a|" * 25_000 + "b" + "}" * 25_000],
    ids=["bars", "braces and bars", "nested"],
)
def test_a_hundred_thousand_marks_take_no_time(prompt: str) -> None:
    """Ten minutes of a frozen window, before choices were read in one go."""
    began = time.process_time()
    told = resolved(prompt, 3)
    assert time.process_time() - began < 5
    assert len(told) <= len(prompt)
