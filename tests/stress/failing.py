"""An engine that breaks now and then, at jobs that a seed names."""

import random
from collections.abc import Callable
from typing import Any

from engine.runtime.worker import Emit, Runs
from engine.values.jobs import DescribeRequest

INJECTED = "an injected failure"


class FailsAtTimes:
    """Passes requests on, but raises instead of one in `every`, before it or at its first event.

    What models there are is always told: a window that never hears of one has nothing to be tried.
    """

    def __init__(self, engine: Runs, seed: int, every: int) -> None:
        self._engine, self._chance, self._every = engine, random.Random(seed), every

    def run(self, request: Any, emit: Emit, cancelled: Callable[[], bool]) -> None:  # noqa: ANN401 - as the protocol has it
        if isinstance(request, DescribeRequest) or self._chance.randrange(self._every):
            self._engine.run(request, emit, cancelled)
            return
        if self._chance.random() < 0.5:
            raise RuntimeError(INJECTED)
        self._engine.run(request, _broken, cancelled)


def _broken(_: object) -> None:
    raise RuntimeError(INJECTED)
