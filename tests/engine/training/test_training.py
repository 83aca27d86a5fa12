"""Losses against known values."""

import torch

from engine.training.losses import contrastive_loss, kl_divergence


def test_divergence_is_that_of_the_two_normals() -> None:
    mean, log_variance, prior = torch.randn(3, 4, 5)
    exact = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, (log_variance / 2).exp()),
        torch.distributions.Normal(prior, torch.ones_like(prior)),
    ).sum(1)
    assert torch.allclose(kl_divergence(mean, log_variance, prior), exact, atol=1e-5)


def test_contrastive_loss_prefers_the_right_pairs() -> None:
    features = torch.eye(4)
    right = contrastive_loss(features, features, torch.tensor(10.0))
    wrong = contrastive_loss(features, features.roll(1, 0), torch.tensor(10.0))
    assert right < 0.01 < 5 < wrong
