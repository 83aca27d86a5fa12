"""VQ-Diffusion's networks and decodes, set up from golden cases, with the case's own noise."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.generators.base import DecodeInputs
from engine.generators.vq_diffusion.checkpoint import network_from_diffusers, split_released
from engine.generators.vq_diffusion.generator import VQDiffusionGenerator
from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from engine.generators.vq_diffusion.reverse import Reversal
from engine.generators.vq_diffusion.shapes import network_json
from engine.generators.vq_diffusion.steps import ReverseProcess
from engine.text.base import Conditioning
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.tokens import UNKNOWN, TokenMap
from tests.golden.case import Case

LOWEST = -70.0
"""What the reference writes for the logarithm of nothing."""


def load_network(case: Case) -> VQDiffusion:
    """The case's network; every weight is used or known to be computed."""
    if "_class_name" in case.config:
        weights = network_from_diffusers(case.weights)
        heads = case.config["num_attention_heads"]
        config = VQDiffusionConfig.from_json(network_json(weights, heads=heads))
    else:
        config = VQDiffusionConfig.from_json(case.config.get("denoiser", case.config))
        weights = split_released({"model": {}, "ema": case.weights}).network
    network = VQDiffusion(config).eval()
    network.load_state_dict(weights)
    return network


def generator_of(case: Case, process: ReverseProcess | None = None) -> VQDiffusionGenerator:
    network = load_network(case)
    side = network.config.side
    spec = GeneratorSpec(
        key="golden",
        title="golden",
        step_kind="denoise",
        layout=Raster(side, side),
        codebook_size=network.config.codebook_size,
        image_side=side,
        region_edit="token",
    )
    return VQDiffusionGenerator(spec, network, process)


def row_inputs(
    case: Case, row: int, params: SamplingParams, box: tuple[Tensor, Tensor] | None = None
) -> DecodeInputs:
    """Inputs of one row of the case's batch. box: source tokens and what is editable, (L,) each."""
    null = split_released({"model": {}, "ema": case.weights}).network["empty_text_embed"].float()
    prompt = Conditioning(torch.zeros(1), case.io["cond"][row])
    source = editable = None
    if box is not None:
        side = int(len(box[0]) ** 0.5)
        codebook_size = case.config["denoiser"]["num_embed"]
        source = TokenMap(box[0].int().numpy(), Raster(side, side), codebook_size)
        editable = box[1].numpy().astype(bool)
    null_prompt = Conditioning(torch.zeros(1), null)
    return DecodeInputs(prompt, null_prompt, params, (0,), source, editable)


def gumbel(uniform: Tensor) -> Tensor:
    return -torch.log(-torch.log(uniform + 1e-30) + 1e-30)


def logs(chances: Tensor) -> Tensor:
    """Chances (n, L, K + 1) -> as the reference writes them, (n, K + 1, L)."""
    return chances.log().clamp_min(LOWEST).transpose(1, 2)


def drawn(found: Reversal, uniform: Tensor) -> Tensor:
    """ids (n, L) by the reference's noise, uniform (n, K + 1, L)."""
    return (logs(found.chances) + gumbel(uniform)).argmax(1)


def network_ids(state: DecodeState) -> Tensor:
    """(L,) ids in 0..K."""
    ids = state.tokens.ids.astype(np.int64)
    return torch.from_numpy(np.where(ids == UNKNOWN, state.tokens.codebook_size, ids))


def state_of(step: int, ids: Tensor, like: TokenMap) -> DecodeState:
    """A state with ids (L,) in 0..K."""
    unknown = torch.where(ids == like.codebook_size, UNKNOWN, ids)
    return DecodeState(step, replace(like, ids=unknown.int().numpy()))


OnFound = Callable[[int, Reversal], None]


def trace(
    generator: VQDiffusionGenerator,
    inputs: DecodeInputs,
    uniform: Tensor,
    *,
    start: DecodeState | None = None,
    exponential: Callable[[], Tensor] | None = None,
    on_found: OnFound = lambda step, found: None,
) -> Tensor:
    """uniform (steps, K + 1, L): of each step -> ids (steps, L) in 0..K after each."""
    states = generator.begin(inputs) if start is None else (start,)
    seen = []
    for index, noise in enumerate(uniform):
        found = generator.reversal(states, inputs)
        on_found(index, found)
        ones = torch.ones(1, noise.shape[-1])
        order_noise = ones if found.order is None or exponential is None else exponential()
        changed = generator.changed(states, inputs, found, order_noise)
        states = generator.advanced(states, found, drawn(found, noise[None]), changed)
        seen.append(network_ids(states[0]))
    return torch.stack(seen)
