"""The numbers of a respaced diffusion with learned variance, for MaskGen's continuous tokens.

Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models" (arXiv 2102.09672),
sections 3.1 (variance), 3.2 (cosine course) and 4 (respacing). All tables are float64.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

TRAINED_STEPS = 1000
LARGEST_BETA = 0.999

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DiffusionTables:
    """One entry a step, from the least noisy on: times among the 1000 trained, betas, products of
    (1 - beta), and the log variances between which the network chooses."""

    times: tuple[int, ...]
    betas: Table
    alphas_cumprod: Table
    posterior_log_variance: Table

    @property
    def steps(self) -> int:
        return len(self.times)

    @classmethod
    def respaced(cls, steps: int) -> "DiffusionTables":
        """`steps` of the 1000, evenly from the first to the last."""
        stride = (TRAINED_STEPS - 1) / (steps - 1)
        times = tuple(round(index * stride) for index in range(steps))
        products = np.cumprod(1 - _cosine_betas())[list(times)]
        before = np.append(1.0, products[:-1])
        betas = 1 - products / before
        variance = betas * (1 - np.append(1.0, np.cumprod(1 - betas)[:-1])) / (1 - products)
        # The first step's posterior has no spread; its neighbour's stands in.
        clipped = np.append(variance[1], variance[1:])
        return cls(times, betas, np.cumprod(1 - betas), np.log(clipped))

    def earlier(
        self, x: Tensor, error: Tensor, variance: Tensor, step: int, noise: Tensor
    ) -> Tensor:
        """x (M, Z) one step less noisy. error, variance (M, Z): the network's two outputs, the
        latter in -1..1 between the two log variances; noise (M, Z), unused in the last step."""
        product = float(self.alphas_cumprod[step])
        before = float(self.alphas_cumprod[step - 1]) if step else 1.0
        beta = float(self.betas[step])
        start = _root(1 / product) * x - _root(1 / product - 1) * error
        mean = (
            beta * math.sqrt(before) / (1 - product) * start
            + (1 - before) * math.sqrt(1 - beta) / (1 - product) * x
        )
        if step == 0:
            return mean
        share = (variance + 1) / 2
        low, high = float(self.posterior_log_variance[step]), math.log(beta)
        return mean + torch.exp((share * high + (1 - share) * low) / 2) * noise


def _cosine_betas() -> Table:
    shares = np.arange(TRAINED_STEPS + 1) / TRAINED_STEPS
    left = np.cos((shares + 0.008) / 1.008 * np.pi / 2) ** 2
    betas: Table = np.minimum(1 - left[1:] / left[:-1], LARGEST_BETA)
    return betas


def _root(value: float) -> float:
    """Rounded as the float32 tables of published samplers are."""
    return float(np.float32(math.sqrt(value)))
