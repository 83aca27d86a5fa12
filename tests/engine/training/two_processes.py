"""What each of two training processes runs: `python -m tests.engine.training.two_processes DIR`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from engine.training.loop import Trainer
from tests.engine.training.line_task import LineTask, loop


class TendedTask(LineTask):
    """The second process spoils its own weights after each step, and must be put right."""

    @torch.no_grad()
    def after_step(self, step: int) -> None:
        for weights in self.tended():
            weights.add_(int(os.environ["RANK"]))

    def tended(self) -> Iterator[Tensor]:
        yield from self.network.parameters()


if __name__ == "__main__":
    trainer = Trainer(TendedTask(), loop(steps=20, batch=4), Path(sys.argv[1]))
    trainer.run(resume=True)
    (weight,) = trainer.network.parameters()
    print(f"weight {float(weight.detach()):.8f}")  # noqa: T201 - read by the test
