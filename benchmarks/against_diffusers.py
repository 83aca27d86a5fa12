"""VQ-Diffusion beside the diffusers package's pipeline, on equal random weights in one run.

Needs the extra "bench". Both take turns, so that whatever else the machine does falls on both,
and the time is that of the processor (of all threads), which others cannot take.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import torch
from torch import Tensor

from engine.generators.base import DecodeInputs
from engine.generators.vq_diffusion.checkpoint import network_from_diffusers
from engine.generators.vq_diffusion.generator import VQDiffusionGenerator
from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from engine.generators.vq_diffusion.reverse import truncated
from engine.generators.vq_diffusion.schedule import linear_schedule, posterior
from engine.generators.vq_diffusion.steps import ReverseProcess
from engine.runtime.device import choose_device
from engine.text.base import Conditioning
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.tokens import UNKNOWN, TokenMap

SIDE, CODEBOOK, TIMES = 32, 4096, 100
"""Of the published ITHQ model; its network is 36 layers of 1408."""

LAYERS, HEADS, HEAD_WIDTH = 4, 4, 64
TEXT_LENGTH, TEXT_WIDTH = 77, 512
GUIDANCE, RATE = 5.0, 0.86
TIME = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """Medians of both, taken in turns. aim: how many times faster ours is to be."""

    name: str
    ours_ms: float
    theirs_ms: float
    aim: float

    @property
    def ratio(self) -> float:
        """Times as fast as theirs."""
        return self.theirs_ms / self.ours_ms


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=0, help="0: as Ellbox chooses")
    options = parser.parse_args()
    choose_device("cpu")
    if options.threads:
        torch.set_num_threads(options.threads)
    print_pairs(measured(options.runs))


def print_pairs(pairs: Iterable[Pair]) -> None:
    """Each as soon as it is measured."""
    title = "VQ-Diffusion beside diffusers"
    print(f"\n{title:40}{'ours ms':>10}{'theirs ms':>11}{'ratio':>8}{'aim':>6}")
    for pair in pairs:
        print(
            f"{pair.name:40}{pair.ours_ms:10.1f}{pair.theirs_ms:11.1f}"
            f"{pair.ratio:8.2f}{pair.aim:6.0f}",
            flush=True,
        )


def measured(runs: int) -> Iterator[Pair]:
    """Raises RuntimeError when the two networks do not agree: then nothing is comparable."""
    # Imported here: the table of other backends needs no diffusers.
    diffusers = import_module("diffusers")

    torch.manual_seed(0)
    theirs = diffusers.Transformer2DModel(
        num_attention_heads=HEADS,
        attention_head_dim=HEAD_WIDTH,
        num_layers=LAYERS,
        cross_attention_dim=TEXT_WIDTH,
        attention_bias=True,
        sample_size=SIDE,
        num_vector_embeds=CODEBOOK + 1,
        num_embeds_ada_norm=TIMES,
        activation_fn="geglu-approximate",
        norm_type="ada_norm",
    ).eval()
    scheduler = diffusers.VQDiffusionScheduler(
        num_vec_classes=CODEBOOK + 1, num_train_timesteps=TIMES
    )
    scheduler.set_timesteps(TIMES)
    network = same_network(theirs.state_dict())
    text = torch.nn.functional.normalize(torch.randn(2, TEXT_LENGTH, TEXT_WIDTH), dim=-1)
    tokens = torch.randint(CODEBOOK + 1, (1, SIDE * SIDE))
    tokens[:, ::2] = CODEBOOK  # half of them masked
    time_index = torch.tensor(TIME)
    check_agreement(network, theirs, tokens, text)

    def truncate(log_chances: Tensor) -> Tensor:
        kept: Tensor = diffusers.VQDiffusionPipeline.truncate(None, log_chances, RATE).clamp(-70)
        return kept

    def their_step() -> object:
        """What the pipeline does between two snapshots."""
        both = tokens.repeat(2, 1)
        output = theirs(both, encoder_hidden_states=text, timestep=time_index).sample
        free, given = output.chunk(2)
        guided = free + GUIDANCE * (given - free)
        guided = guided - torch.logsumexp(guided, dim=1, keepdim=True)
        return scheduler.step(truncate(guided), timestep=time_index, sample=tokens).prev_sample

    generator, inputs, states = our_side(network, text, tokens)
    chances = torch.randn(1, SIDE * SIDE, CODEBOOK).mul(4).softmax(-1)
    log_chances = chances.log().transpose(1, 2).contiguous()
    schedule = linear_schedule(CODEBOOK, TIMES)
    work: list[tuple[str, float, Callable[[], object], Callable[[], object]]] = [
        (
            "a guided denoising step",
            1,
            lambda: generator.step(states, inputs),
            their_step,
        ),
        ("truncation", 3, lambda: truncated(chances, RATE), lambda: truncate(log_chances)),
        (
            "posterior",
            3,
            lambda: posterior(chances, tokens, schedule, earlier=TIME - 1, later=TIME),
            lambda: scheduler.q_posterior(log_chances, tokens, time_index),
        ),
        (
            "truncation and posterior",
            3,
            lambda: posterior(
                truncated(chances, RATE), tokens, schedule, earlier=TIME - 1, later=TIME
            ),
            lambda: scheduler.q_posterior(truncate(log_chances), tokens, time_index),
        ),
    ]
    for name, aim, ours, other in work:
        yield in_turns(name, aim, ours, other, runs)


def same_network(transformer: dict[str, Tensor]) -> VQDiffusion:
    """Ours with their weights."""
    state = network_from_diffusers(transformer)
    network = VQDiffusion(
        VQDiffusionConfig(
            side=SIDE,
            codebook_size=CODEBOOK,
            layers=LAYERS,
            heads=HEADS,
            width=HEADS * HEAD_WIDTH,
            times=TIMES,
            table_side=SIDE,
            condition_width=TEXT_WIDTH,
            text_length=TEXT_LENGTH,
        )
    )
    network.load_state_dict(state, strict=True)
    return network.eval()


@torch.inference_mode()
def check_agreement(
    network: VQDiffusion, theirs: torch.nn.Module, tokens: Tensor, text: Tensor
) -> None:
    """Both must say the same of the same tokens."""
    keys_values = network.text_keys_values(text[1:])
    ours = network(tokens, torch.tensor([TIME]), text=keys_values).double().log_softmax(-1)
    other = theirs(tokens, encoder_hidden_states=text[1:], timestep=torch.tensor(TIME)).sample
    difference = float((ours - other.transpose(1, 2)).abs().max())
    if difference > 1e-3:
        raise RuntimeError(f"the networks differ by {difference:.2g} in log-probabilities")
    print(f"largest difference of log-probabilities: {difference:.1g}")


def our_side(
    network: VQDiffusion, text: Tensor, tokens: Tensor
) -> tuple[VQDiffusionGenerator, DecodeInputs, tuple[DecodeState, ...]]:
    """A generator, a prompt, and a picture of these tokens that stands at TIME."""
    spec = GeneratorSpec(
        key="vq-diffusion",
        title="VQ-Diffusion",
        step_kind="denoise",
        layout=Raster(SIDE, SIDE),
        codebook_size=CODEBOOK,
        image_side=8 * SIDE,
        region_edit="token",
    )
    generator = VQDiffusionGenerator(spec, network, ReverseProcess(steps=TIMES))
    null, given = (Conditioning(states[0], states) for states in text)
    params = SamplingParams(guidance_scale=GUIDANCE, top_p=RATE)
    ids = tokens[0].masked_fill(tokens[0] == CODEBOOK, UNKNOWN).numpy().astype(np.int32)
    state = DecodeState(TIMES - 1 - TIME, TokenMap(ids, spec.layout, CODEBOOK))
    return generator, DecodeInputs(given, null, params, (0,)), (state,)


def in_turns(
    name: str,
    aim: float,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    runs: int,
) -> Pair:
    times_ms: dict[int, list[float]] = {0: [], 1: []}
    for run in range(runs + 1):  # one more, to warm up
        for side, work in enumerate((ours, theirs)):
            began = time.process_time()
            with torch.inference_mode():
                work()
            if run:
                times_ms[side].append((time.process_time() - began) * 1000)
    return Pair(name, statistics.median(times_ms[0]), statistics.median(times_ms[1]), aim)


if __name__ == "__main__":
    main()
