"""What every generator promises, whatever its family; a new backend joins in BACKENDS."""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.generators.base import DecodeInputs, Generator
from engine.text.base import Conditioning
from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.region import Region, editable_sites
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import UNKNOWN, TokenMap
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


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


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


def test_all_tokens_are_known_at_the_end(backend: str) -> None:
    generator = new(backend)
    inputs = inputs_for(backend, 0, 1, 2)
    states = path_of(generator, inputs)
    assert [state[0].step for state in states] == [*generator.steps(inputs), len(states) - 1]
    assert all(state.tokens.known.all() for state in states[-1])
    assert all(state.tokens.layout == generator.spec.layout for state in states[-1])


def test_same_seed_same_tokens(backend: str) -> None:
    first, again = (result(new(backend), inputs_for(backend, 7)) for _ in range(2))
    assert first == again
    assert result(new(backend), inputs_for(backend, 8)) != first


def test_batch_mates_do_not_matter(backend: str) -> None:
    together = result(new(backend), inputs_for(backend, 3, 4, 5))
    alone = [result(new(backend), inputs_for(backend, seed))[0] for seed in (3, 4, 5)]
    assert list(together) == alone


def test_resume_from_any_snapshot_is_exact(backend: str) -> None:
    generator, inputs = new(backend), inputs_for(backend, 3)
    states = path_of(generator, inputs)
    for snapshot in states[:-1]:
        restored = (through_bytes(snapshot[0], generator.spec),)
        assert restored == snapshot
        assert path_of(new(backend), inputs, restored)[-1] == states[-1]
        assert path_of(generator, inputs, restored)[-1] == states[-1]


@pytest.mark.parametrize("change", ["seed", "prompt", "guidance"])
def test_a_branch_differs_and_leaves_the_first_path_alone(backend: str, change: str) -> None:
    generator, inputs = new(backend), inputs_for(backend, 3)
    states = path_of(generator, inputs)
    middle = len(states) // 2
    other = {
        "seed": inputs_for(backend, 4),
        "prompt": inputs_for(backend, 3, prompt=2),
        "guidance": inputs_for(backend, 3, params=replace(SAMPLING, guidance_scale=1)),
    }[change]
    branch = path_of(generator, other, states[middle])
    assert branch[-1] != states[-1]
    assert path_of(new(backend), other, states[middle])[-1] == branch[-1]  # whatever was kept
    tree = timeline_of(generator.spec, states)
    grown = tree.at(middle).branched(Run(generator.spec.key, "b", SAMPLING), branch[1][0])
    assert grown.path(tree.head) == tree.path()
    assert [snapshot.state for snapshot in tree.path()] == [state[0] for state in states]
    assert path_of(generator, inputs, states[middle])[-1] == states[-1]


def timeline_of(spec: GeneratorSpec, states: list[tuple[DecodeState, ...]]) -> Timeline:
    timeline = Timeline.started(Run(spec.key, "a", SAMPLING), states[0][0])
    for state in states[1:]:
        timeline = timeline.appended(state[0])
    return timeline


@given(st.data())
def test_nothing_outside_editable_changes(data: st.DataObject) -> None:
    backend = data.draw(st.sampled_from(sorted(BACKENDS)))
    generator = new(backend)
    spec = generator.spec
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    ids = random.integers(0, spec.codebook_size, spec.layout.length)
    source = TokenMap(ids.astype(np.int32), spec.layout, spec.codebook_size)
    edge = st.integers(0, spec.image_side - 1)
    left, top = data.draw(edge), data.draw(edge)
    right = data.draw(st.integers(left + 1, spec.image_side))
    bottom = data.draw(st.integers(top + 1, spec.image_side))
    box = Region(left, top, right, bottom)
    editable = editable_sites(spec.layout, spec.image_side, box)
    inputs = inputs_for(backend, 1, 2, source=source, editable=editable)
    states = path_of(generator, inputs)
    for state in (state for step in states for state in step):
        assert np.array_equal(state.tokens.ids[~editable], source.ids[~editable])
    assert (states[0][0].tokens.ids[editable] == UNKNOWN).all()
    assert states[-1][0].tokens.known.all()


def test_a_decode_that_stops_keeps_what_is_done(backend: str) -> None:
    """Cancelled after some steps and taken up later, other work in between."""
    generator, inputs = new(backend), inputs_for(backend, 3)
    whole = path_of(new(backend), inputs)
    begun = generator.begin(inputs)
    for _ in range(2):
        begun = generator.step(begun, inputs)
    assert begun == whole[2]
    result(generator, inputs_for(backend, 9, prompt=5))
    assert path_of(generator, inputs, begun)[-1] == whole[-1]


def test_cache_on_equals_cache_off(backend: str) -> None:
    """A generator that must start from nothing at every step draws the same."""
    inputs = inputs_for(backend, 3, 4)
    kept = path_of(new(backend), inputs)
    states = new(backend).begin(inputs)
    for expected in kept[1:]:
        states = new(backend).step(states, inputs)
        assert states == expected


def test_candidates_may_be_dropped_and_reordered(backend: str) -> None:
    generator, inputs = new(backend), inputs_for(backend, 3, 4, 5)
    states = path_of(generator, inputs)
    middle = states[len(states) // 2]
    fewer = inputs_for(backend, 5, 3)
    assert path_of(generator, fewer, (middle[2], middle[0]))[-1] == (states[-1][2], states[-1][0])


def test_the_layout_names_every_site_once(backend: str) -> None:
    """Orders are permutations: each single-site box makes exactly the sites it names editable."""
    spec = new(backend).spec
    if isinstance(spec.layout, Raster):
        side = spec.layout.height
        boxes = [
            box_of(spec, (x / side, y / side, (x + 1) / side, (y + 1) / side))
            for y in range(side)
            for x in range(side)
        ]
        assert np.array_equal(np.stack(boxes), np.eye(side * side, dtype=bool))
    whole = box_of(spec, (0, 0, 1, 1))
    assert whole.all()
    assert whole.shape == (spec.layout.length,)


def test_a_snapshot_is_small(backend: str) -> None:
    generator = new(backend)
    (state,) = result(generator, inputs_for(backend, 3))
    latent_bytes = 0 if state.latent is None else state.latent.nbytes
    assert state.tokens.ids.nbytes + latent_bytes < 20_000 + 4 * generator.spec.layout.length


def test_kept_tokens_are_judged(backend: str) -> None:
    """Grids whose kept tokens the network itself drew are likelier than scrambled ones."""
    generator = new(backend)
    spec = generator.spec
    if spec.region_edit != "token":
        pytest.skip("no kept tokens after the box")
    if backend == "star-refined":
        pytest.skip("its last scales are drawn by a second network, which judges nothing")
    inputs = inputs_for(backend, 1, params=replace(SAMPLING, guidance_scale=1, temperature=0))
    (drawn,) = result(generator, inputs)
    editable = box_of(spec, (0.3, 0.3, 0.6, 0.6))
    judged = inputs_for(backend, 1, source=drawn.tokens, editable=editable)
    scrambled = np.where(editable, drawn.tokens.ids, drawn.tokens.ids[::-1])
    other = replace(drawn, tokens=replace(drawn.tokens, ids=scrambled))
    two = replace(judged, seeds=(1, 2))
    good, bad = generator.kept_log_likelihood((drawn, other), two)
    assert np.isfinite([good, bad]).all()
    assert max(good, bad) < 0
    assert good > bad
