"""The VQ-Diffusion cases about whole runs: our generator, fed the reference's noise."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.generators.base import DecodeInputs
from engine.generators.vq_diffusion.generator import VQDiffusionGenerator
from engine.generators.vq_diffusion.reverse import Reversal
from engine.generators.vq_diffusion.schedule import linear_schedule
from engine.generators.vq_diffusion.steps import (
    ReverseProcess,
    ReverseStep,
    released,
    strided,
    uncovering,
)
from engine.values.params import SamplingParams
from engine.values.tokens import UNKNOWN
from tests.golden.case import Case, Report
from tests.golden.vq_diffusion_setup import (
    OnFound,
    generator_of,
    gumbel,
    logs,
    network_ids,
    row_inputs,
    state_of,
    trace,
)

BATCH = 2


class StepsOfTheCase(VQDiffusionGenerator):
    """A generator that takes the steps it is given, such as those of a time range of its own."""

    given: tuple[ReverseStep, ...] = ()

    def _steps(self, inputs: DecodeInputs) -> tuple[ReverseStep, ...]:
        return self.given or super()._steps(inputs)


class ChainOfTheCase(VQDiffusionGenerator):
    """A generator that is given how the picture around the box gets noised, (T, L)."""

    chain: Tensor

    def _noised(self, source: NDArray[np.int32], time: int, seed: int) -> NDArray[np.int64]:
        chain = self.chain[time].numpy()
        return np.where(chain == self.spec.codebook_size, UNKNOWN, chain)


def with_steps(
    case: Case, steps: tuple[ReverseStep, ...], process: ReverseProcess | None = None
) -> VQDiffusionGenerator:
    generator = generator_of(case, process)
    chosen = StepsOfTheCase(generator.spec, generator._network, process)
    chosen.given = steps
    return chosen


def params_of(variant: dict[str, float]) -> SamplingParams:
    return SamplingParams(
        steps=100, guidance_scale=variant["guidance"], top_p=variant["truncation"]
    )


@dataclass(frozen=True)
class Kept:
    """The reference's logarithms (BATCH, K + 1, L) by number of step, to compare chances with.

    rate: of truncation. normalised: whether the reference's are and ours must become so.
    """

    name: str
    wanted: Mapping[int, Tensor]
    rate: float
    normalised: bool = False

    def compare(self, report: Report, row: int) -> OnFound:
        def on_found(step: int, found: Reversal) -> None:
            if step not in self.wanted:
                return
            chances, wanted = found.chances, self.wanted[step][row]
            if self.normalised:
                chances, wanted = chances / chances.sum(-1, keepdim=True), wanted.log_softmax(0)
            # At a truncation rate of 1 the reference's rounding decides which rare tokens it cuts.
            name = f"{self.name}, step {step}"
            close_chances(report, name, chances, wanted, logarithms=self.rate < 1)

        return on_found


def close_chances(
    report: Report, name: str, chances: Tensor, wanted: Tensor, *, logarithms: bool = True
) -> None:
    """chances (1, L, K + 1), wanted (K + 1, L) logarithms, compared above the reference's clamp."""
    got = logs(chances)[0]
    report.close(f"{name}, exp", got.exp(), wanted.exp(), 1e-5)
    if logarithms:
        judged = wanted > -50
        report.close(name, got[judged], wanted[judged], 1e-4)


def compare_rows(
    case: Case, report: Report, generator: VQDiffusionGenerator, params: SamplingParams, kept: Kept
) -> None:
    """Each row's tokens at every step, and its chances at the kept ones."""
    for row in range(BATCH):
        got = trace(
            generator,
            row_inputs(case, row, params),
            case.io[f"{kept.name}.uniform"][:, row],
            on_found=kept.compare(report, row),
        )
        report.equal(f"{kept.name} {row}", got, case.io[f"{kept.name}.tokens"][:, row])


def full_case(case: Case, report: Report) -> None:
    io = case.io
    generator = generator_of(case)
    for name, variant in case.config["variants"].items():
        params = params_of(variant)
        wanted = {99 - time: io[f"{name}.log_posterior_t{time}"] for time in (99, 50, 0)}
        compare_rows(case, report, generator, params, Kept(name, wanted, params.top_p))


def fast_case(case: Case, report: Report) -> None:
    io = case.io
    for name, variant in case.config["variants"].items():
        times = variant["timesteps_fed_to_the_network"]
        if "infer_speed" in variant:
            steps = released(100, variant["infer_speed"])
            generator = with_steps(case, steps, ReverseProcess("released"))
            last = len(steps) - 1
            wanted = {0: io[f"{name}.log_posterior_first"], last: io[f"{name}.log_posterior_last"]}
            indices = torch.tensor([step.later for step in steps])
            report.equal(f"{name} index", indices, torch.tensor(variant["posterior_index_used"]))
            params = params_of(variant)
        else:
            steps = strided(100, 100)[-len(times) :]
            generator, wanted = with_steps(case, steps), {}
            params = SamplingParams(guidance_scale=5)
        told = torch.tensor([step.time for step in steps])
        report.equal(f"{name} time", told, torch.tensor(times))
        compare_rows(case, report, generator, params, Kept(name, wanted, params.top_p))


