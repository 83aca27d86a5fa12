"""What every text encoder offers."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from engine.values.prompts import PromptLength


@dataclass(frozen=True, slots=True, eq=False)
class Conditioning:
    """pooled (F,): projected, L2-normalised. hidden (T, D): states after the last norm.

    So it is with the house's own towers; published backends may ask for another form. last (T, D):
    states after the last norm, where `hidden` are others.
    """

    pooled: Tensor
    hidden: Tensor
    last: Tensor | None = None

    @property
    def for_pictures(self) -> Tensor:
        """(T, D): what a tokenizer that draws with the text at hand reads."""
        return self.hidden if self.last is None else self.last


class TextEncoder(Protocol):
    """Prompts -> Conditioning; the same prompt gives the same object while it is remembered."""

    @property
    def has_image_tower(self) -> bool:
        """Whether image_feature may be called."""
        ...

    def encode(self, prompt: str) -> Conditioning:
        """Features of a prompt; what does not fit the context is cut off (see truncated)."""
        ...

    def null(self, token_id: int) -> Conditioning:
        """Features of the null prompt: one token id at every position."""
        ...

    def length(self, prompt: str) -> PromptLength:
        """How many text tokens the prompt has, and how much of it is read."""
        ...

    def image_feature(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) float in 0..1 -> (B, F), L2-normalised; needs an image tower."""
        ...
