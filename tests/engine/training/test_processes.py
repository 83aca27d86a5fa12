"""One run on two processes, as `torchrun` and `accelerate launch` start them."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.training.loop import Trainer
from engine.training.metrics import read_metrics
from tests.engine.training.line_task import LineTask, loop


class BothBatchesTask(LineTask):
    """Draws in one process what two draw of a step."""

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        halves = [super(BothBatchesTask, self).batch(2 * step + i, size // 2) for i in (0, 1)]
        return tuple(torch.cat(parts) for parts in zip(*halves, strict=True))


def started(rank: int, port: int, folder: Path) -> subprocess.Popen[str]:
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}
    own = {"RANK": str(rank), "LOCAL_RANK": str(rank)}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.engine.training.two_processes", str(folder)],
        env={**os.environ, **shared, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_learn_as_one_does_from_both_their_batches(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    processes = [started(rank, port, tmp_path / "two") for rank in (0, 1)]
    said = []
    try:
        for process in processes:
            out, err = process.communicate(timeout=300)
            assert process.returncode == 0, err
            said.append(out.splitlines())
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    # The same weights in both, and one of them alone has something to say and to write.
    weights = [float(lines[-1].removeprefix("weight ")) for lines in said]
    assert weights[0] == weights[1]
    assert len(said[1]) == 1 < len(said[0])
    one = Trainer(BothBatchesTask(), loop(steps=20, batch=8), tmp_path / "one")
    one.run(resume=True)
    (weight,) = one.network.parameters()
    assert weights[0] == pytest.approx(float(weight.detach()), abs=1e-6)
    two_rows, one_rows = (read_metrics(tmp_path / n / "metrics.csv") for n in ("two", "one"))
    assert [row["step"] for row in two_rows] == [5, 10, 15, 20]
    for ours, theirs in zip(two_rows, one_rows, strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=1e-4)
