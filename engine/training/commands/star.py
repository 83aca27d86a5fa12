"""`ellbox train multiscale`, `pyramids`, `star`, `ship-star`, in this order, after `clip`."""

from engine.training.commands.options import Common, Shipping, Training, taking
from engine.training.commands.stages import encode, train


@taking(Training)
def multiscale(asked: Training) -> None:
    """Train STAR's tokenizer: pictures to token maps of growing sides and back."""
    train("multiscale", asked)


@taking(Common)
def pyramids(asked: Common) -> None:
    """Compose STAR's scenes and encode each once with its trained tokenizer."""
    encode("pyramids", asked)


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
