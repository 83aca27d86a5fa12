"""`ellbox train vq-diffusion`, `ship-vq-diffusion`, after `tokenizer`, `clip` and `tokens`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from engine.training.commands.options import Training, taking
from engine.training.commands.stages import train


@taking(Training)
def vq_diffusion(asked: Training) -> None:
    """Train VQ-Diffusion on the tokenised scenes, which are the Lformer's."""
    train("vq-diffusion", asked)


@dataclass(frozen=True, slots=True)
class VQDiffusionShipping:
    folder: Annotated[Path, typer.Option(help="Where checkpoints are kept.")] = Path(".checkpoints")
    config: Annotated[list[Path] | None, typer.Option(help="As in training; repeatable.")] = None
    out: Annotated[Path, typer.Option(help="The built-in model's folder.")] = Path(
        "assets/embedded/vq-diffusion"
    )


@taking(VQDiffusionShipping)
def ship_vq_diffusion(asked: VQDiffusionShipping) -> None:
    """Write VQ-Diffusion's averaged weights in half precision, with model.json, as a built-in."""
    from engine.training import vq_diffusion_model
    from engine.training.config import TrainingConfig

    settings = TrainingConfig.layered(asked.config or ())
    vq_diffusion_model.ship_vq_diffusion(settings, asked.folder, asked.out)
