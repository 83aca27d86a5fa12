"""The latent's prior and posterior, fitted in closed form before the transformer is trained.

Learnt along with the transformer they collapse: at first a latent is nearly all noise, the
transformer learns to do without, and then nothing is left to gain (0.004 nats were measured after
40,000 pictures). Fitted, the latent says at once what the text leaves open, such as an object's
place and size, which draws made in parallel cannot agree on by themselves.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from engine.generators.lformer.network import Lformer
from engine.training.tokenised import TokenisedScenes

Pooled = Callable[[list[str]], Tensor]
"""Captions -> pooled text features (B, F), L2-normalised."""

SCENES_FITTED = 4096
NOISE = 0.1
"""Variance of the posterior in the dimensions that say something; their means have the rest."""
CONTEXT_STD = 0.06
"""Of the weights that bring the latent into the context: three times the usual."""


def fit_latent(network: Lformer, scenes: TokenisedScenes, pooled: Pooled, dimensions: int) -> None:
    """Set `linear_mu_z`, `linear_log_var` and `linear_mu_c`, and freeze them.

    The prior's mean is the best linear guess of a picture's feature from the text's; what the guess
    leaves over is turned onto its principal axes, of which the first `dimensions` are scaled to the
    prior's unit variance. So draws from the prior look like the latents of pictures of that text.
    The other dimensions are pure noise.
    """
    rows = np.random.default_rng(5).permutation(len(scenes.ids))[:SCENES_FITTED]
    features = torch.from_numpy(scenes.features[rows].astype(np.float64))  # M F
    # What some captions leave open and others say is the text's to decide: fitted to short captions
    # the latent spoke of the ground's colour, and then overruled the prompt.
    captions = [max(scenes.said[row].all, key=len) for row in map(int, rows)]
    text = torch.cat([pooled(captions[i : i + 256]) for i in range(0, len(rows), 256)]).double()
    guess, constant = _ridge(text.cpu(), features)
    left_over = features - text.cpu() @ guess - constant
    _, spread, axes = torch.linalg.svd(left_over - left_over.mean(0), full_matrices=False)
    spread = spread[:dimensions] / len(rows) ** 0.5
    turn = torch.zeros(features.shape[1], features.shape[1], dtype=torch.float64)
    turn[:dimensions] = axes[:dimensions] * ((1 - NOISE) ** 0.5 / spread)[:, None]
    centre = turn @ features.mean(0)
    log_variance = torch.zeros(features.shape[1])
    log_variance[:dimensions] = torch.tensor(NOISE).log()
    _set(network.linear_mu_z, turn, -centre)
    _set(network.linear_mu_c, turn @ guess.T, turn @ constant - centre)
    _set(network.linear_log_var, torch.zeros_like(turn), log_variance)
    _open(network)


@torch.no_grad()
def _open(network: Lformer) -> None:
    """The usual small weights would hand on a thousandth of the latent: let it through at full."""
    generator = torch.Generator().manual_seed(0)
    for layer in network.latent_to_w:
        if isinstance(layer, torch.nn.Linear):
            torch.nn.init.kaiming_normal_(layer.weight, a=0.01, generator=generator)
    of_latent = network.linear_ctx.weight[:, network.config.condition_width :]
    torch.nn.init.normal_(of_latent, std=CONTEXT_STD, generator=generator)


def _ridge(inputs: Tensor, outputs: Tensor) -> tuple[Tensor, Tensor]:
    """Weights (F, F) and constant (F,) of the linear guess, slightly pulled towards zero."""
    bare = inputs - inputs.mean(0)
    pull = 1e-3 * bare.square().sum(0).mean()
    eye = torch.eye(inputs.shape[1], dtype=inputs.dtype)
    weights = torch.linalg.solve(bare.T @ bare + pull * eye, bare.T @ (outputs - outputs.mean(0)))
    return weights, outputs.mean(0) - inputs.mean(0) @ weights


@torch.no_grad()
def _set(layer: torch.nn.Linear, weight: Tensor, bias: Tensor) -> None:
    layer.weight.copy_(weight)
    layer.bias.copy_(bias)
    layer.requires_grad_(False)
