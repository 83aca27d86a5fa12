"""From logits to tokens: guidance, filters, and draws that depend on (seed, step) alone.

Axes: B candidates, S sites of this step, K codebook.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.values.lens import TokenLens
from engine.values.params import SamplingParams

BEFORE_FIRST_STEP = -1
"""The step whose draws are those made once per picture."""


def is_guided(params: SamplingParams) -> bool:
    """Whether the null prompt's logits are needed."""
    return params.guidance_scale != 1


def guided(conditional: Tensor, unconditional: Tensor, scale: float) -> Tensor:
    """uncond + g (cond - uncond)."""
    return unconditional + scale * (conditional - unconditional)


def step_random(seed: int, step: int) -> torch.Generator:
    """A CPU generator that knows nothing but (seed, step)."""
    # Mixed, because neighbouring seeds of the Mersenne twister start out alike.
    mixed = np.random.SeedSequence((seed, step + 1)).generate_state(1)[0]
    return torch.Generator().manual_seed(int(mixed))


def drawn(logits: Tensor, params: SamplingParams, seeds: Sequence[int], step: int) -> Tensor:
    """Logits (B, S, K) -> ids (B, S) int64, row i drawn with the i-th seed; sites independently."""
    if params.temperature == 0:
        return logits.argmax(-1)
    return StepDraws(seeds, step).ids(token_weights(logits, params))


def lens_of(logits: Tensor, tokens: Tensor, params: SamplingParams, alternatives: int) -> TokenLens:
    """Guided logits (S, K) and the sites' tokens (S,) int64 -> a lens of these S sites.

    Temperature 0 has but one token a site; it is looked at as if it were 1.
    """
    chances = (logits.float() / (params.temperature or 1.0)).softmax(-1)
    best = chances.topk(min(alternatives, chances.shape[-1]), dim=-1)
    return TokenLens(
        chances.gather(-1, tokens[:, None])[:, 0].cpu().numpy(),
        best.indices.int().cpu().numpy(),
        best.values.cpu().numpy(),
    )


class StepDraws:
    """All draws of one step, one after the other; row i draws with the i-th seed."""

    def __init__(self, seeds: Sequence[int], step: int) -> None:
        self._generators = [step_random(seed, step) for seed in seeds]

    def chances(self, sites: int) -> Tensor:
        """(B, S) in [0, 1)."""
        return torch.stack([torch.rand(sites, generator=random) for random in self._generators])

    def ids(self, weights: Tensor) -> Tensor:
        """Weights (B, S, K) -> ids (B, S) int64."""
        return inverse_draw(weights, self.chances(weights.shape[1]).to(weights.device))


def token_weights(
    logits: Tensor, params: SamplingParams, cut: Callable[[Tensor, float], Tensor] | None = None
) -> Tensor:
    """Logits (..., K) -> weights of a draw, not normalised: temperature, top-k, softmax, top-p.

    cut: the form of top-p, below_top_p unless told.
    """
    logits = logits.float() / params.temperature
    codebook_size = logits.shape[-1]
    if 0 < params.top_k < codebook_size:
        logits = without_rest(logits, params.top_k)
    weights = logits.softmax(-1)
    return (cut or below_top_p)(weights, params.top_p) if params.top_p < 1 else weights


def without_rest(logits: Tensor, top_k: int) -> Tensor:
    """All but the `top_k` likeliest become -inf; ties with the last of them stay."""
    least = logits.topk(top_k, dim=-1).values[..., -1:]
    return logits.masked_fill(logits < least, -torch.inf)


def below_top_p(probabilities: Tensor, top_p: float) -> Tensor:
    """Tokens whose cumulative probability, their own included, exceeds `top_p` become 0.

    The token that crosses the line goes too, unlike in most libraries; the likeliest one stays,
    and ties with the last that does.
    """
    ordered = descending(probabilities)
    return without_lesser(probabilities, ordered, ordered.cumsum(-1) <= top_p)


def descending(probabilities: Tensor) -> Tensor:
    """(..., K) sorted, the likeliest first."""
    if probabilities.device.type == "cpu":
        # A quarter of torch's time, which sorts the places along with the numbers.
        return torch.from_numpy(np.sort(probabilities.numpy())).flip(-1)
    return probabilities.sort(dim=-1, descending=True).values


def without_lesser(probabilities: Tensor, ordered: Tensor, kept: Tensor) -> Tensor:
    """0 where (..., K) is less than the last kept one of the ordered; the first is always kept."""
    count = kept.sum(-1, keepdim=True).clamp_min(1)
    return probabilities.masked_fill(probabilities < ordered.gather(-1, count - 1), 0)


def covering_top_p(probabilities: Tensor, top_p: float) -> Tensor:
    """As below_top_p, but the token that crosses the line stays, so what is kept covers `top_p`."""
    ordered = descending(probabilities)
    dropped = ordered.flip(-1).cumsum(-1) <= 1 - top_p
    return without_lesser(probabilities, ordered, ~dropped.flip(-1))


def inverse_draw(weights: Tensor, chances: Tensor) -> Tensor:
    """Weights (..., K) and numbers (...) in [0, 1) -> ids (...): the cumulative sum inverted.

    One number a site instead of one a token keeps the draw cheap to make on the CPU.
    """
    cumulative = weights.cumsum(-1)
    # Slightly less than 1, so that rounding never reaches the total, past the last token.
    threshold = chances[..., None] * cumulative[..., -1:] * (1 - 1e-6)
    return torch.searchsorted(cumulative, threshold, right=True)[..., 0]
