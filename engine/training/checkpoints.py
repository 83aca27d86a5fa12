"""Checkpoints on disk: each a folder of its own, complete or not there."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.optim import Optimizer

from engine.values.errors import BadInput

Tensors = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps done, and seconds spent on them over all sittings."""

    step: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All of one step. task: what the task remembers besides its network, often nothing."""

    progress: Progress
    network: Tensors
    average: Tensors
    optimizer: Tensors
    task: Tensors
    loop: dict[str, Any]


PARTS = ("network", "average", "optimizer", "task")


def write(folder: Path, checkpoint: Checkpoint) -> None:
    """Add `folder`/step-N, then remove its elders.

    Its files are written under another name, and one rename makes them the checkpoint: killed at
    any moment, what `latest` finds is whole and of one step. A step that is there already stays.
    """
    name, unfinished = f"step-{checkpoint.progress.step:08d}", folder / "unfinished"
    if (folder / name).exists():
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for part in PARTS:
        tensors: Tensors = getattr(checkpoint, part)
        copies = {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}
        save_file(copies, unfinished / f"{part}.safetensors")
    said = {"progress": asdict(checkpoint.progress), "loop": checkpoint.loop}
    (unfinished / "state.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    for path in unfinished.iterdir():
        _flush(path)
    unfinished.rename(folder / name)
    for elder in folder.glob("step-*"):
        if elder.name < name:
            shutil.rmtree(elder)


def forget(folder: Path) -> None:
    """Remove every checkpoint."""
    for path in (*folder.glob("step-*"), folder / "unfinished"):
        shutil.rmtree(path, ignore_errors=True)
    (folder / "state.json").unlink(missing_ok=True)


def latest(folder: Path) -> Path | None:
    """Where the newest checkpoint's files are: step-N, or the folder itself if it holds them."""
    steps = sorted(folder.glob("step-*"))
    if steps:
        return steps[-1]
    return folder if (folder / "state.json").exists() else None


def progress(folder: Path) -> Progress:
    """How far the newest checkpoint has come; nothing done where there is none."""
    return Progress() if latest(folder) is None else Progress(**state(folder)["progress"])


def state(folder: Path) -> dict[str, Any]:
    """The newest checkpoint's progress and loop settings; BadInput where there is none."""
    found = latest(folder)
    if found is None:
        raise BadInput(f"{folder} holds no checkpoint.", "Train that part first.")
    content: dict[str, Any] = json.loads((found / "state.json").read_text(encoding="utf-8"))
    return content


def read(folder: Path) -> Checkpoint | None:
    """The newest checkpoint, on the CPU; None where there is none."""
    found = latest(folder)
    if found is None:
        return None
    said = state(folder)
    paths = {part: found / f"{part}.safetensors" for part in PARTS}
    parts = {part: load_file(path) if path.exists() else {} for part, path in paths.items()}
    return Checkpoint(progress=Progress(**said["progress"]), loop=said["loop"], **parts)


def averaged(path: Path) -> Tensors:
    """The averaged weights: of the newest checkpoint in a training folder, or those in a file."""
    found = latest(path) if path.is_dir() else None
    file = path if found is None else found / "average.safetensors"
    if not file.is_file():
        raise BadInput(f"{path} holds no trained weights.", "Train that part first.")
    return load_file(file)


def _flush(path: Path) -> None:
    """Onto the disk, so that a power cut does not leave a checkpoint of empty files."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def optimizer_tensors(optimizers: Sequence[Optimizer]) -> Tensors:
    """What optimizers remember, by 'number of the optimizer.of the parameter.name'."""
    return {
        f"{order}.{number}.{name}": value
        for order, optimizer in enumerate(optimizers)
        for number, values in optimizer.state_dict()["state"].items()
        for name, value in values.items()
    }


def restore_optimizers(tensors: Tensors, optimizers: Sequence[Optimizer]) -> None:
    """The way back, into new optimizers of the same parameters; BadInput if of other kinds."""
    states: list[dict[int, Tensors]] = [{} for _ in optimizers]
    known = {key.split(".")[0] for key in tensors if key.count(".") == 2}
    if tensors and known != {str(order) for order in range(len(optimizers))}:
        raise BadInput(
            "The checkpoint is of a run with another optimizer.",
            "Ask for that one, or begin in another folder with --start and this one's weights.",
        )
    for key, value in tensors.items():
        order, number, name = key.split(".", 2)
        states[int(order)].setdefault(int(number), {})[name] = value
    for optimizer, state in zip(optimizers, states, strict=True):
        optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
