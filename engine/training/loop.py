"""One resumable training loop for every model: schedule, averaging, checkpoints, metrics.

It runs on one process or, started by `accelerate launch` or `torchrun`, on many: each draws batches
of its own, gradients are averaged, and the main process alone writes files.
"""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, get_args, runtime_checkable

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs
from torch import Tensor, nn

from engine.hardware import native_bfloat16, pick_device
from engine.training import checkpoints
from engine.training.batches import Batch, batches, default_workers
from engine.training.checkpoints import Checkpoint, Progress
from engine.training.curves import plot_metrics
from engine.training.display import Shows, shown, time_left
from engine.training.metrics import append_metrics, read_metrics, truncate_metrics
from engine.training.optimizers import Kind, optimizers
from engine.training.pace import Pace
from engine.training.processes import agreed, make_alike
from engine.values.errors import BadInput

Metrics = Mapping[str, float | Tensor]
"""Figures of one step; tensors of one number are read only when they are logged."""

DEVICES = ("cuda", "cpu")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopConfig:
    """Budget: minutes of training or steps, either over all sittings; the cosine ends there.

    With steps, what is learnt depends on the configuration alone, however often the run was
    stopped. sitting_minutes: an earlier stop of this sitting. batch: pictures a step and process.
    lr: peak learning rate. optimizer: which one, see `optimizers`. ema: decay of the averaged
    weights per step. device: auto, cpu or cuda. threads: of torch on CPU. workers: processes that
    draw batches, None for as many as pay. compiled: whether the network's forward goes through
    torch.compile.
    """

    batch: int
    lr: float
    optimizer: Kind = "adamw"
    minutes: float | None = None
    steps: int | None = None
    sitting_minutes: float = math.inf
    betas: tuple[float, float] = (0.9, 0.96)
    weight_decay: float = 0.0
    warmup_steps: int = 60
    ema: float = 0.999
    clip_norm: float = 1.0
    checkpoint_minutes: float = 3.0
    log_steps: int = 20
    device: str = "auto"
    threads: int = 2
    workers: int | None = None
    compiled: bool = False

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.steps is None):
            raise BadInput("A run needs a budget.", "Give either minutes or steps.")
        if self.optimizer not in get_args(Kind):
            known = ", ".join(get_args(Kind))
            raise BadInput(f"There is no optimizer {self.optimizer!r}.", f"There are: {known}.")

    def done(self, progress: Progress) -> float:
        """The share of the budget that is used up, 0..1."""
        if self.steps is not None:
            return min(1.0, progress.step / self.steps)
        assert self.minutes is not None
        return min(1.0, progress.seconds / (self.minutes * 60))

    def seconds_left(self, progress: Progress) -> float:
        """By the clock, or by the pace so far."""
        if self.minutes is not None:
            return self.minutes * 60 - progress.seconds
        assert self.steps is not None
        return (self.steps - progress.step) * progress.seconds / max(1, progress.step)


class Task(Protocol):
    """One kind of model: `network` is trained and saved, `batch` depends on the step alone."""

    @property
    def network(self) -> nn.Module:
        """Trained, averaged and saved whole."""
        ...

    def batch(self, step: int, size: int) -> Batch:
        """Tensors on the CPU for this step; with many processes every one has steps of its own."""
        ...

    def loss(self, batch: Batch, seed: int) -> tuple[Tensor, Metrics]:
        """Scalar loss and figures to log; `seed` is the step, for what is drawn."""
        ...

    def after_step(self, step: int) -> None:
        """Upkeep of weights that no gradient reaches (dead codes)."""
        ...

    def sample_sheet(self, network: nn.Module, path: Path) -> None:
        """Pictures to look at, drawn with the averaged weights."""
        ...


@runtime_checkable
class Remembers(Protocol):
    """A task that goes on from more than its network: counters, a second network."""

    def state_dict(self) -> dict[str, Tensor]: ...

    def load_state_dict(self, state: dict[str, Tensor]) -> None: ...


