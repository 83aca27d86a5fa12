"""`ellbox train tokenizer`, `clip`, `tokens`, `lformer`, `ship`, in this order, and `all`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.training.commands.options import Common, Shipping, Training, taking

if TYPE_CHECKING:
    from engine.training.parts import Workshop


@taking(Training)
def tokenizer(asked: Training) -> None:
    """Train the VQGAN: pictures to tokens and back."""
    train("tokenizer", asked)


@taking(Training)
def clip(asked: Training) -> None:
    """Train the text and image towers on scenes and their captions."""
    train("clip", asked)


@taking(Common)
def tokens(asked: Common) -> None:
    """Compose the generator's scenes and encode each once with the trained tokenizer."""
    encode("tokens", asked)


@taking(Training)
def lformer(asked: Training) -> None:
    """Train the Lformer on the tokenised scenes."""
    train("lformer", asked)


@dataclass(frozen=True, slots=True)
class Everything(Common):
    generator: Annotated[
        list[str] | None,
        typer.Option(help="lformer (the default), vq-diffusion, star or maskgen; repeatable."),
    ] = None
    minutes: Annotated[
        float | None,
        typer.Option(min=0.01, help="For all that is trained together, over all sittings."),
    ] = None
    out: Annotated[
        Path | None, typer.Option(help="Ship to folders in this one at the end, each by its key.")
    ] = None


@taking(Everything)
def everything(asked: Everything) -> None:
    """All stages: whichever is not finished goes on. The same command again continues."""
    from engine.training.pipeline import SHIPS, stages_of, train_all
    from engine.training.processes import is_main

    generators = asked.generator or ["lformer"]
    stages, shop = stages_of(generators), workshop(asked)
    left = train_all(
        shop, stages, asked.machine(), minutes=asked.minutes, piece_minutes=asked.piece_minutes
    )
    if not is_main():
        return
    if left is not None:
        typer.echo(f"The time of this piece is over; {left} goes on next.")
        return
    for name in SHIPS:
        if asked.out is not None and name in generators:
            SHIPS[name](shop.settings, shop.folder, asked.out / name, "")
    typer.echo("All parts are trained.")


@taking(Shipping)
def ship(asked: Shipping) -> None:
    """Write the averaged weights in half precision, with model.json, as the built-in model."""
    from engine.training.ship import ship_lformer

    ship_lformer(asked.settings(), asked.folder, asked.home("lformer"), asked.told())


def train(part: str, asked: Training) -> None:
    from engine.training.pipeline import train_part

    train_part(workshop(asked, asked.start), part, asked.loop(), resume=asked.resume)


def encode(stage: str, asked: Common) -> None:
    from engine.training.batches import default_workers
    from engine.training.parts import ENCODINGS

    workers = default_workers(1) if asked.workers is None else asked.workers
    ENCODINGS[stage].encode(workshop(asked), workers=workers, sitting_minutes=asked.piece_minutes)


def workshop(asked: Common, start: Path | None = None) -> "Workshop":
    import torch

    from engine.hardware import pick_device
    from engine.training.loop import DEVICES
    from engine.training.parts import Workshop

    torch.set_num_threads(asked.threads)
    device = pick_device(asked.device, DEVICES)
    return Workshop(asked.settings(), asked.folder, asked.bank, device, start)
