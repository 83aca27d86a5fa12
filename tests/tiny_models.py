"""A tiny model folder of every backend."""

from collections.abc import Callable
from pathlib import Path

from tests.tiny_maskgen_model import write_tiny_maskgen
from tests.tiny_model import write_tiny_model
from tests.tiny_star_model import write_tiny_star_model
from tests.tiny_vq_diffusion_model import write_tiny_vq_diffusion

WRITERS: dict[str, Callable[[Path], Path]] = {
    "lformer": write_tiny_model,
    "star": write_tiny_star_model,
    "vq-diffusion": write_tiny_vq_diffusion,
    "maskgen": write_tiny_maskgen,
}
"""By the key of the model."""


def write_tiny_models(home: Path) -> list[Path]:
    return [write(home / key) for key, write in WRITERS.items()]
