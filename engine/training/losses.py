"""Losses of the built-in models."""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.training.config import TokenizerLossConfig


def reconstruction_loss(restored: Tensor, images: Tensor, weights: TokenizerLossConfig) -> Tensor:
    """Weighted errors of pixels, absolute and squared, and of differences to the right and down.

    (B, 3, S, S) in 0..1. The differences weigh edges, which a sprite's look hangs on and which a
    plain pixel loss blurs; the squares keep large errors rare.
    """
    pixels = F.l1_loss(restored, images)
    edges = sum(
        (F.l1_loss(restored.diff(dim=axis), images.diff(dim=axis)) for axis in (2, 3)),
        start=torch.zeros((), device=images.device),
    )
    squared = F.mse_loss(restored, images)
    return weights.pixels * pixels + weights.edges * edges + weights.squared * squared


def contrastive_loss(
    image_features: Tensor,
    text_features: Tensor,
    scale: Tensor,
    excluded: Tensor | None = None,
) -> Tensor:
    """Symmetric cross entropy over a batch of pairs (Radford et al. 2021, section 2.3).

    image_features (B, F) and text_features (B + M, F), L2-normalised; scale: the factor on the
    cosine. Text i belongs to picture i; the last M texts are further false ones for the pictures,
    which have no picture of their own (Yuksekgonul et al. 2023, section 4). excluded (B, B + M)
    bool: texts that do not count for a picture, such as those that are true of it too.
    """
    pairs = len(image_features)
    logits = scale * image_features @ text_features.t()
    if excluded is not None:
        logits = logits.masked_fill(excluded, -torch.inf)
    target = torch.arange(pairs, device=logits.device)
    of_images = F.cross_entropy(logits, target)
    return (of_images + F.cross_entropy(logits[:, :pairs].t(), target)) / 2


def kl_divergence(posterior_mean: Tensor, log_variance: Tensor, prior_mean: Tensor) -> Tensor:
    """KL(N(posterior_mean, exp(log_variance)) || N(prior_mean, 1)) in nats, (B, D) -> (B,)."""
    gap = (prior_mean - posterior_mean).square()
    return 0.5 * (log_variance.exp() + gap - 1 - log_variance).sum(1)
