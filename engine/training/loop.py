"""One resumable training loop for every model: schedule, averaging, checkpoints, metrics."""

import csv
import json
import math
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

Metrics = dict[str, float]


@dataclass(frozen=True, slots=True)
class LoopConfig:
    """minutes: training time over all resumed runs; the cosine ends there.

    lr: peak learning rate. ema: decay of the averaged weights per step. device: "auto" or a torch
    device. threads: of torch on CPU.
    """

    minutes: float
    batch: int
    lr: float
    betas: tuple[float, float] = (0.9, 0.96)
    weight_decay: float = 0.0
    warmup_steps: int = 60
    ema: float = 0.999
    clip_norm: float = 1.0
    checkpoint_minutes: float = 3.0
    log_steps: int = 20
    device: str = "auto"
    threads: int = 2


class Task(Protocol):
    """One kind of model: `network` is trained and saved, `batch` depends on the step alone."""

    @property
    def network(self) -> nn.Module:
        """Trained, averaged and saved whole."""
        ...

    def batch(self, step: int, size: int) -> tuple[Tensor, ...]:
        """Tensors on the CPU for this step."""
        ...

    def loss(self, batch: tuple[Tensor, ...], seed: int) -> tuple[Tensor, Metrics]:
        """Scalar loss and figures to log; `seed` is the step, for what is drawn."""
        ...

    def after_step(self, step: int) -> None:
        """Upkeep of weights that no gradient reaches (dead codes)."""
        ...

    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """Pictures to look at, drawn with the averaged weights."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    step: int = 0
    seconds: float = 0.0


def pick_device(name: str) -> torch.device:
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device) -> AbstractContextManager[None]:
    """bfloat16 where it pays: on CUDA, and on CPUs with native bfloat16 arithmetic."""
    native = device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16) if native else nullcontext()


def learning_rate(config: LoopConfig, progress: Progress) -> float:
    """Linear warm-up by steps, then cosine to a hundredth over the minutes."""
    warmup = min(1.0, (progress.step + 1) / config.warmup_steps)
    share = min(1.0, progress.seconds / (config.minutes * 60))
    return config.lr * warmup * (0.01 + 0.99 * (1 + math.cos(math.pi * share)) / 2)


class Trainer:
    """Runs a task to the end of its minutes, in as many sittings as needed."""

    def __init__(self, task: Task, config: LoopConfig, folder: Path) -> None:
        self.task = task
        self.config = config
        self.folder = folder
        self.device = pick_device(config.device)
        torch.set_num_threads(config.threads)
        self.network = task.network.to(self.device)
        self.trained = [p for p in self.network.parameters() if p.requires_grad]
        self.optimizer = self._optimizer()
        self.average = {k: v.detach().clone() for k, v in self.network.state_dict().items()}
        self.progress = Progress()

    def _optimizer(self) -> torch.optim.AdamW:
        # Weight decay on matrices only: norms, biases and embeddings keep their scale.
        embeddings = {id(m.weight) for m in self.network.modules() if isinstance(m, nn.Embedding)}
        matrices = [p for p in self.trained if p.ndim > 1 and id(p) not in embeddings]
        others = [p for p in self.trained if p.ndim <= 1 or id(p) in embeddings]
        groups = [
            {"params": matrices, "weight_decay": self.config.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(groups, lr=self.config.lr, betas=self.config.betas)

    def run(self, *, resume: bool, start: Path | None = None) -> None:
        """Train until the minutes are used up; checkpoints on the way and at the end.

        start: weights to begin from where there is no checkpoint to go on from.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if resume and (self.folder / "state.json").exists():
            self._load()
        elif start is not None:
            self.network.load_state_dict(load_file(start))
            self.average = {k: v.detach().clone() for k, v in self.network.state_dict().items()}
        started = time.monotonic() - self.progress.seconds
        saved = time.monotonic()
        for metrics in self._steps(started):
            if self.progress.step % self.config.log_steps == 0:
                self._log(metrics)
            if time.monotonic() - saved > self.config.checkpoint_minutes * 60:
                self.save()
                saved = time.monotonic()
        self.save()

    def _steps(self, started: float) -> Iterator[Metrics]:
        while self.progress.seconds < self.config.minutes * 60:
            step = self.progress.step
            for group in self.optimizer.param_groups:
                group["lr"] = learning_rate(self.config, self.progress)
            waited = time.monotonic()
            batch = tuple(
                t.to(self.device, non_blocking=True)
                for t in self.task.batch(step, self.config.batch)
            )
            waited = time.monotonic() - waited
            began = time.monotonic()
            self.network.train()
            with autocast(self.device):
                loss, metrics = self.task.loss(batch, step)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            norm = nn.utils.clip_grad_norm_(self.trained, self.config.clip_norm)
            self.optimizer.step()
            self.task.after_step(step)
            self._update_average()
            busy = time.monotonic() - began
            self.progress = Progress(step + 1, time.monotonic() - started)
            yield {
                **metrics,
                "norm": float(norm),
                "per_second": self.config.batch / (busy + waited),
                "waiting": waited / (busy + waited),
            }

    @torch.no_grad()
    def _update_average(self) -> None:
        # The decay grows with the steps so that the average forgets the random start.
        decay = min(self.config.ema, (1 + self.progress.step) / (10 + self.progress.step))
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.average[name].lerp_(value, 1 - decay)
            else:
                self.average[name].copy_(value)

    def _log(self, metrics: Metrics) -> None:
        row = {
            "step": self.progress.step,
            "minutes": round(self.progress.seconds / 60, 3),
            "lr": round(learning_rate(self.config, self.progress), 7),
            **{k: round(v, 5) for k, v in metrics.items()},
        }
        path = self.folder / "metrics.csv"
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(row))
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        left = self.config.minutes - self.progress.seconds / 60
        figures = "  ".join(f"{k} {v:.4g}" for k, v in row.items())
        print(f"{figures}  {left:.1f} min left", flush=True)  # noqa: T201 - training's own output

    def save(self) -> None:
        """Weights, average and optimiser beside the progress; each file replaced whole."""
        optimizer = {
            f"{index}.{name}": value.contiguous()
            for index, state in self.optimizer.state_dict()["state"].items()
            for name, value in state.items()
        }
        for name, tensors in (
            ("network", self.network.state_dict()),
            ("average", self.average),
            ("optimizer", optimizer),
        ):
            contiguous = {k: v.detach().contiguous().cpu().clone() for k, v in tensors.items()}
            save_file(contiguous, self.folder / f"{name}.tmp")
            (self.folder / f"{name}.tmp").replace(self.folder / f"{name}.safetensors")
        state = {"progress": asdict(self.progress), "loop": asdict(self.config)}
        (self.folder / "state.tmp").write_text(json.dumps(state, indent=1), encoding="utf-8")
        (self.folder / "state.tmp").replace(self.folder / "state.json")
        current = {k: v.detach().clone() for k, v in self.network.state_dict().items()}
        self.network.load_state_dict(self.average)
        self.network.eval()
        self.task.sample_sheet(self.network, self.folder / "samples.png")
        self.network.load_state_dict(current)

    def _load(self) -> None:
        self.network.load_state_dict(load_file(self.folder / "network.safetensors"))
        self.average = {
            k: v.to(self.device) for k, v in load_file(self.folder / "average.safetensors").items()
        }
        blank = self.optimizer.state_dict()
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in load_file(self.folder / "optimizer.safetensors").items():
            index, name = key.split(".", 1)
            state.setdefault(int(index), {})[name] = value
        self.optimizer.load_state_dict({**blank, "state": state})
        saved = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        self.progress = Progress(**saved["progress"])
