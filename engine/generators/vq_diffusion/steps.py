"""Which reverse steps a decode takes: how far each goes, or how many tokens it uncovers."""

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from engine.generators.vq_diffusion.schedule import CLEAN

StepRule = Literal["stride", "released", "purity"]
Pin = Literal["clean", "noised"]


@dataclass(frozen=True, slots=True)
class ReverseProcess:
    """rule: "stride" takes the exact posterior over any number of steps; "released" is the fast
    mode of the published code, which unmasks one time's worth however long the stride is; "purity"
    uncovers a fixed number of tokens a step (Tang et al., arXiv 2205.16007).

    steps: how many where a request does not say; "purity" goes by sites_at_once.
    purity_weight: how much sites that the network is sure of go first and are drawn sharper; None
    chooses sites by chance alone. sites_at_once: at most that many tokens a step of "purity".
    pin: what the network sees outside the box: the picture itself, or the picture as noised as the
    box is.
    """

    rule: StepRule = "stride"
    steps: int = 25
    purity_weight: float | None = None
    sites_at_once: int = 1024
    pin: Pin = "clean"


@dataclass(frozen=True, slots=True)
class ReverseStep:
    """The network is told `time`; tokens go from `later` to `earlier` of the schedule.

    sites: if not 0, so many masked tokens are uncovered instead and nothing else changes.
    """

    time: int
    later: int
    earlier: int
    sites: int = 0


@lru_cache(maxsize=16)
def reverse_steps(
    process: ReverseProcess, *, wanted: int, times: int, sites: int
) -> tuple[ReverseStep, ...]:
    """All steps of a whole picture; wanted: how many, 0 = the process's own number."""
    if process.rule == "purity":
        return uncovering(due_tokens(sites, times, process.sites_at_once), process.sites_at_once)
    count = min(wanted or process.steps, times)
    if process.rule == "released":
        return released(times, round(times / count))
    return strided(times, count)


def strided(times: int, count: int) -> tuple[ReverseStep, ...]:
    """`count` strides of about one length from T - 1 to CLEAN."""
    borders = [round(times * (count - index) / count) - 1 for index in range(count + 1)]
    return tuple(
        ReverseStep(later, later, earlier) for later, earlier in itertools.pairwise(borders)
    )


def released(times: int, speed: int) -> tuple[ReverseStep, ...]:
    """As published: the posterior of one time, `speed` - 1 earlier than what the network is told;
    a last step at 0 if the stride does not land there."""
    skip = speed - 1
    told = list(range(times - 1, -1, -speed))
    if told[-1] != 0:
        told.append(0)
    moved = [time - skip if time > skip else time for time in told]
    return tuple(
        ReverseStep(time, later, later - 1) for time, later in zip(told, moved, strict=True)
    )


def uncovering(due: tuple[int, ...], at_once: int) -> tuple[ReverseStep, ...]:
    """due[t]: tokens to uncover at time t, in calls of `at_once`, of which none is left a single
    token; time 0 is an ordinary step whatever is due."""
    steps = []
    for time in range(len(due) - 1, 0, -1):
        left = due[time]
        while left:
            sites = left if left - at_once <= 1 else at_once
            steps.append(ReverseStep(time, time, time - 1, sites))
            left -= sites
    return (*steps, ReverseStep(0, 0, CLEAN))


def due_tokens(sites: int, times: int, at_once: int) -> tuple[int, ...]:
    """(T,) tokens to uncover at each time: published for 1,024 in 100 times, else evenly."""
    if (sites, times) == (1024, 100):
        regular = (11, 10, 10) * 32
        return (1, 6, *regular, 11, 15) if at_once <= 10 else (1, 10, *regular, 11, 11)
    shares = np.diff(np.arange(times) * sites // (times - 1))
    return (1, *(int(share) for share in shares))
