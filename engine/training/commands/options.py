"""What the training commands ask, as frozen values whose fields are the options."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from engine.training.config import TrainingConfig
from engine.values.errors import BadInput

Options = TypeVar("Options")
EMBEDDED = Path("assets/embedded")


@dataclass(frozen=True, slots=True)
class Common:
    """Where things lie, and what computes."""

    bank: Annotated[Path, typer.Option(help="The sprite bank.")] = Path("sprites-128.npz")
    folder: Annotated[Path, typer.Option(help="Where checkpoints are kept.")] = Path(".checkpoints")
    config: Annotated[
        list[Path] | None,
        typer.Option(help="JSON of what differs from the defaults, or a preset; repeatable."),
    ] = None
    data: Annotated[
        Path | None,
        typer.Option(help="Your own pictures with captions, or shards, instead of scenes."),
    ] = None
    piece_minutes: Annotated[
        float, typer.Option(min=0.0, help="Stop this sitting then; the next one goes on.")
    ] = math.inf
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes that compose scenes; else by the cores.")
    ] = None
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto"
    threads: Annotated[int, typer.Option(min=1, help="CPU threads of torch.")] = 2

    def settings(self) -> TrainingConfig:
        known = TrainingConfig.layered(self.config or ())
        return known if self.data is None else replace(known, pictures=str(self.data))

    def machine(self) -> dict[str, Any]:
        """What a LoopConfig is told of the machine."""
        workers = {} if self.workers is None else {"workers": self.workers}
        return {"device": self.device, "threads": self.threads, **workers}


@dataclass(frozen=True, slots=True)
class Training(Common):
    """Of one part's loop; what is None is as the configuration has it."""

    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Training time, over all sittings.")
    ] = None
    steps: Annotated[
        int | None, typer.Option(min=1, help="Steps instead of minutes, over all sittings.")
    ] = None
    batch: Annotated[int | None, typer.Option(min=1, help="Pictures a step, of each process.")] = (
        None
    )
    compiled: Annotated[
        bool | None, typer.Option("--compile/--no-compile", help="Use torch.compile.")
    ] = None
    resume: Annotated[bool, typer.Option(help="Go on from the last checkpoint.")] = True
    start: Annotated[
        Path | None, typer.Option(help="Weights, or a training folder, to begin from.")
    ] = None

    def loop(self) -> dict[str, Any]:
        """What was asked for of a LoopConfig."""
        asked = {
            "minutes": self.minutes,
            "steps": self.steps,
            "batch": self.batch,
            "compiled": self.compiled,
        }
        sitting = {"sitting_minutes": self.piece_minutes}
        return self.machine() | sitting | {k: v for k, v in asked.items() if v is not None}


@dataclass(frozen=True, slots=True)
class Shipping:
    """From checkpoints to a built-in model."""

    folder: Annotated[Path, typer.Option(help="Where checkpoints are kept.")] = Path(".checkpoints")
    config: Annotated[list[Path] | None, typer.Option(help="As in training; repeatable.")] = None
    remarks: Annotated[
        Path | None, typer.Option(help="A Markdown file that the model's card shall hold.")
    ] = None
    out: Annotated[
        Path | None, typer.Option(help="The model's folder; else that of the built-in one.")
    ] = None

    def settings(self) -> TrainingConfig:
        return TrainingConfig.layered(self.config or ())

    def told(self) -> str:
        """The remarks; BadInput when there is no such file."""
        if self.remarks is None:
            return ""
        try:
            return self.remarks.read_text(encoding="utf-8")
        except OSError as error:
            raise BadInput(f"{self.remarks} cannot be read: {error.strerror}.") from error

    def home(self, key: str) -> Path:
        """Where the model of this key goes."""
        return EMBEDDED / key if self.out is None else self.out


def taking(options: type[Options]) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """A command with one option for each field, which is given them as one value."""
    hints = get_type_hints(options, include_extras=True)
    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in fields(options)  # type: ignore[arg-type]  # dataclasses have no common type
    ]

    def decorate(run: Callable[[Options], None]) -> Callable[..., None]:
        def command(**given: Any) -> None:  # noqa: ANN401 - each as its field says
            run(options(**given))

        command.__name__, command.__doc__ = run.__name__, run.__doc__
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return command

    return decorate