def purity_case(case: Case, report: Report) -> None:
    io, config = case.io, case.config
    for name, variant in config["variants"].items():
        steps = uncovering(tuple(config["n_sample"]), variant["ps"])
        weight = None if variant["rule"] == 1 else variant["weight"]
        process = ReverseProcess("purity", purity_weight=weight, sites_at_once=variant["ps"])
        generator = with_steps(case, steps, process)
        params = SamplingParams(top_p=config["truncation"])
        # The reference takes the noise of a step for one row after the other.
        exponential_noise = io[f"{name}.exponential"]
        noise = exponential_noise.reshape(-1, BATCH, exponential_noise.shape[-1])
        wanted = {
            0: io[f"{name}.logits_first"],
            len(steps) // 2: io[f"{name}.logits_mid"],
        }
        told = torch.tensor([step.time for step in steps])
        report.equal(f"{name} time", told, torch.tensor(variant["network_call_timesteps"]))
        for row in range(BATCH):
            left = iter(noise[:, row])

            def exponential(left: Iterator[Tensor] = left) -> Tensor:
                return next(left)[None]

            got = trace(
                generator,
                row_inputs(case, row, params),
                io[f"{name}.uniform"][:, row],
                exponential=exponential,
                on_found=Kept(name, wanted, params.top_p, normalised=True).compare(report, row),
            )
            report.equal(f"{name} {row}", got, io[f"{name}.tokens"][:, row])


def partial_noise_case(case: Case, report: Report) -> None:
    io = case.io
    generator = generator_of(case)
    schedule = linear_schedule(case.config["denoiser"]["num_embed"], 100)
    for share, variant in case.config["filter_ratio"].items():
        first, name = variant["first_timestep"], f"fr{share}"
        kernel, size = schedule.until(first), schedule.codebook_size
        for row in range(BATCH):
            chances = torch.full((size + 1, io["x0"].shape[1]), kernel.replace)
            chances[-1] = kernel.mask
            chances.scatter_add_(0, io["x0"][row][None], torch.full((1, 16), kernel.keep))
            uniform, tokens = io[f"{name}.uniform"][:, row], io[f"{name}.tokens"][:, row]
            noised = (chances.log() + gumbel(uniform[0])).argmax(0)
            report.equal(f"{name} noised {row}", noised, tokens[0])
            inputs = row_inputs(case, row, SamplingParams(steps=100))
            like = generator.begin(inputs)[0].tokens
            start = state_of(99 - first, tokens[0], like)
            got = trace(generator, inputs, uniform[1:], start=start)
            report.equal(f"{name} {row}", got, tokens[1:])


def region_case(case: Case, report: Report) -> None:
    io = case.io
    params = SamplingParams(steps=100, top_p=case.config["truncation"])
    masked = io["edit_mask"]
    for row in range(BATCH):
        box = (io["x0"][row], masked[row])
        generator = generator_of(case)
        inputs = row_inputs(case, row, params, box)
        start = torch.tensor(99 - generator.steps(inputs).start)
        report.equal(f"start {row}", start, torch.tensor(case.config["start_index_matched"]))
        wanted = io["pin_clean.tokens"][:, row]
        (begun,) = generator.begin(inputs)
        report.equal(f"begun {row}", network_ids(begun), wanted[0])
        got = trace(generator, inputs, io["pin_clean.uniform"][:, row])
        report.equal(f"pin_clean {row}", got, wanted[1:])
        report.equal(
            f"unpinned {row}",
            trace(
                generator,
                row_inputs(case, row, params),
                io["unpinned.uniform"][:, row],
                start=begun,
            ),
            io["unpinned.tokens"][1:, row],
        )
        pin_noised(case, report, row, inputs)


def pin_noised(case: Case, report: Report, row: int, inputs: DecodeInputs) -> None:
    """The chain around the box is the reference's; the states keep the source there."""
    io, editable = case.io, case.io["edit_mask"][row]
    generator = generator_of(case, ReverseProcess(pin="noised"))
    report.equal("noised start", torch.tensor(generator.steps(inputs).start), torch.tensor(0))
    chain = io["pin_noised.forward_trajectory"][:, row].long()
    pinned = ChainOfTheCase(generator.spec, generator._network, ReverseProcess(pin="noised"))
    pinned.chain = chain
    got = trace(pinned, inputs, io["pin_noised.uniform"][:, row])
    wanted = io["pin_noised.tokens"][1:, row]
    report.equal(f"pin_noised {row}", got[:, editable], wanted[:, editable])
    around = torch.cat([chain.flip(0)[1:], io["x0"][row][None]])
    report.equal(f"pin_noised around {row}", around[:, ~editable], wanted[:, ~editable])
    source = io["x0"][row].expand_as(got)
    report.equal(f"states around {row}", got[:, ~editable], source[:, ~editable])


CASES: dict[str, Callable[[Case, Report], None]] = {
    "whole reverse process, 100 steps, injected Gumbel noise": full_case,
    "fast (strided) reverse processes as released": fast_case,
    "improved paper: high-quality inference (few positions per network call) and purity prior": (
        purity_case
    ),
    "start from a clean grid noised part of the way (filter_ratio): variation / image-to-image": (
        partial_noise_case
    ),
    "regenerate the tokens of a box, keep the rest": region_case,
}
