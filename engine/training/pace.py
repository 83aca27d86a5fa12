"""How fast a run goes, and how long it waits for data."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Pace:
    """Pictures a second and the share of time waiting for them, since it was last asked."""

    def __init__(self, pictures: int) -> None:
        self._pictures = pictures
        self._restart()

    def _restart(self) -> None:
        self._began = time.monotonic()
        self._waited = 0.0
        self._steps = 0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._waited += time.monotonic() - began
        self._steps += 1

    def figures(self) -> dict[str, float]:
        spent = time.monotonic() - self._began
        figures = {
            "per_second": self._steps * self._pictures / spent,
            "waiting": self._waited / spent,
        }
        self._restart()
        return figures
