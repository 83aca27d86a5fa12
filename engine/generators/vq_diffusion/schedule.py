"""Mask-and-replace noise and its reversal (Gu et al., arXiv 2111.14822, sections 4.1 and 4.3).

Time t = 0..T-1 is the state after t + 1 noisings, CLEAN the state before the first. A masked token
has the id K. Axes: B rows, L sites, K codebook.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

CLEAN = -1
FIRST, LAST = 9e-6, 0.99999
"""Share of masked tokens at t = 0 and T - 1 in every published schedule; linear in between."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """What noise does to a token: it becomes masked with the chance `mask`, each token of the
    codebook (its own too) with the chance `replace`, and else, with the chance `keep`, stays."""

    keep: float
    replace: float
    mask: float


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """keep, mask (T + 1,) float64: of the noise between CLEAN and each time; the last is CLEAN."""

    codebook_size: int
    keep: NDArray[np.float64]
    mask: NDArray[np.float64]

    @property
    def times(self) -> int:
        return len(self.mask) - 1

    def until(self, time: int) -> Kernel:
        """Noise between CLEAN and `time`."""
        keep, mask = float(self.keep[time]), float(self.mask[time])
        return Kernel(keep, (1 - keep - mask) / self.codebook_size, mask)

    def between(self, earlier: int, later: int) -> Kernel:
        """Noise from one time to a later one."""
        keep = float(self.keep[later] / self.keep[earlier])
        mask = float(1 - (1 - self.mask[later]) / (1 - self.mask[earlier]))
        return Kernel(keep, (1 - keep - mask) / self.codebook_size, mask)

    def time_of_share(self, masked: float) -> int:
        """The earliest time at which this share of the tokens is masked; T - 1 if none is."""
        reached = np.flatnonzero(self.mask[: self.times] >= masked)
        return int(reached[0]) if len(reached) else self.times - 1


def linear_schedule(codebook_size: int, times: int) -> Schedule:
    """The published one: nearly all noise masks, one token in a million is replaced."""
    rising = np.linspace(FIRST, LAST, times)
    falling = np.linspace(LAST, FIRST, times)
    return Schedule(codebook_size, np.append(falling, 1.0), np.append(rising, 0.0))


def noised(tokens: Tensor, kernel: Kernel, codebook_size: int, chances: Tensor) -> Tensor:
    """tokens (..., L) in 0..K after one draw of the noise; chances (..., L) float64 in [0, 1).

    Double precision, because a token is replaced for a tiny part of the chances only.
    """
    replaced = ((chances - kernel.mask) / max(kernel.replace, 1e-300)).long()
    new = torch.where(replaced < codebook_size, replaced, tokens)
    new = torch.where(chances < kernel.mask, codebook_size, new)
    return torch.where(tokens == codebook_size, tokens, new)


def noising_chain(
    tokens: Tensor, schedule: Schedule, until: int, random: torch.Generator
) -> Tensor:
    """tokens (L,) clean -> (L,) at time `until` of one chain of noisings.

    The chain depends on the generator's seed alone: a later time goes on from an earlier one.
    """
    for time in range(until + 1):
        chances = torch.rand(tokens.shape, generator=random, dtype=torch.float64)
        kernel = schedule.between(time - 1, time)
        tokens = noised(tokens, kernel, schedule.codebook_size, chances)
    return tokens


def posterior(
    clean: Tensor, tokens: Tensor, schedule: Schedule, *, earlier: int, later: int
) -> Tensor:
    """Chances of the tokens at time `earlier`, given those at `later`: (B, L, K + 1), last masked.

    clean (B, L, K): p(x0) as the network has it, of any scale, which the result keeps; tokens
    (B, L) in 0..K. Exact for any stride, for the noise between two times is of the same kind.
    """
    now, then = schedule.until(later), schedule.until(earlier)
    step = schedule.between(earlier, later)
    masked = (tokens == schedule.codebook_size)[..., None]  # B L 1
    own = tokens.clamp_max(schedule.codebook_size - 1)[..., None]  # B L 1

    # q(x_later | x0) for a token is `replace`, plus `keep` if x0 is the same: all classes are
    # divided by `replace` in the gain below, so that only the own one needs another factor.
    into_own = torch.where(masked, 1.0, now.replace / (now.replace + now.keep))
    weights = clean.scatter(-1, own, clean.gather(-1, own) * into_own)
    total = weights.sum(-1, keepdim=True)

    chances = torch.empty((*tokens.shape, schedule.codebook_size + 1), device=clean.device)
    gain = torch.where(masked, step.mask / now.mask, step.replace / now.replace)
    torch.mul(weights * then.keep + total * then.replace, gain, out=chances[..., :-1])
    out_of_own = torch.where(masked, 1.0, 1 + step.keep / step.replace)
    chances.scatter_(-1, own, chances.gather(-1, own) * out_of_own)
    # What is masked stays so in part; what is not cannot have been.
    chances[..., -1:] = torch.where(masked, then.mask / now.mask * total, 0.0)
    return chances
