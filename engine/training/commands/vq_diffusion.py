"""`ellbox train vq-diffusion`, `ship-vq-diffusion`, after `tokenizer`, `clip` and `tokens`."""

from engine.training.commands.options import Shipping, Training, taking
from engine.training.commands.stages import train


@taking(Training)
def vq_diffusion(asked: Training) -> None:
    """Train VQ-Diffusion on the tokenised scenes, which are the Lformer's."""
    train("vq-diffusion", asked)


@taking(Shipping)
def ship_vq_diffusion(asked: Shipping) -> None:
    """Write VQ-Diffusion's averaged weights in half precision, with model.json, as a built-in."""
    from engine.training import vq_diffusion_model

    out = asked.home("vq-diffusion")
    vq_diffusion_model.ship_vq_diffusion(asked.settings(), asked.folder, out, asked.told())
