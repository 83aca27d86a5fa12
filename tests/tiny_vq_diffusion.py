"""A tiny VQ-Diffusion with random weights, and prompts for it; no text encoder, no files."""

import torch

from engine.generators.vq_diffusion.generator import VQDiffusionGenerator
from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from engine.generators.vq_diffusion.steps import Pin, ReverseProcess, StepRule
from engine.text.base import Conditioning
from engine.values.layout import Raster
from engine.values.spec import GeneratorSpec
from tests.lively import lively

SIDE = 6
CODEBOOK = 23
CONDITION = 16
TEXT_LENGTH = 5
STEPS = 7
AT_ONCE = 6


def tiny_config(*, learned_null: bool = False, layers: int = 2) -> VQDiffusionConfig:
    return VQDiffusionConfig(
        side=SIDE,
        codebook_size=CODEBOOK,
        layers=layers,
        heads=4,
        width=32,
        times=100,
        table_side=SIDE,
        condition_width=CONDITION,
        text_length=TEXT_LENGTH,
        learned_null=learned_null,
    )


def tiny_network(*, seed: int = 5) -> VQDiffusion:
    """Two layers of width 32 on a grid of 6 x 6; weights large enough that tokens matter.

    Not every random network judges its own tokens to be likely; this seed's does.
    """
    return lively(VQDiffusion(tiny_config()), seed=seed)


def tiny_generator(rule: StepRule = "stride", pin: Pin = "clean") -> VQDiffusionGenerator:
    spec = GeneratorSpec(
        key="vq-diffusion",
        title="Tiny VQ-Diffusion",
        step_kind="denoise",
        layout=Raster(SIDE, SIDE),
        codebook_size=CODEBOOK,
        image_side=SIDE * 8,
        region_edit="token",
    )
    process = ReverseProcess(rule, steps=STEPS, purity_weight=1.0, sites_at_once=AT_ONCE, pin=pin)
    return VQDiffusionGenerator(spec, tiny_network(), process)


def tiny_prompt(seed: int) -> Conditioning:
    """Random features as of some prompt, each state of length 1."""
    random = torch.Generator().manual_seed(seed)
    hidden = torch.randn(TEXT_LENGTH, CONDITION, generator=random)
    pooled = torch.randn(CONDITION, generator=random)
    return Conditioning(pooled / pooled.norm(), hidden / hidden.norm(dim=-1, keepdim=True))
