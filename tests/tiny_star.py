"""A tiny STAR with random weights; no text encoder, no files. Prompts are tiny_lformer's."""

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

from engine.generators.star.generator import StarGenerator
from engine.generators.star.network import StarConfig, TextScope
from engine.generators.star.refining import build_star
from engine.tokenizers.multiscale_vqvae import MultiscaleConfig, MultiscaleVQVAE
from engine.values.layout import Pyramid
from engine.values.spec import GeneratorSpec
from tests.tiny_lformer import CONDITION

SIDES = (1, 2, 3, 4, 6)
CODEBOOK = 23
CHANNELS = 8
PIXELS_PER_SITE = 4

Module = TypeVar("Module", bound=nn.Module)


def tiny_tokenizer() -> MultiscaleVQVAE:
    """One residual block a level, pictures of 24 x 24 px."""
    config = MultiscaleConfig(
        sides=SIDES,
        codebook_size=CODEBOOK,
        latent_channels=CHANNELS,
        width=8,
        multipliers=(1, 1, 1),
        blocks=1,
        norm_groups=4,
    )
    return lively(lambda: MultiscaleVQVAE(config), seed=1).eval()


def tiny_generator(
    *, text_scope: TextScope = "row", refined_from: int | None = None
) -> StarGenerator:
    config = StarConfig(
        sides=SIDES,
        codebook_size=CODEBOOK,
        latent_channels=CHANNELS,
        layers=2,
        heads=2,
        width=32,
        text_width=CONDITION,
        text_scope=text_scope,
        refined_from=refined_from,
    )
    network = lively(lambda: build_star(config), seed=0)
    spec = GeneratorSpec(
        key="star",
        title="Tiny STAR",
        step_kind="scale",
        layout=Pyramid(SIDES),
        codebook_size=CODEBOOK,
        image_side=SIDES[-1] * PIXELS_PER_SITE,
        region_edit="token",
    )
    return StarGenerator(spec, network, tiny_tokenizer().quantize)


def lively(build: Callable[[], Module], seed: int) -> Module:
    """A network with weights large enough that prompts, tokens and seeds make a difference."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        network = build()
        for parameter in network.parameters():
            if parameter.dim() > 1 and parameter.numel() > 1:
                parameter.normal_(std=0.3)
    return network
