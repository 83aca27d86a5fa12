"""`ellbox train titok`, `rows`, `maskgen`, `ship-maskgen`, in this order, after `clip`."""

from engine.training.commands.options import Common, Shipping, Training, taking
from engine.training.commands.stages import encode, train


@taking(Training)
def titok(asked: Training) -> None:
    """Train MaskGen's tokenizer: pictures to short rows of tokens and back."""
    train("titok", asked)


@taking(Common)
def rows(asked: Common) -> None:
    """Compose MaskGen's scenes and encode each once with its trained tokenizer."""
    encode("rows", asked)


@taking(Training)
def maskgen(asked: Training) -> None:
    """Train MaskGen on the scenes that `rows` encoded."""
    train("maskgen", asked)


@taking(Shipping)
def ship_maskgen(asked: Shipping) -> None:
    """Write MaskGen's averaged weights in half precision, with model.json, as a built-in model."""
    from engine.training import maskgen_model

    out = asked.home("maskgen")
    maskgen_model.ship_maskgen(asked.settings(), asked.folder, out, asked.told())
