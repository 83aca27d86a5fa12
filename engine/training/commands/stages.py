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
    from engine.training.batches import default_workers
    from engine.training.parts import encode_scenes

    workers = default_workers(1) if asked.workers is None else asked.workers
    encode_scenes(workshop(asked), workers=workers, sitting_minutes=asked.piece_minutes)


@taking(Training)
def lformer(asked: Training) -> None:
    """Train the Lformer on the tokenised scenes."""
    train("lformer", asked)


@dataclass(frozen=True, slots=True)
class Everything(Common):
    minutes: Annotated[
        float | None,
        typer.Option(min=0.01, help="For tokenizer, clip and lformer together, over all sittings."),
    ] = None
    out: Annotated[Path | None, typer.Option(help="Ship to this folder at the end.")] = None


@taking(Everything)
def everything(asked: Everything) -> None:
    """All stages: whichever is not finished goes on. The same command again continues."""
    from engine.training.pipeline import train_all
    from engine.training.processes import is_main
    from engine.training.ship import ship_lformer

    shop = workshop(asked)
    left = train_all(
        shop, asked.machine(), minutes=asked.minutes, piece_minutes=asked.piece_minutes
    )
    if not is_main():
        return
    if left is not None:
        typer.echo(f"The time of this piece is over; {left} goes on next.")
        return
    if asked.out is not None:
        ship_lformer(shop.settings, shop.folder, asked.out)
    typer.echo("All parts are trained.")


@taking(Shipping)
def ship(asked: Shipping) -> None:
    """Write the averaged weights in half precision, with model.json, as the built-in model."""
    from engine.training.ship import ship_lformer

    ship_lformer(asked.settings(), asked.folder, asked.home("lformer"), asked.told())


def train(part: str, asked: Training) -> None:
    from engine.training.pipeline import train_part

    train_part(workshop(asked, asked.start), part, asked.loop(), resume=asked.resume)


def workshop(asked: Common, start: Path | None = None) -> "Workshop":
    import torch

    from engine.hardware import pick_device
    from engine.training.loop import DEVICES
    from engine.training.parts import Workshop

    torch.set_num_threads(asked.threads)
    device = pick_device(asked.device, DEVICES)
    return Workshop(asked.settings(), asked.folder, asked.bank, device, start)