@runtime_checkable
class Tends(Protocol):
    """A task whose `after_step` changes weights; every process takes the main one's."""

    def tended(self) -> Iterator[Tensor]: ...


@runtime_checkable
class Schedules(Protocol):
    """A task whose aims change along the budget."""

    def begin_step(self, done: float) -> None:
        """done: the share of the budget that is used up, 0..1."""
        ...


def learning_rate(config: LoopConfig, progress: Progress) -> float:
    """Linear warm-up by steps, then cosine to a hundredth over the budget."""
    warmup = min(1.0, (progress.step + 1) / config.warmup_steps)
    cosine = (1 + math.cos(math.pi * config.done(progress))) / 2
    return config.lr * warmup * (0.01 + 0.99 * cosine)


class Trainer:
    """Runs a task to the end of its budget, in as many sittings as needed."""

    def __init__(self, task: Task, config: LoopConfig, folder: Path) -> None:
        self.task = task
        self.config = config
        self.folder = folder
        self.device = pick_device(config.device, DEVICES)
        torch.set_num_threads(config.threads)
        self.accelerator = Accelerator(
            cpu=self.device.type == "cpu",
            mixed_precision="bf16" if native_bfloat16(self.device.type) else "no",
            # Weights that are tended may go without a gradient, as a codebook at first.
            kwargs_handlers=[
                DistributedDataParallelKwargs(find_unused_parameters=isinstance(task, Tends))
            ],
        )
        self.device = self.accelerator.device
        self.network = task.network.to(self.device)
        if config.compiled:
            self.network.compile()
        self.trained = [p for p in self.network.parameters() if p.requires_grad]
        self.objective, *self.optimizers = self.accelerator.prepare(
            _Objective(task),
            *optimizers(
                self.network,
                config.optimizer,
                lr=config.lr,
                betas=config.betas,
                weight_decay=config.weight_decay,
            ),
        )
        self.average = self._copy()
        self.progress = Progress()

    def run(self, *, resume: bool, start: Path | None = None) -> bool:
        """Train until budget or sitting end; checkpoints on the way and at the end. True: all done.

        start: weights to begin from, a file or a training folder, where there is no checkpoint to
        go on from.
        """
        self._begin(resume=resume, start=start)
        saved = time.monotonic()
        with shown(self.folder.name, speaks=self.accelerator.is_main_process) as display:
            for row in self._steps():
                display.bar(self.config.done(self.progress), self._left())
                if self.progress.step % self.config.log_steps == 0:
                    self._log(row, display)
                if time.monotonic() - saved > self.config.checkpoint_minutes * 60:
                    self.save()
                    saved = time.monotonic()
        self.save()
        self.accelerator.wait_for_everyone()
        return self.config.done(self.progress) >= 1

    def _begin(self, *, resume: bool, start: Path | None) -> None:
        if self.accelerator.is_main_process:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not resume:
                checkpoints.forget(self.folder)
        self.accelerator.wait_for_everyone()
        found = checkpoints.read(self.folder)
        if found is not None:
            self._restore(found)
        elif start is not None:
            self.network.load_state_dict(checkpoints.averaged(start))
            self.average = self._copy()
        if self.accelerator.is_main_process:
            truncate_metrics(self.folder / "metrics.csv", self.progress.step)

    def _steps(self) -> Iterator[dict[str, float | Tensor]]:
        config, began = self.config, time.monotonic() - self.progress.seconds
        until = agreed(self.progress.seconds + config.sitting_minutes * 60)
        drawn = self._drawn()
        pace = Pace(config.batch * self.accelerator.num_processes)
        while config.done(self.progress) < 1 and self.progress.seconds < until:
            with pace.waiting():
                batch = tuple(t.to(self.device, non_blocking=True) for t in next(drawn))
            rate = learning_rate(config, self.progress)
            figures = self._step(batch, rate)
            step = self.progress.step + 1
            self.progress = Progress(step, agreed(time.monotonic() - began))
            logged = step % config.log_steps == 0
            yield {"lr": rate, **figures, **(pace.figures() if logged else {})}

    def _drawn(self) -> Iterator[Batch]:
        processes, config = self.accelerator.num_processes, self.config
        workers = default_workers(processes) if config.workers is None else config.workers
        return batches(
            self.task,
            config.batch,
            first=self.progress.step * processes + self.accelerator.process_index,
            stride=processes,
            workers=workers,
            device=self.device,
        )

    def _step(self, batch: Batch, rate: float) -> dict[str, float | Tensor]:
        step = self.progress.step
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
        # What a network draws by itself (dropout) depends on step and process alone as well.
        torch.manual_seed(step * self.accelerator.num_processes + self.accelerator.process_index)
        self.network.train()
        if isinstance(self.task, Schedules):
            self.task.begin_step(self.config.done(self.progress))
        loss, metrics = self.objective(batch, step)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        self.accelerator.backward(loss)
        norm = self.accelerator.clip_grad_norm_(self.trained, self.config.clip_norm)
        for optimizer in self.optimizers:
            optimizer.step()
        self.task.after_step(step)
        if isinstance(self.task, Tends):
            for weights in self.task.tended():
                make_alike(weights)
        self._update_average()
        return {**metrics, "norm": norm}

    @torch.no_grad()
    def _update_average(self) -> None:
        # The decay grows with the steps so that the average forgets the random start.
        decay = min(self.config.ema, (1 + self.progress.step) / (10 + self.progress.step))
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.average[name].lerp_(value, 1 - decay)
            else:
                self.average[name].copy_(value)

    def _log(self, row: Mapping[str, float | Tensor], display: Shows) -> None:
        values = torch.tensor([float(value) for value in row.values()], device=self.device)
        means = self.accelerator.reduce(values, "mean").tolist()
        if not self.accelerator.is_main_process:
            return
        figures = {
            "step": self.progress.step,
            "minutes": round(self.progress.seconds / 60, 3),
            **{name: float(f"{mean:.6g}") for name, mean in zip(row, means, strict=True)},
        }
        append_metrics(self.folder / "metrics.csv", figures)
        display.line(figures, self._left())

    def _left(self) -> str:
        return time_left(self.config.seconds_left(self.progress))

    def save(self) -> None:
        """A checkpoint, and what people look at: the sample sheet and the curves."""
        if not self.accelerator.is_main_process:
            return
        remembered = self.task.state_dict() if isinstance(self.task, Remembers) else {}
        checkpoints.write(
            self.folder,
            Checkpoint(
                progress=self.progress,
                network=self.network.state_dict(),
                average=self.average,
                optimizer=checkpoints.optimizer_tensors(self.optimizers),
                task=remembered,
                loop=asdict(self.config),
            ),
        )
        with self._averaged():
            self.task.sample_sheet(self.network, self.folder / "samples.png")
        plot_metrics(read_metrics(self.folder / "metrics.csv"), self.folder / "curves.png")

    @contextmanager
    def _averaged(self) -> Iterator[None]:
        """The network has the averaged weights meanwhile."""
        current = self._copy()
        self.network.load_state_dict(self.average)
        self.network.eval()
        yield
        self.network.load_state_dict(current)

    def _restore(self, found: Checkpoint) -> None:
        self.network.load_state_dict(found.network)
        self.average = {name: value.to(self.device) for name, value in found.average.items()}
        checkpoints.restore_optimizers(found.optimizer, self.optimizers)
        if isinstance(self.task, Remembers) and found.task:
            self.task.load_state_dict(found.task)
        self.progress = found.progress

    def _copy(self) -> dict[str, Tensor]:
        return {name: value.detach().clone() for name, value in self.network.state_dict().items()}


class _Objective(nn.Module):
    """The task's loss as a forward pass, which is what gradients are averaged around.

    Tasks call several parts of their networks, and not all of them by `forward`.
    """

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.network = task.network
        self._task = task

    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, float | Tensor]]:
        loss, metrics = self._task.loss(batch, step)
        detached = {k: v.detach() if isinstance(v, Tensor) else v for k, v in metrics.items()}
        return loss, detached
