"""Every backend with a tiny generator, and decodes of them; a new backend joins in BACKENDS."""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.generators.base import DecodeInputs, Generator
from engine.text.base import Conditioning
from engine.values.params import SamplingParams
from engine.values.region import Region, editable_sites
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap
from tests import tiny_maskgen, tiny_star, tiny_vq_diffusion
from tests.tiny_lformer import tiny_generator, tiny_prompt

# Backend -> a generator with tiny random weights, and its prompts by number.
Tiny = tuple[Callable[[], Generator], Callable[[int], Conditioning]]
BACKENDS: dict[str, Tiny] = {
    "lformer": (lambda: tiny_generator(), tiny_prompt),
    "lformer-latent": (lambda: tiny_generator(latent=True), tiny_prompt),
    "maskgen": (tiny_maskgen.tiny_generator, tiny_prompt),
    "maskgen-blending": (lambda: tiny_maskgen.tiny_generator(blends=True), tiny_prompt),
    "star": (lambda: tiny_star.tiny_generator(), tiny_prompt),
    "star-published": (lambda: tiny_star.tiny_generator(text_scope="prompt"), tiny_prompt),
    "star-refined": (lambda: tiny_star.tiny_generator(refined_from=3), tiny_prompt),
    "titok-bert": (
        lambda: tiny_maskgen.tiny_class_generator(skips=False),
        tiny_maskgen.tiny_class_prompt,
    ),
    "titok-uvit": (
        lambda: tiny_maskgen.tiny_class_generator(skips=True),
        tiny_maskgen.tiny_class_prompt,
    ),
    "vq-diffusion": (tiny_vq_diffusion.tiny_generator, tiny_vq_diffusion.tiny_prompt),
    "vq-diffusion-noised": (
        lambda: tiny_vq_diffusion.tiny_generator(pin="noised"),
        tiny_vq_diffusion.tiny_prompt,
    ),
    "vq-diffusion-purity": (
        lambda: tiny_vq_diffusion.tiny_generator("purity"),
        tiny_vq_diffusion.tiny_prompt,
    ),
    "vq-diffusion-released": (
        lambda: tiny_vq_diffusion.tiny_generator("released"),
        tiny_vq_diffusion.tiny_prompt,
    ),
}

SAMPLING = SamplingParams(temperature=1, top_k=12, top_p=0.95, guidance_scale=2)
NULL_PROMPT = 99


def new(backend: str) -> Generator:
    """A generator that has kept nothing yet."""
    return BACKENDS[backend][0]()


def inputs_for(
    backend: str,
    *seeds: int,
    prompt: int = 1,
    params: SamplingParams = SAMPLING,
    source: TokenMap | None = None,
    editable: NDArray[np.bool_] | None = None,
) -> DecodeInputs:
    make = BACKENDS[backend][1]
    return DecodeInputs(make(prompt), make(NULL_PROMPT), params, seeds, source, editable)


def path_of(
    generator: Generator, inputs: DecodeInputs, start: tuple[DecodeState, ...] | None = None
) -> list[tuple[DecodeState, ...]]:
    """All states of a decode, the first included."""
    states = [generator.begin(inputs) if start is None else start]
    while states[-1][0].step < generator.steps(inputs).stop:
        states.append(generator.step(states[-1], inputs))
    return states


def result(generator: Generator, inputs: DecodeInputs) -> tuple[DecodeState, ...]:
    return path_of(generator, inputs)[-1]


def through_bytes(state: DecodeState, spec: GeneratorSpec) -> DecodeState:
    """Written to disk and read again."""
    file = io.BytesIO()
    latent = np.empty(0, np.float32) if state.latent is None else state.latent
    np.savez(file, step=state.step, ids=state.tokens.ids, latent=latent)
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        tokens = TokenMap(stored["ids"], spec.layout, spec.codebook_size)
        read = stored["latent"]
        return DecodeState(int(stored["step"]), tokens, read if read.size else None)


def box_of(spec: GeneratorSpec, box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Sites of a box given in parts of the picture."""
    left, top, right, bottom = (round(edge * spec.image_side) for edge in box)
    return editable_sites(spec.layout, spec.image_side, Region(left, top, right, bottom))


def timeline_of(spec: GeneratorSpec, states: list[tuple[DecodeState, ...]]) -> Timeline:
    timeline = Timeline.started(Run(spec.key, "a", SAMPLING), states[0][0])
    for state in states[1:]:
        timeline = timeline.appended(state[0])
    return timeline
