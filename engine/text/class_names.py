"""Prompts for generators that know ImageNet's classes only: the class that a prompt names."""

import difflib
import re

import open_clip
import torch
from torch import Tensor

from engine.text.base import Conditioning
from engine.values.errors import BadInput
from engine.values.prompts import PromptLength

WORDS = re.compile(r"[\w']+")


class ClassNameEncoder:
    """TextEncoder without a network. pooled (1,): the class's number, `count` for "any class".

    A prompt is a class's number or its name, or a sentence in which the name occurs.
    """

    def __init__(self, names: tuple[str, ...] | None = None) -> None:
        self.names = tuple(open_clip.IMAGENET_CLASSNAMES) if names is None else names

    @property
    def has_image_tower(self) -> bool:
        return False

    def encode(self, prompt: str) -> Conditioning:
        """BadInput when no class is named; it suggests some. An empty prompt means any class."""
        return _numbered(self._class_of(prompt) if prompt.strip() else len(self.names))

    def null(self, token_id: int) -> Conditioning:  # noqa: ARG002 - there are no word pieces
        return _numbered(len(self.names))

    def length(self, prompt: str) -> PromptLength:
        """Words; there is no limit, as only the class that is named counts."""
        return PromptLength(len(WORDS.findall(prompt)), 0, len(prompt))

    def image_feature(self, images: Tensor) -> Tensor:  # noqa: ARG002 - there is no tower
        raise ValueError("class names come without an image tower")

    def _class_of(self, prompt: str) -> int:
        asked = prompt.strip().lower()
        if asked.isdecimal() and int(asked) < len(self.names):
            return int(asked)
        words = WORDS.findall(asked)
        named = [
            (len(name), -index)
            for index, name in enumerate(self.names)
            if _occurs(WORDS.findall(name.lower()), words)
        ]
        if named:
            return -max(named)[1]  # the longest name says most; of equals the first
        near = difflib.get_close_matches(asked, self.names, n=3, cutoff=0.3)
        raise BadInput(
            f"This generator knows ImageNet's classes only, and none is called {prompt!r}.",
            f"Try {', '.join(near)}." if near else "Name one of them, such as 'goldfish'.",
        )


def _occurs(name: list[str], words: list[str]) -> bool:
    """Whether the words of a name stand in a row."""
    return any(words[at : at + len(name)] == name for at in range(len(words) - len(name) + 1))


def _numbered(number: int) -> Conditioning:
    return Conditioning(torch.tensor([float(number)]), torch.zeros(0, 1))
