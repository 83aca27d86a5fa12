"""The smallest training task, and how tests run it."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from engine.training.loop import LoopConfig
from engine.training.metrics import read_metrics


class LineTask:
    """Fits y = 3 x; enough to see whether the loop learns, averages and resumes."""

    def __init__(self) -> None:
        self.network: nn.Module = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(self.network.weight)

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        x = torch.randn(size, 1, generator=torch.Generator().manual_seed(step))
        return x, 3 * x

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, dict[str, Tensor]]:
        x, y = batch
        loss = (self.network(x).float() - y).square().mean()
        return loss, {"loss": loss}

    def after_step(self, step: int) -> None:
        pass

    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        path.write_bytes(b"sheet")


def loop(
    *,
    minutes: float | None = None,
    steps: int | None = None,
    batch: int = 8,
    checkpoint_minutes: float = 3.0,
    workers: int = 0,
) -> LoopConfig:
    return LoopConfig(
        minutes=minutes,
        steps=steps,
        batch=batch,
        lr=0.05,
        warmup_steps=1,
        log_steps=5,
        checkpoint_minutes=checkpoint_minutes,
        device="cpu",
        threads=1,
        workers=workers,
    )


def curve(folder: Path, names: Sequence[str] = ("step", "lr", "loss")) -> list[list[float]]:
    """The figures that do not hang on the clock."""
    return [[row[name] for name in names] for row in read_metrics(folder / "metrics.csv")]
