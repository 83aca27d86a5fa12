"""`ellbox train multiscale`, `pyramids`, `star`, `ship-star`, in this order, after `clip`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from engine.training.commands.options import Common, Training, taking
from engine.training.commands.stages import train, workshop


@taking(Training)
def multiscale(asked: Training) -> None:
    """Train STAR's tokenizer: pictures to token maps of growing sides and back."""
    train("multiscale", asked)


@taking(Common)
def pyramids(asked: Common) -> None:
    """Compose STAR's scenes and encode each once with its trained tokenizer."""
    from engine.training.batches import default_workers
    from engine.training.parts import encode_pyramids

    workers = default_workers(1) if asked.workers is None else asked.workers
    encode_pyramids(workshop(asked), workers=workers, sitting_minutes=asked.piece_minutes)


@taking(Training)
def star(asked: Training) -> None:
    """Train STAR on the scenes that `pyramids` encoded."""
    train("star", asked)


@dataclass(frozen=True, slots=True)
class StarShipping:
    folder: Annotated[Path, typer.Option(help="Where checkpoints are kept.")] = Path(".checkpoints")
    config: Annotated[list[Path] | None, typer.Option(help="As in training; repeatable.")] = None
    out: Annotated[Path, typer.Option(help="The built-in model's folder.")] = Path(
        "assets/embedded/star"
    )


@taking(StarShipping)
def ship_star(asked: StarShipping) -> None:
    """Write STAR's averaged weights in half precision, with model.json, as a built-in model."""
    from engine.training import star_model
    from engine.training.config import TrainingConfig

    star_model.ship_star(TrainingConfig.layered(asked.config or ()), asked.folder, asked.out)
