"""Prompts: how much of one a text encoder reads, and wildcards that a seed decides."""

import re
from dataclasses import dataclass
from itertools import count

import numpy as np

CHOICE = re.compile(r"\{([^{}|]*\|[^{}]*)\}")
"""An innermost `{this|that}`; braces without a bar are ordinary characters.

Only the first bar ends the first part, so that a hundred thousand bars are read in one go.
"""
MOST_NESTED = 40


@dataclass(frozen=True, slots=True)
class PromptLength:
    """tokens: text tokens of the whole prompt, start and end marks included.

    most: how many are read; 0 = any number. kept: characters of the prompt that are read whole.
    """

    tokens: int
    most: int
    kept: int

    @property
    def truncated(self) -> bool:
        return 0 < self.most < self.tokens


def resolved(prompt: str, seed: int) -> str:
    """The prompt with one of the words in every `{this|that}`, drawn from (seed, place) alone.

    Choices may be empty and may hold choices, MOST_NESTED deep (beyond that, braces are ordinary
    characters); a prompt without any comes back as it is.
    """
    places = count()

    def drawn(found: re.Match[str]) -> str:
        words = found[1].split("|")
        return words[int(np.random.default_rng([seed, next(places)]).integers(len(words)))].strip()

    if not has_choices(prompt):
        return prompt
    for _depth in range(MOST_NESTED):
        prompt = CHOICE.sub(drawn, prompt)
    return " ".join(prompt.split())


def has_choices(prompt: str) -> bool:
    """Whether another seed could make another prompt of it."""
    return CHOICE.search(prompt) is not None
