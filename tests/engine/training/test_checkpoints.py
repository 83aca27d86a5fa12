"""Checkpoints that a kill at any moment leaves whole; metrics that belong to them."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine.training import checkpoints
from engine.training.checkpoints import Checkpoint, Progress
from engine.training.metrics import append_metrics, read_metrics, truncate_metrics
from engine.training.optimizers import Kind, optimizers
from engine.values.errors import BadInput


class Killed(BaseException):
    """Stands for the end of the process."""


def of_step(step: int) -> Checkpoint:
    tensors = {"step": torch.tensor([float(step)])}
    return Checkpoint(Progress(step, step / 2), tensors, tensors, tensors, tensors, {"batch": 3})


def step_of(found: Checkpoint) -> int:
    """The step of all parts, which must be one."""
    parts = (found.network, found.average, found.optimizer, found.task)
    steps = {float(part["step"]) for part in parts} | {float(found.progress.step)}
    assert len(steps) == 1
    return int(steps.pop())


def dying_at(operation: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """The process ends at that file operation, which is left half done; tells how many came."""
    count = 0

    def failing(real: Callable[..., Any], half: Callable[..., object]) -> Callable[..., Any]:
        def operated(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - stands for any of them
            nonlocal count
            count += 1
            if count == operation:
                half(*args)
                raise Killed
            return real(*args, **kwargs)

        return operated

    def nothing(*_: object) -> None: ...

    def half_a_file(_: object, path: Path) -> None:
        path.write_bytes(b"half")

    def half_a_text(path: Path, text: str) -> None:
        path.write_bytes(text[: len(text) // 2].encode())

    def half_a_folder(path: Path) -> None:
        next(iter(sorted(path.iterdir()))).unlink()

    monkeypatch.setattr(checkpoints, "save_file", failing(save_file, half_a_file))
    monkeypatch.setattr(os, "fsync", failing(os.fsync, nothing))
    monkeypatch.setattr(Path, "write_text", failing(Path.write_text, half_a_text))
    monkeypatch.setattr(Path, "mkdir", failing(Path.mkdir, nothing))
    monkeypatch.setattr(Path, "rename", failing(Path.rename, nothing))
    real_rmtree = shutil.rmtree

    def rmtree(path: Path, ignore_errors: bool = False) -> None:
        if path.exists():
            failing(real_rmtree, half_a_folder)(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", rmtree)
    return lambda: count


def test_a_kill_at_any_file_operation_leaves_one_whole_checkpoint(tmp_path: Path) -> None:
    found_steps = []
    for operation in range(1, 100):
        folder = tmp_path / str(operation)
        checkpoints.write(folder, of_step(100))
        # Something that an earlier kill left lying.
        (folder / "unfinished").mkdir()
        (folder / "unfinished" / "network.safetensors").write_bytes(b"half")
        with pytest.MonkeyPatch.context() as monkeypatch:
            operations = dying_at(operation, monkeypatch)
            try:
                checkpoints.write(folder, of_step(200))
            except Killed:
                died = True
            else:
                died = False
        found = checkpoints.read(folder)
        assert found is not None
        found_steps.append(step_of(found))
        # Whatever was left, the next checkpoint is written and read all the same.
        checkpoints.write(folder, of_step(300))
        after = checkpoints.read(folder)
        assert after is not None and step_of(after) == 300
        assert [path.name for path in folder.iterdir()] == ["step-00000300"]
        if not died:
            assert operations() == operation - 1
            break
    switch = found_steps.index(200)
    assert switch > 10, "every file has its own operation"
    assert found_steps == [100] * switch + [200] * (len(found_steps) - switch)


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    assert checkpoints.read(tmp_path) is None
    assert checkpoints.progress(tmp_path) == Progress()
    checkpoints.write(tmp_path, of_step(7))
    found = checkpoints.read(tmp_path)
    assert found is not None and step_of(found) == 7
    assert (found.progress, found.loop) == (Progress(7, 3.5), {"batch": 3})
    assert float(checkpoints.averaged(tmp_path)["step"]) == 7
    with pytest.raises(BadInput, match="no trained weights"):
        checkpoints.averaged(tmp_path / "elsewhere")


@pytest.mark.parametrize("kind", ["adamw", "muon"])
def test_optimizers_come_back_from_tensors(kind: Kind) -> None:
    def begun() -> tuple[nn.Module, tuple[torch.optim.Optimizer, ...]]:
        torch.manual_seed(0)
        network = nn.Sequential(nn.Embedding(4, 6), nn.Linear(6, 6), nn.LayerNorm(6))
        return network, optimizers(network, kind, lr=0.1, betas=(0.9, 0.99), weight_decay=0.1)

    def step(network: nn.Module, moved_by: Sequence[torch.optim.Optimizer]) -> None:
        network.zero_grad()
        (network(torch.arange(4)) * torch.arange(24.0).view(4, 6)).sum().backward()
        for optimizer in moved_by:
            optimizer.step()

    network, moved_by = begun()
    step(network, moved_by)
    again, restored = begun()
    again.load_state_dict(network.state_dict())
    # From disk they come as copies.
    kept = {k: v.clone() for k, v in checkpoints.optimizer_tensors(moved_by).items()}
    checkpoints.restore_optimizers(kept, restored)
    for going_on in ((network, moved_by), (again, restored)):
        step(*going_on)
    assert len(restored) == (2 if kind == "muon" else 1)
    for here, there in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(here, there)


@pytest.mark.parametrize("keys", [["0.0.step"], ["0.0.step", "1.0.step", "2.0.step"], ["0.step"]])
def test_checkpoints_of_other_optimizers_are_refused(keys: list[str]) -> None:
    two = optimizers(nn.Linear(2, 2), "muon", lr=0.1, betas=(0.9, 0.99), weight_decay=0.1)
    with pytest.raises(BadInput, match="another optimizer"):
        checkpoints.restore_optimizers({key: torch.zeros(()) for key in keys}, two)


def test_metrics_forget_what_came_after_the_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    for step in (5, 10, 15):
        append_metrics(path, {"step": step, "loss": 1 / step})
    with path.open("a") as file:
        file.write("2")  # the kill came while this row was written
    truncate_metrics(path, 10)
    assert read_metrics(path) == [{"step": 5, "loss": 0.2}, {"step": 10, "loss": 0.1}]
    append_metrics(path, {"step": 15, "loss": 0.5})
    assert [row["step"] for row in read_metrics(path)] == [5, 10, 15]


def test_a_new_figure_gets_a_column(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    append_metrics(path, {"step": 5, "loss": 0.2})
    append_metrics(path, {"step": 10, "loss": 0.1, "psnr": 20})
    append_metrics(path, {"step": 15, "psnr": 21})
    assert read_metrics(path) == [
        {"step": 5, "loss": 0.2},
        {"step": 10, "loss": 0.1, "psnr": 20},
        {"step": 15, "psnr": 21},
    ]
