"""Which candidate fits best: how likely the kept tokens find it, and how near the prompt it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from engine.generators.base import DecodeInputs, Generator
from engine.text.base import TextEncoder
from engine.values.state import DecodeState

Ranking = Literal["likelihood", "similarity", "both"]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """(n,) per candidate, comparable within one job only; None: not looked at.

    likelihood: mean log-likelihood of the kept tokens. similarity: cosine of picture and prompt in
    the towers' space.
    """

    likelihood: Scores | None
    similarity: Scores | None

    def by(self, ranking: Ranking) -> "Fit":
        """Only what this ranking looks at."""
        return Fit(
            None if ranking == "similarity" else self.likelihood,
            None if ranking == "likelihood" else self.similarity,
        )

    @property
    def scores(self) -> Scores:
        """(n,), higher is better: the sum of the parts' z-scores over the candidates."""
        parts = [part for part in (self.likelihood, self.similarity) if part is not None]
        if not parts:
            raise ValueError("nothing was looked at to rank by")
        total: Scores = np.sum([_standardised(part) for part in parts], axis=0)
        return total


def joined(fits: Sequence[Fit]) -> Fit:
    """One after the other, of candidates that were looked at in turns."""
    likelihoods = [each.likelihood for each in fits if each.likelihood is not None]
    similarities = [each.similarity for each in fits if each.similarity is not None]
    return Fit(
        np.concatenate(likelihoods) if likelihoods else None,
        np.concatenate(similarities) if similarities else None,
    )


def fit(
    generator: Generator,
    text: TextEncoder,
    *,
    by: Ranking,
    states: tuple[DecodeState, ...],
    inputs: DecodeInputs,
    squares: NDArray[np.uint8],
) -> Fit:
    """Of finished states and their pictures, squares (n, S, S, 3).

    Without an image tower the likelihood alone is left, whatever was asked for.
    """
    sees = text.has_image_tower
    likely = None if by == "similarity" and sees else _likelihood(generator, states, inputs)
    similar = None if by == "likelihood" or not sees else _similarity(text, inputs, squares)
    return Fit(likely, similar)


def _likelihood(
    generator: Generator, states: tuple[DecodeState, ...], inputs: DecodeInputs
) -> Scores:
    return np.array(generator.kept_log_likelihood(states, inputs), np.float64)


def _similarity(text: TextEncoder, inputs: DecodeInputs, squares: NDArray[np.uint8]) -> Scores:
    images = torch.from_numpy(np.ascontiguousarray(squares)).permute(0, 3, 1, 2).float() / 255
    similar = text.image_feature(images).float() @ inputs.condition.pooled.float()
    return similar.cpu().numpy().astype(np.float64)


def _standardised(values: Scores) -> Scores:
    centred = values - values.mean()
    spread = float(values.std())
    return centred / spread if spread > 1e-9 else np.zeros_like(centred)
