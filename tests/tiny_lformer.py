"""A tiny Lformer with random weights, and prompts for it; no text encoder, no files."""

import torch

from engine.generators.lformer.generator import LformerGenerator
from engine.generators.lformer.network import Lformer, LformerConfig
from engine.text.base import Conditioning
from engine.values.layout import Raster
from engine.values.spec import GeneratorSpec
from tests.lively import lively

SIDE = 6
CODEBOOK = 23
CONDITION = 16
TEXT_LENGTH = 5


def tiny_network(*, latent: bool = False, seed: int = 0) -> Lformer:
    """Two layers of width 32 on a grid of 6 x 6; weights large enough that tokens matter."""
    config = LformerConfig(
        side=SIDE,
        codebook_size=CODEBOOK,
        positions=SIDE * SIDE,
        layers=2,
        heads=4,
        width=32,
        condition_width=CONDITION,
        latent=latent,
        mapping_layers=2,
    )
    return lively(Lformer(config), seed=seed)


def tiny_generator(*, latent: bool = False) -> LformerGenerator:
    spec = GeneratorSpec(
        key="lformer-latent" if latent else "lformer",
        title="Tiny Lformer",
        step_kind="block",
        layout=Raster(SIDE, SIDE),
        codebook_size=CODEBOOK,
        image_side=SIDE * 8,
        region_edit="token",
    )
    return LformerGenerator(spec, tiny_network(latent=latent))


def tiny_prompt(seed: int) -> Conditioning:
    """Random features as of some prompt."""
    random = torch.Generator().manual_seed(seed)
    pooled = torch.randn(CONDITION, generator=random)
    hidden = torch.randn(TEXT_LENGTH, CONDITION, generator=random)
    return Conditioning(pooled / pooled.norm(), hidden)
