"""What every generator promises, whatever its family."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.layout import Raster
from engine.values.region import Region, editable_sites
from engine.values.timeline import Run
from engine.values.tokens import UNKNOWN, TokenMap
from tests.contract.backends import (
    BACKENDS,
    SAMPLING,
    box_of,
    inputs_for,
    new,
    path_of,
    result,
    through_bytes,
    timeline_of,
)


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
