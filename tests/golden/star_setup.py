"""Networks, prompts and decodes of the STAR cases, made with our code from a case's weights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import open_clip
from torch import Tensor

from engine.generators import sampling
from engine.generators.base import DecodeInputs
from engine.generators.star.checkpoint import network_state, tokenizer_state
from engine.generators.star.generator import DrawsOf, StarGenerator
from engine.generators.star.network import Star, StarConfig, Text
from engine.generators.star.refining import build_star
from engine.text.base import Conditioning
from engine.tokenizers.multiscale_vqvae import MultiscaleConfig, MultiscaleVQVAE
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from tests.golden.case import Case
from tests.golden.towers import bare_tower


def load_tokenizer(case: Case) -> MultiscaleVQVAE:
    """The case's VQVAE in float32, every weight being used or known to be dropped."""
    network = MultiscaleVQVAE(MultiscaleConfig.from_json(case.config["vqvae"])).eval()
    state = {name: t.float() for name, t in case.weights.items() if not name.startswith("var.")}
    network.load_state_dict(
        tokenizer_state({name.removeprefix("vae."): t for name, t in state.items()})
    )
    return network


def load_network(case: Case, **changed: object) -> Star:
    """The case's transformer in float32, as above."""
    vqvae = case.config.get("vqvae") or case.config["vqvae_shape_only"]
    config = StarConfig.from_json({**vqvae, **case.config["transformer"]})
    network = build_star(replace(config, **changed)).eval()  # type: ignore[arg-type]
    state = {name: t.float() for name, t in case.weights.items() if not name.startswith("vae.")}
    network.load_state_dict(
        network_state({name.removeprefix("var."): t for name, t in state.items()})
    )
    return network


def text_tower(shape: Mapping[str, Any]) -> open_clip.CLIP:
    """Of a shape as in a published text encoder's config.json, weights still random."""
    text = {
        "context_length": shape["max_position_embeddings"],
        "vocab_size": shape["vocab_size"],
        "width": shape["hidden_size"],
        "heads": shape["num_attention_heads"],
        "layers": shape["num_hidden_layers"],
        "mlp_ratio": shape["intermediate_size"] / shape["hidden_size"],
        "proj_type": "none",
    }
    return bare_tower(text, embed_dim=shape["projection_dim"])


def conditionings(case: Case) -> tuple[Conditioning, Conditioning]:
    """Prompt and empty prompt, their hidden states cut to the words."""
    io = case.io
    lengths = io["text_mask"].sum(1).tolist()
    prompt, empty = (
        Conditioning(io["text_pool"][row], io["text_hidden"][row, : lengths[row]])
        for row in range(2)
    )
    return prompt, empty


def prompt_text(network: Star, case: Case) -> Text:
    """The prompt's states as published code uses them: added to both rows."""
    return network.text(case.io["text_hidden"][:1], case.io["text_mask"][:1].bool(), copies=2)


def generator_of(
    case: Case, draws: DrawsOf = sampling.StepDraws, **changed: object
) -> StarGenerator:
    network = load_network(case, **changed)
    spec = GeneratorSpec(
        key="golden",
        title="golden",
        step_kind="scale",
        layout=network.config.layout,
        codebook_size=network.config.codebook_size,
        image_side=network.config.sides[-1],
        region_edit="token",
    )
    return StarGenerator(spec, network, load_tokenizer(case).quantize, draws)


def inputs_of(case: Case) -> DecodeInputs:
    asked = case.config["sampling"]
    params = SamplingParams(
        temperature=0 if asked.get("greedy") else 1,
        top_k=asked.get("top_k", 0),
        top_p=asked.get("top_p", 1),
        guidance_scale=1 + asked["cfg"],
    )
    return DecodeInputs(*conditionings(case), params, (0,))


class RecordedDraws(sampling.StepDraws):
    """Draws with the noise of a case: likeliest weight / Exponential(1), as multinomial draws."""

    def __init__(self, noise: Iterator[Tensor], uniform: Iterator[Tensor]) -> None:
        super().__init__((), 0)
        self.noise = noise
        self.uniform = uniform
        self.drawn: list[Tensor] = []
        self.weights: list[Tensor] = []

    def ids(self, weights: Tensor) -> Tensor:
        probabilities = weights / weights.sum(-1, keepdim=True)
        self.weights.append(probabilities)
        self.drawn.append((probabilities / next(self.noise).view(weights.shape)).argmax(-1))
        return self.drawn[-1]

    def chances(self, sites: int) -> Tensor:
        return next(self.uniform).view(1, sites)


def numbered(case: Case, name: str) -> Iterator[Tensor]:
    """The case's tensors name.0, name.1, ... in order of their numbers."""
    found = {
        int(key.removeprefix(f"{name}.")): tensor
        for key, tensor in case.io.items()
        if key.startswith(f"{name}.") and key.removeprefix(f"{name}.").isdigit()
    }
    return iter([found[number] for number in sorted(found)])


def decoded(
    generator: StarGenerator, inputs: DecodeInputs, known: Sequence[Tensor] = ()
) -> list[DecodeState]:
    """The states of a decode that goes on from the token maps (1, p * p) of the first scales."""
    (state,) = generator.begin(inputs)
    ids = state.tokens.ids.copy()
    start = [tensor.numpy().reshape(-1) for tensor in known]
    ids[: sum(map(len, start))] = np.concatenate([*start, np.empty(0)])
    states = [
        replace(state, step=max(len(known), state.step), tokens=replace(state.tokens, ids=ids))
    ]
    while states[-1].step < generator.steps(inputs).stop:
        states.extend(generator.step((states[-1],), inputs))
    return states


@dataclass(frozen=True)
class Pass:
    """One scale's way through the network, both guidance rows."""

    fed: Tensor
    outputs: Tensor
    cond: Tensor
    uncond: Tensor


def passes(
    network: Star, tokenizer: MultiscaleVQVAE, case: Case, maps: Sequence[Tensor]
) -> tuple[list[Pass], Tensor]:
    """Every scale with a cache, the tokens of those before given, and the cache after all."""
    quantizer, text = tokenizer.quantize, prompt_text(network, case)
    latents, cache = quantizer.latents(tuple(maps)), network.new_cache(2)
    found = []
    for scale, side in enumerate(network.config.sides[: len(maps)]):
        if scale == 0:
            fed = network.start(case.io["text_pool"])
        else:
            shrunk = quantizer.shrunk(latents[scale - 1], side).flatten(2).transpose(1, 2)
            fed = network.later(shrunk, scale).repeat(2, 1, 1)
        outputs = network.outputs(fed, network.angles(scale), text, cache=cache)
        cond, uncond = network.logits(outputs).chunk(2)
        found.append(Pass(fed, outputs, cond, uncond))
    return found, cache.stored()
