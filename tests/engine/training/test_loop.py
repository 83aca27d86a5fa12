"""The training loop: learning, budgets, sittings, and runs that were killed."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.training import checkpoints
from engine.training.batches import CAN_FORK, in_order
from engine.training.checkpoints import Progress
from engine.training.loop import LoopConfig, Trainer, learning_rate
from engine.values.errors import BadInput
from tests.engine.training.line_task import LineTask, curve, loop

Test = TypeVar("Test", bound=Callable[..., None])


def forked(test: Test) -> Test:
    """For tests that fork, as the loop's worker processes do."""
    able = pytest.mark.skipif(not CAN_FORK, reason="there are no worker processes here")
    # Python warns of forks beside threads; what is forked here starts no parallel work of torch's.
    quiet = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    marked: Test = quiet(able(test))
    return marked


def test_training_learns_and_writes_what_it_says(tmp_path: Path) -> None:
    trainer = Trainer(LineTask(), loop(steps=150), tmp_path)
    assert trainer.run(resume=False)
    assert float(trainer.average["weight"]) == pytest.approx(3.0, abs=0.3)
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    parts = ("network", "average", "optimizer", "task")
    assert written == {
        "step-00000150",
        "step-00000150/state.json",
        *(f"step-00000150/{part}.safetensors" for part in parts),
        "metrics.csv",
        "samples.png",
        "curves.png",
    }


def test_minutes_are_counted_over_all_sittings(tmp_path: Path) -> None:
    config = loop(minutes=0.01)
    sitting = replace(config, sitting_minutes=0.004)
    assert not Trainer(LineTask(), sitting, tmp_path).run(resume=True)
    first = checkpoints.progress(tmp_path)
    assert 0.24 <= first.seconds < 0.6
    assert Trainer(LineTask(), config, tmp_path).run(resume=True)
    second = checkpoints.progress(tmp_path)
    assert second.step > first.step and second.seconds >= 0.6


def test_a_run_begun_anew_forgets_the_old_one(tmp_path: Path) -> None:
    Trainer(LineTask(), loop(steps=20), tmp_path).run(resume=True)
    Trainer(LineTask(), loop(steps=10), tmp_path).run(resume=False)
    assert checkpoints.progress(tmp_path).step == 10
    assert [row[0] for row in curve(tmp_path)] == [5, 10]


def test_training_can_begin_from_shipped_weights(tmp_path: Path) -> None:
    save_file({"weight": torch.full((1, 1), 7.0, dtype=torch.float16)}, tmp_path / "half")
    trainer = Trainer(LineTask(), loop(steps=1), tmp_path / "out")
    trainer.run(resume=True, start=tmp_path / "half")
    assert trainer.progress.step == 1
    assert float(trainer.average["weight"]) == pytest.approx(7.0, abs=0.1)
    assert trainer.average["weight"].dtype == torch.float32
    # A training folder stands for its averaged weights.
    on = Trainer(LineTask(), loop(minutes=1e-9), tmp_path / "more")
    on._begin(resume=True, start=tmp_path / "out")
    assert torch.equal(on.average["weight"], trainer.average["weight"])


def test_learning_rate_warms_up_then_falls_to_a_hundredth() -> None:
    config = LoopConfig(minutes=1, batch=1, lr=1.0, warmup_steps=10)
    rising = [learning_rate(config, Progress(step, 0.0)) for step in (0, 4, 9)]
    falling = [learning_rate(config, Progress(99, seconds)) for seconds in (0, 30, 60)]
    assert rising == pytest.approx([0.1, 0.5, 1.0])
    assert falling == pytest.approx([1.0, 0.505, 0.01])
    by_steps = LoopConfig(steps=200, batch=1, lr=1.0, warmup_steps=10)
    falling = [learning_rate(by_steps, Progress(step, 1e9)) for step in (100, 200)]
    assert falling == pytest.approx([0.505, 0.01])


@pytest.mark.parametrize(("minutes", "steps"), [(None, None), (1.0, 1)])
def test_a_run_has_one_budget(minutes: float | None, steps: int | None) -> None:
    with pytest.raises(BadInput, match="either minutes or steps"):
        LoopConfig(batch=1, lr=1.0, minutes=minutes, steps=steps)


def test_an_unknown_optimizer_is_refused() -> None:
    wanted: dict[str, Any] = {"batch": 1, "lr": 1.0, "steps": 1, "optimizer": "sgd"}
    with pytest.raises(BadInput, match="There are: adamw, muon"):
        LoopConfig(**wanted)


class RememberingTask(LineTask):
    """Half of what it sees is dropped, and what it remembers bends the weights."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = torch.zeros(1)

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, dict[str, Tensor]]:
        x, y = batch
        loss = (self.network(F.dropout(x)) - y).square().mean()
        self.seen += loss.detach()
        return loss, {"loss": loss}

    @torch.no_grad()
    def after_step(self, step: int) -> None:
        if step % 7 == 0:
            next(self.network.parameters()).add_(self.seen.sin() / 10)
            self.seen.zero_()

    def state_dict(self) -> dict[str, Tensor]:
        return {"seen": self.seen}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.seen = state["seen"].clone()


STEPS = 300


def train(folder: Path, checkpoint_minutes: float = 3.0) -> None:
    config = loop(steps=STEPS, checkpoint_minutes=checkpoint_minutes)
    Trainer(RememberingTask(), config, folder).run(resume=True)


def weights(folder: Path) -> dict[str, dict[str, Tensor]]:
    found = checkpoints.latest(folder)
    assert found is not None
    return {path.name: load_file(path) for path in sorted(found.glob("*.safetensors"))}


@forked
def test_a_killed_run_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    killed, unbroken = tmp_path / "killed", tmp_path / "unbroken"
    train(unbroken)
    kill_in_the_middle(
        lambda: train(killed, checkpoint_minutes=0.0005),
        lambda: checkpoints.progress(killed).step > 20,
    )
    assert 20 < checkpoints.progress(killed).step < STEPS
    train(killed)
    assert curve(killed) == curve(unbroken)
    once, again = weights(unbroken), weights(killed)
    assert once.keys() == again.keys()
    for part, tensors in once.items():
        assert tensors.keys() == again[part].keys()
        assert all(torch.equal(value, again[part][name]) for name, value in tensors.items()), part


def kill_in_the_middle(work: Callable[[], None], far_enough: Callable[[], bool]) -> None:
    """Run `work` in a process of its own and kill it without a warning."""
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    deadline = time.monotonic() + 60
    while process.is_alive() and not far_enough() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode == -signal.SIGKILL


@forked
def test_worker_processes_change_nothing_that_is_learnt(tmp_path: Path) -> None:
    Trainer(LineTask(), loop(steps=20), tmp_path / "here").run(resume=True)
    Trainer(LineTask(), loop(steps=20, workers=2), tmp_path / "workers").run(resume=True)
    assert curve(tmp_path / "here") == curve(tmp_path / "workers")


@forked
def test_workers_draw_elsewhere_and_keep_the_order() -> None:
    made = list(in_order(lambda key: (key, os.getpid()), range(12), 2))
    assert [key for key, _ in made] == list(range(12))
    pids = {pid for _, pid in made}
    assert len(pids) == 2 and os.getpid() not in pids
    assert {pid for _, pid in in_order(lambda key: (key, os.getpid()), range(3), 0)} == {
        os.getpid()
    }
