"""Training on the terminal: a line of figures every few steps, and a bar with the time left."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn


class Shows(Protocol):
    """Where progress goes."""

    def line(self, figures: Mapping[str, float], left: str) -> None: ...

    def bar(self, share: float, left: str) -> None: ...


class _Silent:
    def line(self, figures: Mapping[str, float], left: str) -> None:
        pass

    def bar(self, share: float, left: str) -> None:
        pass


class _Terminal:
    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=1.0, left="")

    def line(self, figures: Mapping[str, float], left: str) -> None:
        said = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
        self._progress.console.print(f"{said}  {left}", soft_wrap=True, highlight=False)

    def bar(self, share: float, left: str) -> None:
        self._progress.update(self._task, completed=share, left=left)


@contextmanager
def shown(title: str, *, speaks: bool = True) -> Iterator[Shows]:
    """Progress of one run; the bar only on a terminal, nothing where another process `speaks`."""
    if not speaks:
        yield _Silent()
        return
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[left]}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield _Terminal(progress, title)


def time_left(seconds: float) -> str:
    """In the largest units that say something."""
    minutes = seconds / 60
    if minutes >= 90:
        return f"{minutes / 60:.1f} h left"
    return f"{minutes:.1f} min left" if minutes >= 1 else f"{max(0.0, seconds):.0f} s left"
