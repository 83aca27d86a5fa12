"""Networks, texts and decodes of the Lformer cases, made with our code from a case's weights."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import open_clip
import torch
from torch import Tensor

from engine.generators.base import DecodeInputs
from engine.generators.lformer import order
from engine.generators.lformer.checkpoint import split_state_dict
from engine.generators.lformer.generator import LformerGenerator
from engine.generators.lformer.network import (
    Lformer,
    LformerConfig,
    NormScope,
    TextKeysValues,
)
from engine.text.base import Conditioning
from engine.text.clip import text_features
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.tokens import TokenMap
from tests.golden.case import Case
from tests.golden.towers import bare_tower

GREEDY = SamplingParams(temperature=0)


def load_network(case: Case, scope: NormScope = "token") -> Lformer:
    """The case's network, every weight of the case being used or known to be computed."""
    weights = split_state_dict(case.weights).network
    latent = "linear_mu_c.weight" in weights
    config = LformerConfig.from_json({**case.config, "latent": latent})
    network = Lformer(replace(config, norm_scope=scope)).eval()
    network.load_state_dict(weights)
    return network


def encode_text(case: Case, ids: Tensor, weights: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Pooled (B, F) and hidden (B, T, D) by open_clip with the case's text weights."""
    clip = text_tower(case.config.get("text_encoder", case.config))
    clip.load_state_dict(weights)
    return text_features(clip, ids)


def text_tower(shape: Mapping[str, Any]) -> open_clip.CLIP:
    """A text tower with QuickGELU of the shape that a case gives, weights still random."""
    text = {
        "context_length": shape["context_length"],
        "vocab_size": shape["vocab_size"],
        "width": shape["transformer_width"],
        "heads": shape["transformer_heads"],
        "layers": shape["transformer_layers"],
    }
    return bare_tower(text, embed_dim=shape["embed_dim"], quick_gelu=True)


def prompts_of(case: Case, ids: Tensor) -> list[Conditioning]:
    pooled, hidden = encode_text(case, ids, split_state_dict(case.weights).text)
    return [Conditioning(*row) for row in zip(pooled, hidden, strict=True)]


def null_prompt(case: Case) -> Conditioning:
    shape = case.config["text_encoder"]
    ids = torch.full((1, shape["context_length"]), case.config["transformer"]["img_vbs"])
    return prompts_of(case, ids)[0]


def generator_of(case: Case) -> LformerGenerator:
    side = case.config["css"]
    spec = GeneratorSpec(
        key="golden",
        title="golden",
        step_kind="block",
        layout=Raster(side, side),
        codebook_size=case.config["transformer"]["img_vbs"],
        image_side=side,
        region_edit="token",
    )
    return LformerGenerator(spec, load_network(case))


def to_l(raster: Tensor) -> Tensor:
    side = int(raster.shape[-1] ** 0.5)
    return raster[..., torch.from_numpy(order.l_to_raster(side).copy())]


def to_raster(l_tokens: Tensor) -> Tensor:
    side = int(l_tokens.shape[-1] ** 0.5)
    return l_tokens[..., torch.from_numpy(order.raster_to_l(side).copy())]


def padded_inputs(l_tokens: Tensor, blocks: int, pad: int, side: int) -> Tensor:
    """Ids fed at positions 1 .. blocks^2 - 1, those of block t being pad, block t - 1, pad."""
    source = torch.from_numpy(order.input_source(side)[1 : blocks * blocks].copy())
    return torch.where(source < 0, pad, l_tokens[:, source.clamp_min(0)])


def partial_grid(l_tokens: Tensor, known: int) -> Tensor:
    """Raster ids with 0 for all but the first `known` in L-order."""
    shown = torch.zeros_like(l_tokens)
    shown[:, :known] = l_tokens[:, :known]
    return to_raster(shown)


def all_steps(
    network: Lformer, tokens: Tensor, context: Tensor, text: TextKeysValues
) -> tuple[Tensor, Tensor]:
    """Teacher-forced cached decoding: logits (B, N, K) and the final cache."""
    cache = network.new_cache(len(tokens))
    logits = [
        network.block_logits(tokens, context, text, block, cache)
        for block in range(network.config.side)
    ]
    return torch.cat(logits, 1), cache.stored()


def continued(
    generator: LformerGenerator, states: tuple[DecodeState, ...], inputs: DecodeInputs, stop: int
) -> Tensor:
    """(n, N) raster ids after the steps up to `stop`."""
    while states[0].step < stop:
        states = generator.step(states, inputs)
    return torch.stack([torch.from_numpy(state.tokens.ids.astype(np.int64)) for state in states])


def decode_one(
    generator: LformerGenerator,
    inputs: DecodeInputs,
    *,
    eps: Tensor | None = None,
    known: Tensor | None = None,
    blocks: int = 0,
    stop: int | None = None,
) -> Tensor:
    """(N,) raster ids, greedy; `known` (raster ids) of the first `blocks` blocks are kept."""
    (state,) = generator.begin(inputs)
    if eps is not None:
        state = replace(state, latent=eps.numpy())
    if known is not None:
        side = order.block_of_sites(generator.spec.layout.height)  # type: ignore[union-attr]
        ids = np.where(side < blocks, known.numpy(), -1)
        state = DecodeState(blocks, replace(state.tokens, ids=ids), state.latent)
    end = generator.steps(inputs).stop if stop is None else stop
    return continued(generator, (state,), inputs, end)[0]


def plain_inputs(prompt: Conditioning, null: Conditioning, guidance: float = 1) -> DecodeInputs:
    return DecodeInputs(prompt, null, replace(GREEDY, guidance_scale=guidance), (0,))


def box_inputs(prompt: Conditioning, source: Tensor, mask: Tensor, codebook: int) -> DecodeInputs:
    side = mask.shape[0]
    tokens = TokenMap(source.numpy().astype(np.int32), Raster(side, side), codebook)
    editable = mask.numpy().astype(bool).reshape(-1)
    return DecodeInputs(prompt, prompt, GREEDY, (0,), tokens, editable)
