"""Small things to train on, and a folder of untrained networks as the training loop leaves it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.training import checkpoints
from engine.training.checkpoints import Checkpoint, Progress
from engine.training.loop import Task
from engine.training.metrics import append_metrics
from engine.training.scenes import Scene

SIDE = 16
FIGURES = {"loss": 2.0, "entropy": 2.0, "psnr": 20.0}


def picture(seed: int) -> NDArray[np.uint8]:
    """Two plain halves of SIDE pixels together; every fourth seed gives the same."""
    colours = np.random.default_rng(seed % 4).integers(0, 256, (2, 1, 3))
    return colours.repeat(SIDE // 2, 0).repeat(SIDE, 1).astype(np.uint8)


def scene(seed: int) -> Scene:
    return Scene(picture(seed), "a cat", ("a cat", "a red cat"), (), "")


def losses_of(task: Task, steps: int, size: int) -> list[float]:
    """One a step, of a task that is trained on batches of `size`."""
    optimizer = torch.optim.AdamW(task.network.parameters(), lr=3e-3)
    found = []
    for step in range(steps):
        loss, _ = task.loss(task.batch(step, size), step)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        task.after_step(step)
        found.append(loss.item())
    return found


def write_parts(home: Path, networks: Mapping[str, nn.Module]) -> None:
    """One checkpoint and two rows of metrics for each part."""
    for part, network in networks.items():
        state = dict(network.state_dict())
        loop = {"batch": 4, "minutes": 1.0}
        checkpoints.write(home / part, Checkpoint(Progress(40, 60.0), state, state, {}, {}, loop))
        for step in (20, 40):
            append_metrics(home / part / "metrics.csv", {"step": step, "minutes": 1.0, **FIGURES})
