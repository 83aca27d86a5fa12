"""The latent's layers are fitted: prior and pictures agree, and stay as they are."""

import numpy as np
import torch
from torch import Tensor

from engine.generators.lformer.network import Lformer, LformerConfig
from engine.training.latent import NOISE, fit_latent
from engine.training.tokenised import Said, TokenisedScenes

WIDTH, COUNT, DIMENSIONS = 8, 600, 3


def scenes(features: np.ndarray) -> TokenisedScenes:
    ids, extents = np.zeros((COUNT, 4), np.uint16), np.zeros((COUNT, 4), np.uint8)
    said = tuple(Said((), (str(row),)) for row in range(COUNT))
    return TokenisedScenes(ids, features.astype(np.float16), extents, said)


def test_draws_from_the_prior_are_spread_as_the_latents_of_pictures_are() -> None:
    rng = np.random.default_rng(0)
    text = rng.normal(size=(COUNT, WIDTH))
    unsaid = rng.normal(size=(COUNT, WIDTH)) * np.array([1, 0.5, 0.3, *[0.01] * 5])
    pictures = scenes(text @ rng.normal(size=(WIDTH, WIDTH)) + unsaid + 2.0)

    def pooled(captions: list[str]) -> Tensor:
        return torch.from_numpy(text[[int(caption) for caption in captions]]).float()

    config = LformerConfig(
        side=2,
        codebook_size=4,
        positions=4,
        layers=1,
        heads=1,
        width=4,
        condition_width=WIDTH,
        latent=True,
        mapping_layers=1,
    )
    network = Lformer(config)
    fit_latent(network, pictures, pooled, DIMENSIONS)
    with torch.no_grad():
        mean, log_variance = network.posterior(torch.from_numpy(pictures.features).float())
        prior = network.prior_mean(torch.from_numpy(text).float())
    spread = (mean - prior).var(0) + log_variance.exp().mean(0)
    assert torch.allclose(spread[:DIMENSIONS], torch.ones(DIMENSIONS), atol=0.1)
    assert torch.allclose(log_variance[:, :DIMENSIONS].exp(), torch.tensor(NOISE))
    # The rest says nothing: mean and prior are one, and the noise is the prior's.
    assert torch.equal(mean[:, DIMENSIONS:], torch.zeros(COUNT, WIDTH - DIMENSIONS))
    assert torch.equal(log_variance[:, DIMENSIONS:], torch.zeros(COUNT, WIDTH - DIMENSIONS))
    frozen = [name for name, weight in network.named_parameters() if not weight.requires_grad]
    assert {name.split(".")[0] for name in frozen} == {
        "linear_mu_z",
        "linear_mu_c",
        "linear_log_var",
    }
