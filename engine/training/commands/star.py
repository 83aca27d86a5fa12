"""`ellbox train multiscale`, `pyramids`, `star`, `ship-star`, in this order, after `clip`."""

from engine.training.commands.options import Common, Shipping, Training, taking
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


@taking(Shipping)
def ship_star(asked: Shipping) -> None:
    """Write STAR's averaged weights in half precision, with model.json, as a built-in model."""
    from engine.training import star_model

    out = asked.home("star")
    star_model.ship_star(asked.settings(), asked.folder, out, asked.told())
