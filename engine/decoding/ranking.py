"""Which candidate fits best: how likely the kept tokens find it, and how near the prompt it is."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from engine.generators.base import DecodeInputs, Generator
from engine.text.base import Conditioning, TextEncoder
from engine.values.state import DecodeState

Ranking = Literal["seed", "likelihood", "similarity", "both"]
"""What candidates are ordered by; seed: as they were drawn."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """(n,) per candidate, comparable within one job only.

    likelihood: mean log-likelihood of the kept tokens. similarity: cosine of picture and prompt in
    the towers' space, None where no image tower is loaded.
    """

    likelihood: Scores
    similarity: Scores | None

    def scores(self, ranking: Ranking) -> Scores:
        """Higher is better. Parts count alike, by their z-scores over the candidates."""
        zero = np.zeros_like(self.likelihood)
        similarity = zero if self.similarity is None else _standardised(self.similarity)
        match ranking:
            case "seed":
                return zero
            case "likelihood":
                return _standardised(self.likelihood)
            case "similarity":
                return similarity
            case "both":
                return _standardised(self.likelihood) + similarity


def fit(
    generator: Generator,
    text: TextEncoder,
    *,
    states: tuple[DecodeState, ...],
    inputs: DecodeInputs,
    squares: NDArray[np.uint8],
) -> Fit:
    """Of finished states and their pictures, squares (n, S, S, 3)."""
    likelihood = np.array(generator.kept_log_likelihood(states, inputs), np.float64)
    similar = _similarity(text, inputs.condition, squares) if text.has_image_tower else None
    return Fit(likelihood, similar)


def _similarity(text: TextEncoder, condition: Conditioning, squares: NDArray[np.uint8]) -> Scores:
    images = torch.from_numpy(np.ascontiguousarray(squares)).permute(0, 3, 1, 2).float() / 255
    similar = text.image_feature(images).float() @ condition.pooled.float()
    return similar.cpu().numpy().astype(np.float64)


def _standardised(values: Scores) -> Scores:
    centred = values - values.mean()
    spread = float(values.std())
    return centred / spread if spread > 1e-9 else np.zeros_like(centred)
