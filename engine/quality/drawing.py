"""Pictures for measuring: drawn by a loaded generator with settings that may change on the way."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.decoding.preview import decoded_squares
from engine.decoding.region_edit import PLACEMENT, BoxEdit
from engine.generators.base import DecodeInputs
from engine.runtime.model_pool import LoadedModel
from engine.values.errors import BadInput
from engine.values.jobs import Pixels
from engine.values.layout import sites_across
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.tokens import TokenMap


@dataclass(frozen=True, slots=True)
class Setting:
    """How tokens are drawn: `first` at the first step, in a straight line to `last` at the last.

    latent: False puts the mean of its prior in the place of the latent that a seed draws.
    """

    first: SamplingParams
    last: SamplingParams
    latent: bool = True

    @classmethod
    def steady(cls, params: SamplingParams) -> "Setting":
        """The same at every step."""
        return cls(params, params)

    def at(self, share: float) -> SamplingParams:
        """share: 0 at the first step, 1 at the last."""

        def between(start: float, end: float) -> float:
            return start + share * (end - start)

        first, last = self.first, self.last
        return replace(
            first,
            temperature=between(first.temperature, last.temperature),
            top_k=round(between(first.top_k, last.top_k)),
            top_p=between(first.top_p, last.top_p),
            guidance_scale=between(first.guidance_scale, last.guidance_scale),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Finished candidates of one prompt, in the order of the seeds; squares (n, S, S, 3)."""

    inputs: DecodeInputs
    states: tuple[DecodeState, ...]
    squares: NDArray[np.uint8]


def whole_picture(
    model: LoadedModel, prompt: str, setting: Setting, seeds: tuple[int, ...]
) -> Drawn:
    """A candidate for every seed."""
    inputs = DecodeInputs(model.text.encode(prompt), model.unconditional, setting.first, seeds)
    return _decoded(model, inputs, setting)


def box(
    model: LoadedModel,
    prompt: str,
    setting: Setting,
    seeds: tuple[int, ...],
    *,
    image: Pixels,
    region: Region,
    placement: float = PLACEMENT,
) -> tuple[Drawn, tuple[Pixels, ...]]:
    """The box redrawn, and the patches (h, w, 3) that go into the picture.

    BadInput for generators whose tokens have no place.
    """
    spec, layout = model.spec, model.spec.layout
    if spec.region_edit != "token":
        raise BadInput(
            f"The tokens of {spec.title} have no place, so a box has none among them.",
            "Choose the studies of whole pictures.",
        )
    edit = BoxEdit.planned(
        image, region, image_side=spec.image_side, sites=sites_across(layout), placement=placement
    )
    ids = model.tokenizer.encode(edit.cropped[None])[0]
    inputs = DecodeInputs(
        model.text.encode(prompt),
        model.unconditional,
        setting.first,
        seeds,
        source=TokenMap(ids, layout, spec.codebook_size),
        editable=edit.editable(layout),
    )
    drawn = _decoded(model, inputs, setting)
    return drawn, tuple(edit.patch(square) for square in drawn.squares)


def _decoded(model: LoadedModel, inputs: DecodeInputs, setting: Setting) -> Drawn:
    generator = model.generator
    states = generator.begin(inputs)
    if not setting.latent:
        states = tuple(map(_at_the_mean, states))
    steps = generator.steps(inputs)
    for step in steps:
        share = (step - steps.start) / max(1, len(steps) - 1)
        states = generator.step(states, replace(inputs, params=setting.at(share)))
    return Drawn(inputs, states, decoded_squares(model.tokenizer, states))


def _at_the_mean(state: DecodeState) -> DecodeState:
    latent = state.latent
    return state if latent is None else replace(state, latent=np.zeros_like(latent))
