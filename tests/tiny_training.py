"""A training folder of untrained networks, in the form that the training loop leaves behind."""

from collections.abc import Mapping
from pathlib import Path

from torch import nn

from engine.training import checkpoints
from engine.training.checkpoints import Checkpoint, Progress
from engine.training.metrics import append_metrics

FIGURES = {"loss": 2.0, "entropy": 2.0, "psnr": 20.0}


def write_parts(home: Path, networks: Mapping[str, nn.Module]) -> None:
    """One checkpoint and two rows of metrics for each part."""
    for part, network in networks.items():
        state = dict(network.state_dict())
        loop = {"batch": 4, "minutes": 1.0}
        checkpoints.write(home / part, Checkpoint(Progress(40, 60.0), state, state, {}, {}, loop))
        for step in (20, 40):
            append_metrics(home / part / "metrics.csv", {"step": step, "minutes": 1.0, **FIGURES})
