"""What the Lformer trains on: tokenised scenes, captions, boxes, and the latent's posterior."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.generators.lformer.network import Lformer, LformerConfig
from engine.generators.lformer.order import l_to_raster
from engine.text.clip import OpenClipTextEncoder
from engine.training.box_examples import (
    BoxExample,
    Surroundings,
    in_other_surroundings,
    in_own_surroundings,
    pick_surroundings,
    sites_inside,
)
from engine.training.latent import fit_latent
from engine.training.loop import Metrics
from engine.training.losses import kl_divergence
from engine.training.sheet import SampleSheet
from engine.training.tokenised import Said, TokenisedScenes


class LformerTask:
    """Cross entropy of every token given the blocks before it, plus the latent's divergence.

    noise_share: of pictures whose blocks are seen through noise. What earlier blocks leave to be
    decided (where a thing begins, and which) is a few tokens of a picture, too small a share of the
    cross entropy to be learnt soon; through noise every token has to be told from the text.
    hidden_share: of pictures whose blocks are seen as if nothing stood on the ground, as they are
    when a decode comes to where a thing should begin.
    """

    def __init__(
        self,
        config: LformerConfig,
        scenes: TokenisedScenes,
        *,
        encoder: OpenClipTextEncoder,
        sheet: SampleSheet,
        text_dropout: float,
        kl_weight: float,
        latent_dimensions: int,
        edit_share: float,
        noise_share: float,
        hidden_share: float,
    ) -> None:
        self.network = Lformer(config)
        if config.latent and latent_dimensions:
            fit_latent(
                self.network,
                scenes,
                lambda captions: encoder.features(encoder.tokenize(captions))[0],
                latent_dimensions,
            )
        self.scenes = scenes
        self.encoder = encoder
        self.sheet = sheet
        self.text_dropout = text_dropout
        self.kl_weight = kl_weight
        self.edit_share = edit_share
        self.noise_share = noise_share
        self.hidden_share = hidden_share
        self.l_to_raster = np.array(l_to_raster(config.side))

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """In L-order tokens (B, N), those that are seen (B, N) and judged (B, N) bool; features
        (B, F), caption ids (B, T)."""
        rng = np.random.default_rng((step, 3))
        order = scene_order(step, size, len(self.scenes.ids))
        examples, captions = zip(*(self._example(int(row), rng) for row in order), strict=True)
        text = self.encoder.tokenize(list(captions))
        dropped = torch.from_numpy(rng.random(size) < self.text_dropout)
        text[dropped] = self.network.config.codebook_size
        ids = np.stack([example.ids for example in examples])
        judged = np.stack([example.inside for example in examples])
        hidden = judged.all(1) & (rng.random(size) < self.hidden_share)
        bare = without_things(ids, self.scenes.extents[order], hidden, rng)
        seen = through_noise(bare, self.noise_share, self.network.config.codebook_size, rng)
        features = self.scenes.features[order].astype(np.float32)
        return (
            torch.from_numpy(ids[:, self.l_to_raster]),
            torch.from_numpy(seen[:, self.l_to_raster]),
            torch.from_numpy(judged[:, self.l_to_raster]),
            torch.from_numpy(features),
            text,
        )

    def _example(self, row: int, rng: np.random.Generator) -> tuple[BoxExample, str]:
        config = self.network.config
        return scene_example(
            self.scenes,
            row,
            rng,
            side=config.side,
            codebook_size=config.codebook_size,
            edit_share=self.edit_share,
        )

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:
        tokens, seen, judged, features, text = batch
        pooled, hidden = self.encoder.features(text)
        z, divergence = None, torch.zeros(())
        if self.network.config.latent:
            mean, log_variance = (part.float() for part in self.network.posterior(features))
            noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(seed))
            z = mean + (log_variance / 2).exp() * noise.to(mean.device)
            prior = self.network.prior_mean(pooled).float()
            divergence = kl_divergence(mean, log_variance, prior).mean()
        logits = self.network(seen, pooled=pooled, hidden=hidden, z=z).float()
        entropy = F.cross_entropy(logits[judged], tokens[judged])
        # The cross entropy is a mean over the sites; the published recipe adds the divergence
        # whole, which over-weighs it by the number of sites.
        loss = entropy + self.kl_weight * divergence / tokens.shape[1]
        right = (logits.argmax(-1) == tokens)[judged].float().mean()
        return loss, {
            "loss": loss.item(),
            "entropy": entropy.item(),
            "kl": divergence.item(),
            "top1": right.item(),
        }

    def after_step(self, step: int) -> None:
        """Nothing: no weight needs upkeep."""

    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """What `ellbox generate` would draw for the sheet's prompts with these weights."""
        assert isinstance(network, Lformer)
        self.sheet.write(self.sheet.generator_of(network), path)


