"""GeneratorSpec: everything about a generator that needs no network."""

from dataclasses import dataclass, field
from typing import Literal

from engine.values.layout import TokenLayout
from engine.values.params import SamplingParams

StepKind = Literal["block", "scale", "denoise", "unmask"]
RegionEdit = Literal["token", "blend"]

STEP_NAMES: dict[StepKind, str] = {
    "block": "block",
    "scale": "scale",
    "denoise": "denoising step",
    "unmask": "unmasking step",
}
"""For people."""


def steps_in_words(kind: StepKind, count: int) -> str:
    """`1 block` or `10 scales`."""
    return f"{count} {STEP_NAMES[kind]}{'' if count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class GeneratorSpec:
    """Pure data; two specs with one key are equal.

    key: the name on the command line. image_side: px of the square picture. weights: manifest keys.
    region_edit: "token" = sites have a place; "blend" = only pixels can be kept.
    lens: whether it can tell how sure it is of single sites, and open them again.
    vocabulary: words the built-in model was taught, for completion (empty: unknown).
    digests: (file name, sha256) of the weights that are here.
    """

    key: str
    title: str
    step_kind: StepKind
    layout: TokenLayout
    codebook_size: int
    image_side: int
    region_edit: RegionEdit
    defaults: SamplingParams = field(default_factory=SamplingParams)
    weights: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = ()
    licence: str = ""
    digests: tuple[tuple[str, str], ...] = ()
    lens: bool = False
