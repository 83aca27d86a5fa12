"""Who says what a picture shows: anything that ranks the taught things by how well they fit."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from engine.quality.judge import Judges
from engine.text.base import TextEncoder
from engine.training.captions import CONCEPT_OF, with_article
from engine.values.errors import BadInput
from engine.values.jobs import Pixels


class Scorer(Protocol):
    """Knows a list of concepts by their bank names."""

    @property
    def title(self) -> str:
        """For tables: who scored."""
        ...

    @property
    def concepts(self) -> tuple[str, ...]:
        """What the numbers of `ranked` stand for."""
        ...

    def ranked(self, pictures: Sequence[Pixels]) -> NDArray[np.int64]:
        """Pictures (H, W, 3) of one size -> (B, C): numbers of concepts, the likeliest first."""
        ...


class JudgeScorer:
    """The judge, which has no part in what it measures."""

    title = "the judge"

    def __init__(self, judge: Judges) -> None:
        self.concepts = judge.labels.concepts
        self._judge = judge

    def ranked(self, pictures: Sequence[Pixels]) -> NDArray[np.int64]:
        return self._judge.look(pictures).concepts


class TowersScorer:
    """The generator's own text and image towers: at hand, but no stranger to what they led.

    Their ranking of candidates must look better to them than it is. BadInput for towers without
    eyes.
    """

    title = "the generator's own towers"

    def __init__(self, text: TextEncoder, concepts: Sequence[str]) -> None:
        if not text.has_image_tower:
            raise BadInput(
                "The towers of this generator cannot see pictures.", "Name a judge with --judge."
            )
        self.concepts = tuple(concepts)
        self._text = text
        prompts = [with_article(CONCEPT_OF[name].nouns[0]) for name in concepts]
        self._prompts = torch.stack([text.encode(prompt).pooled.float() for prompt in prompts])

    def ranked(self, pictures: Sequence[Pixels]) -> NDArray[np.int64]:
        images = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
        similar = self._text.image_feature(images).float() @ self._prompts.T
        numbers: NDArray[np.int64] = similar.argsort(dim=1, descending=True).cpu().numpy()
        return numbers


def places(ranked: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """(B, C) numbers, likeliest first -> (B,): at which place a number stands, 1 = first."""
    found: NDArray[np.int64] = (ranked == number).argmax(axis=1)
    return found + 1