def scene_example(
    scenes: TokenisedScenes,
    row: int,
    rng: np.random.Generator,
    *,
    side: int,
    codebook_size: int,
    edit_share: float,
) -> tuple[BoxExample, str]:
    """A whole scene, or in edit_share of the cases one as a box edit sees it; a caption."""
    ids, said = scenes.ids[row].astype(np.int64), scenes.said[row]
    if rng.random() >= edit_share:
        return BoxExample(ids, np.ones(ids.shape, bool)), _one_of(said.all, rng)
    left, top, right, bottom = map(int, scenes.extents[row])
    extent = (left, top, right, bottom)
    kind = pick_surroundings(extent, side, rng)
    caption = _one_of(_fitting(said, kind), rng)
    if kind == "own":
        return in_own_surroundings(ids, extent, side, rng), caption
    around = scenes.ids[rng.integers(len(scenes.ids))].astype(np.int64)
    if kind == "noise":
        around = rng.integers(0, codebook_size, ids.shape)
    return in_other_surroundings(ids, around, side, rng), caption


def through_noise(
    ids: NDArray[np.int64], share: float, codebook_size: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """ids (B, N) with other tokens at most sites of a share of the rows, at nearly all of many."""
    noisy = rng.random((len(ids), 1)) < share
    rates = 1 - rng.random((len(ids), 1)) ** 4
    lost = noisy & (rng.random(ids.shape) < rates)
    return np.where(lost, rng.integers(0, codebook_size, ids.shape), ids)


def without_things(
    ids: NDArray[np.int64],
    extents: NDArray[np.uint8],
    rows: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """ids (B, N) that show tokens from around the things, extents (B, 4), in their place, in some
    of the rows (B,); see TokenisedScenes. What fills the picture stays."""
    bare, side = ids.copy(), math.isqrt(ids.shape[1])
    for row in np.flatnonzero(rows):
        left, top, right, bottom = map(int, extents[row])
        things = sites_inside((left, top, right, bottom), side)
        around = ids[row, ~things]
        if len(around):
            bare[row, things] = rng.choice(around, int(things.sum()))
    return bare


def scene_order(step: int, size: int, count: int) -> NDArray[np.int64]:
    """Every scene once an epoch: as they are numbered, later in orders that the epoch decides."""
    places = np.arange(step * size, (step + 1) * size)
    return np.concatenate(
        [
            _epoch(int(epoch), count)[places[places // count == epoch] % count]
            for epoch in np.unique(places // count)
        ]
    )


def _epoch(number: int, count: int) -> NDArray[np.int64]:
    return np.random.default_rng((number, 4)).permutation(count) if number else np.arange(count)


def _fitting(said: Said, surroundings: Surroundings) -> Sequence[str]:
    """Where the ground shows around the box nothing needs to name it; elsewhere a caption must."""
    preferred = said.without_ground if surroundings == "own" else said.with_ground
    return preferred or said.all


def _one_of(captions: Sequence[str], rng: np.random.Generator) -> str:
    return captions[int(rng.integers(len(captions)))]
