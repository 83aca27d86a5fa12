"""From the network's logits to what one reverse step draws. Axes: n rows, L sites, K codebook."""

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional as F

from engine.generators import sampling
from engine.generators.vq_diffusion.schedule import Schedule, posterior
from engine.generators.vq_diffusion.steps import ReverseProcess, ReverseStep
from engine.values.params import SamplingParams


@dataclass(frozen=True, slots=True, eq=False)
class Reversal:
    """chances (n, L, K + 1), not normalised: of each id at each site, K = masked.

    order (n, L) or None: where only step.sites sites change, the chances to be among them; 0 where
    a token is known already. likeliest (n, L) in 0..K-1: what the network would have there.
    """

    chances: Tensor
    order: Tensor | None
    likeliest: Tensor


def clean_chances(logits: Tensor, params: SamplingParams) -> Tensor:
    """Guided logits (n, L, K) -> p(x0) (n, L, K) after temperature, top-k and truncation.

    Not normalised after truncation, as published. Temperature 0 leaves the likeliest token.
    """
    if params.temperature == 0:
        return F.one_hot(logits.argmax(-1), logits.shape[-1]).float()
    logits = logits.float() / params.temperature
    if 0 < params.top_k < logits.shape[-1]:
        logits = sampling.without_rest(logits, params.top_k)
    probabilities = logits.softmax(-1)
    return truncated(probabilities, params.top_p) if params.top_p < 1 else probabilities


def truncated(probabilities: Tensor, rate: float) -> Tensor:
    """Tokens that are not needed to reach the sum `rate` become 0; the one that crosses it stays,
    and ties with it.

    The published truncation rate, unlike the house's top-p, which drops the crossing one.
    """
    ordered = sampling.descending(probabilities)
    before = F.pad(ordered.cumsum(-1)[..., :-1], (1, 0))
    return sampling.without_lesser(probabilities, ordered, before < rate)


def reversal(
    clean: Tensor, tokens: Tensor, step: ReverseStep, schedule: Schedule, process: ReverseProcess
) -> Reversal:
    """clean (n, L, K) = p(x0), tokens (n, L) in 0..K as the network saw them."""
    surest, likeliest = clean.max(-1)
    if not step.sites:
        chances = posterior(clean, tokens, schedule, earlier=step.earlier, later=step.later)
        return Reversal(chances, None, likeliest)
    masked = tokens == schedule.codebook_size
    weight = process.purity_weight
    if weight is None:
        return Reversal(F.pad(clean, (0, 1)), masked.float(), likeliest)
    purity = surest / surest.amax(-1, keepdim=True)
    # Relative to the surest token, so that no power comes to 0 everywhere.
    sharp = (clean / surest[..., None]) ** (1 + weight * purity)[..., None]
    return Reversal(F.pad(sharp, (0, 1)), purity * masked, likeliest)


def uncovered(order: Tensor, count: int, exponential: Tensor) -> Tensor:
    """Which sites change: (n, L) bool, `count` a row, or as many as have a chance.

    order (n, L) chances; exponential (n, L) noise: the largest quotients are a draw without
    replacement.
    """
    quotients = order / exponential
    least = quotients.topk(min(count, order.shape[-1]), dim=-1).values[:, -1:]
    return (quotients >= least) & (order > 0)
