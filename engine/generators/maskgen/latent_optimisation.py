"""Test-time optimisation of a picture's latents against any objective on its pixels.

Beyer et al., "Highly Compressed Tokenizer Can Generate Without Training" (arXiv 2506.08257): Adam
on the tokenizer's latents before they are quantised, gradients passed straight through the
codebook, with fading noise, a pull to the start, averaged latents and, for boxes, the known pixels
put back every few steps. Slow: a decode and its gradient a step.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.tokenizers.titok import TiTok


@dataclass(frozen=True, slots=True)
class OptimisationConfig:
    """noise: of the latents, falling to 0 at two thirds. pull: weight of the mean squared distance
    to the start. average: decay of the averaged latents. reset_steps: 0 = never."""

    steps: int = 300
    learning_rate: float = 0.1
    noise: float = 0.02
    pull: float = 0.02
    average: float = 0.95
    reset_steps: int = 15


@dataclass(frozen=True, slots=True, eq=False)
class OptimisationStep:
    """stepped, averaged (B, Z, 1, N): latents after the step and their running mean. losses (B,),
    pictures (B, 3, S, S), ids (B, N): of the decode that the step looked at. reset: latents of
    the composite, where the step ends with one."""

    stepped: Tensor
    averaged: Tensor
    losses: Tensor
    pictures: Tensor
    ids: Tensor
    reset: Tensor | None


def optimised(
    network: TiTok,
    start: Tensor,
    *,
    objective: Callable[[Tensor], Tensor],
    composite: Callable[[Tensor], Tensor],
    noise_of: Callable[[int], Tensor],
    config: OptimisationConfig,
) -> Iterator[OptimisationStep]:
    """Steps from the latents `start` (B, Z, 1, N); the result is the last step's `averaged`.

    objective: pictures (B, 3, S, S) -> losses (B,). composite: pictures -> pictures with what is
    known put back. noise_of: step -> standard normal noise like the latents.
    """
    latents = start.detach().clone().requires_grad_(True)
    adam = torch.optim.Adam([latents], lr=config.learning_rate)
    averaged = latents.detach().clone()
    for step in range(config.steps):
        with torch.no_grad():
            latents.add_(noise_weight(step, config) * noise_of(step))  # it stays: a random walk
        with torch.enable_grad():
            quantised, ids, _ = network.quantize(latents)
            pictures = network.decode(quantised)
            losses = objective(pictures)
            pull = (latents - start).square().mean((1, 2, 3))
            total = (losses + config.pull * pull).sum()
        (latents.grad,) = torch.autograd.grad(total, latents)
        adam.step()
        stepped, reset = latents.detach().clone(), None
        with torch.no_grad():
            if config.reset_steps and step % config.reset_steps == 0:
                reset = network.latents(composite(pictures.detach()))
                latents.copy_(reset)
            decay = config.average if step else 0.0
            averaged = averaged.lerp(latents, 1 - decay)
        yield OptimisationStep(
            stepped, averaged, losses.detach(), pictures.detach(), ids.flatten(1), reset
        )


def noise_weight(step: int, config: OptimisationConfig) -> float:
    """Weight of the noise: half a cosine, 0 from two thirds on."""
    share = min(1.0, 1.5 * step / max(config.steps - 1, 1))
    return config.noise * (1 + math.cos(math.pi * share)) / 2
