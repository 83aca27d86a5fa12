"""Figures with their aims, and how the judge's verdicts become shares of right pictures."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.quality.asks import Ask
from engine.quality.intervals import Estimate, share
from engine.quality.judge import Labels, Verdicts
from engine.values.jobs import Pixels

Hits = NDArray[np.bool_]
Right = Callable[[Verdicts, Sequence[Ask], Labels], Hits]
"""(B,): whether each picture shows what the ask of the same number asks for."""


@dataclass(frozen=True, slots=True)
class Aim:
    """The least that is wanted after training on two CPU cores, and after training on a GPU.

    of_ceiling: as a share of the ceiling, not of the figure's own scale.
    """

    cpu: float
    gpu: float
    of_ceiling: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """ceiling: the same of real scenes. floor: of the same pictures with the captions shuffled.

    None where there is no such thing. The interval is of the estimate, not of its share of the
    ceiling.
    """

    name: str
    estimate: Estimate
    aim: Aim | None = None
    ceiling: float | None = None
    floor: float | None = None
    note: str = ""

    @property
    def of_ceiling(self) -> float | None:
        """The estimate as a share of the ceiling; None without a ceiling above zero."""
        return self.estimate.value / self.ceiling if self.ceiling else None

    @property
    def meets_cpu(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        return None if self.aim is None else self._reaches(self.aim.cpu, self.aim)

    @property
    def meets_gpu(self) -> bool | None:
        return None if self.aim is None else self._reaches(self.aim.gpu, self.aim)

    def _reaches(self, least: float, aim: Aim) -> bool:
        reached = self.of_ceiling if aim.of_ceiling else self.estimate.value
        return reached is not None and not math.isnan(reached) and reached >= least


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Asks, the pictures drawn for them, and what the judge sees in these and in the real ones."""

    asks: tuple[Ask, ...]
    pictures: tuple[Pixels, ...]
    drawn: Verdicts
    real: Verdicts
    labels: Labels

    def hits(self, right: Right) -> Hits:
        return right(self.drawn, self.asks, self.labels)

    def real_hits(self, right: Right) -> Hits:
        return right(self.real, self.asks, self.labels)

    def shuffled_hits(self, right: Right) -> Hits:
        """The drawn pictures against the asks in another order, always the same one."""
        order = np.random.default_rng(len(self.asks)).permutation(len(self.asks))
        return right(self.drawn, [self.asks[index] for index in order], self.labels)


def judged_share(name: str, right: Right, judged: Judged, aim: Aim | None = None) -> Figure:
    """The share of right pictures, between its floor and its ceiling."""
    return Figure(
        name,
        share(judged.hits(right)),
        aim,
        ceiling=float(judged.real_hits(right).mean()),
        floor=float(judged.shuffled_hits(right).mean()),
    )


def object_right(verdicts: Verdicts, asks: Sequence[Ask], labels: Labels) -> Hits:
    """The one object asked for is the likeliest."""
    return _ranks(verdicts, asks, labels) < 1


def object_in_five(verdicts: Verdicts, asks: Sequence[Ask], labels: Labels) -> Hits:
    """The one object asked for is among the five likeliest."""
    return _ranks(verdicts, asks, labels) < 5


def both_right(verdicts: Verdicts, asks: Sequence[Ask], labels: Labels) -> Hits:
    """The two likeliest objects are the two asked for, wherever they are."""
    asked = [sorted(labels.concepts.index(name) for name in ask.concepts) for ask in asks]
    equal: Hits = (np.sort(verdicts.concepts[:, :2], axis=1) == np.array(asked)).all(axis=1)
    return equal


def ground_right(verdicts: Verdicts, asks: Sequence[Ask], labels: Labels) -> Hits:
    """The ground has the colour asked for."""
    equal: Hits = verdicts.ground == [labels.grounds.index(ask.ground) for ask in asks]
    return equal


def place_right(verdicts: Verdicts, asks: Sequence[Ask], labels: Labels) -> Hits:
    """The object is at the place asked for, whatever it is."""
    equal: Hits = verdicts.place == [labels.places.index(ask.place) for ask in asks]
    return equal


def count_right(verdicts: Verdicts, asks: Sequence[Ask], labels: Labels) -> Hits:  # noqa: ARG001 - as the others
    """There are as many objects as were asked for."""
    equal: Hits = verdicts.count == [len(ask.concepts) for ask in asks]
    return equal


def object_and_ground_right(verdicts: Verdicts, asks: Sequence[Ask], labels: Labels) -> Hits:
    """The object asked for on the ground asked for."""
    return object_right(verdicts, asks, labels) & ground_right(verdicts, asks, labels)


def _ranks(verdicts: Verdicts, asks: Sequence[Ask], labels: Labels) -> NDArray[np.intp]:
    """(B,): 0 where the object asked for is the likeliest."""
    asked = np.array([labels.concepts.index(ask.concepts[0]) for ask in asks])
    ranks: NDArray[np.intp] = np.equal(verdicts.concepts, asked[:, None]).argmax(axis=1)
    return ranks
