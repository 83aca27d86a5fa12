"""What every generator with a lens promises: chances of single sites, and sites opened again."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.decoding import reopening
from engine.decoding.loop import decode
from engine.generators.base import Generator, TellsChances
from engine.values.errors import BadInput
from engine.values.layout import Pyramid
from engine.values.lens import TokenLens
from engine.values.params import SamplingParams
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import UNKNOWN, TokenMap
from tests.contract.backends import (
    BACKENDS,
    SAMPLING,
    box_of,
    inputs_for,
    new,
    path_of,
    result,
    timeline_of,
)

WITH_LENS = sorted(name for name in BACKENDS if not name.startswith(("maskgen", "titok")))
WITH_LENS = [name for name in WITH_LENS if name not in ("star-refined", "vq-diffusion-released")]
BLOCK_WISE = [name for name in WITH_LENS if not name.startswith("vq")]
ALTERNATIVES = 5


@pytest.fixture(params=WITH_LENS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def looked_at(backend: str, state: DecodeState, params: SamplingParams = SAMPLING) -> TokenLens:
    generator = new(backend)
    assert isinstance(generator, TellsChances)
    return generator.lens(state, inputs_for(backend, 1, params=params), ALTERNATIVES)


def test_chances_are_chances(backend: str) -> None:
    (drawn,) = result(new(backend), inputs_for(backend, 1))
    lens = looked_at(backend, drawn)
    assert lens.told.all() and lens.confidence.shape == drawn.tokens.ids.shape
    assert ((lens.confidence >= 0) & (lens.confidence <= 1)).all()
    assert (np.diff(lens.chances, axis=1) <= 0).all()
    assert (lens.chances.sum(1) <= 1 + 1e-5).all()
    for ids, chances, own, confidence in zip(
        lens.alternatives, lens.chances, drawn.tokens.ids, lens.confidence, strict=True
    ):
        assert len(set(ids.tolist())) == ALTERNATIVES
        if own in ids:
            assert chances[ids == own] == pytest.approx(confidence, abs=1e-5)
        else:
            assert confidence <= chances[-1] + 1e-5


@pytest.mark.parametrize("backend", BLOCK_WISE)
def test_the_likeliest_token_is_the_one_taken_without_chance(backend: str) -> None:
    """At temperature 0 each step takes the best: one pass over the result finds just these."""
    greedy = replace(SAMPLING, temperature=0)
    (drawn,) = result(new(backend), inputs_for(backend, 1, params=greedy))
    lens = looked_at(backend, drawn, greedy)
    assert np.array_equal(lens.alternatives[:, 0], drawn.tokens.ids)
    assert np.allclose(lens.chances[:, 0], lens.confidence)


@pytest.mark.parametrize("backend", BLOCK_WISE)
def test_guidance_and_temperature_count_and_filters_do_not(backend: str) -> None:
    (drawn,) = result(new(backend), inputs_for(backend, 1))
    plain = looked_at(backend, drawn)
    unfiltered = replace(SAMPLING, top_k=0, top_p=1)
    assert np.array_equal(looked_at(backend, drawn, unfiltered).confidence, plain.confidence)
    for other in (replace(SAMPLING, temperature=3), replace(SAMPLING, guidance_scale=1)):
        assert not np.allclose(looked_at(backend, drawn, other).confidence, plain.confidence)


def test_nothing_is_said_of_unknown_sites(backend: str) -> None:
    states = path_of(new(backend), inputs_for(backend, 1))
    for (state,) in (states[0], states[len(states) // 2]):
        lens = looked_at(backend, state)
        assert np.array_equal(lens.told, state.tokens.known)
        assert (lens.alternatives[~state.tokens.known] == UNKNOWN).all()
    assert looked_at(backend, states[-1][0]).told.all()


@pytest.mark.parametrize("backend", ["lformer", "star", "vq-diffusion"])
def test_looking_changes_no_draw(backend: str) -> None:
    generator, inputs = new(backend), inputs_for(backend, 4)
    plain = path_of(new(backend), inputs)
    states = generator.begin(inputs)
    assert isinstance(generator, TellsChances)
    for expected in plain[1:]:
        generator.lens(states[0], inputs, ALTERNATIVES)
        states = generator.step(states, inputs)
        assert states == expected


def test_a_refining_network_refuses() -> None:
    (drawn,) = result(new("star-refined"), inputs_for("star-refined", 1))
    with pytest.raises(BadInput, match="single sites"):
        looked_at("star-refined", drawn)


# -- sites opened again ----------------------------------------------------------------------


def opened_sites(generator: Generator) -> NDArray[np.bool_]:
    """(L,) bool: two sites of a raster; of a pyramid two of the last scale."""
    length = generator.spec.layout.length
    sites = np.zeros(length, bool)
    first = (
        length - generator.spec.layout.sides[-1] ** 2
        if isinstance(generator.spec.layout, Pyramid)
        else 0
    )
    sites[[first + 9, first + 10]] = True
    return sites


def redone(
    backend: str, timeline: Timeline, opened: NDArray[np.bool_], *, seed: int
) -> tuple[Timeline, TokenMap]:
    """The branch that draws the opened sites, and the tokens that it was to keep."""
    generator, tokens = new(backend), timeline.head_snapshot.state.tokens
    kept = replace(tokens, ids=np.where(opened, UNKNOWN, tokens.ids))
    inputs = reopening.keeping(inputs_for(backend, seed), kept)
    start, begun = reopening.reopened(generator, inputs, timeline)
    run = replace(timeline.head_run, params=replace(SAMPLING, seed=seed), kept=kept)
    (branch,) = decode(
        generator,
        inputs,
        (run,),
        start=start,
        begun=begun,
        on_step=lambda *_: None,
        cancelled=lambda: False,
    )
    return branch, kept


def finished_timeline(backend: str) -> Timeline:
    generator = new(backend)
    return timeline_of(generator.spec, path_of(generator, inputs_for(backend, 3)))


def test_only_opened_sites_are_drawn_anew(backend: str) -> None:
    timeline = finished_timeline(backend)
    opened = opened_sites(new(backend))
    before = timeline.head_snapshot.state.tokens.ids
    changed = np.zeros_like(opened)
    for seed in range(6):
        branch, kept = redone(backend, timeline, opened, seed=seed)
        after = branch.head_snapshot.state.tokens
        assert after.known.all()
        assert np.array_equal(after.ids[~opened], before[~opened])
        assert branch.snapshots[: len(timeline.snapshots)] == timeline.snapshots
        assert branch.head_run.kept == kept
        changed |= after.ids != before
    assert changed.any(), "none of six seeds draws anything else"


def test_the_same_seed_draws_the_same_again(backend: str) -> None:
    timeline = finished_timeline(backend)
    opened = opened_sites(new(backend))
    first, again, other = (redone(backend, timeline, opened, seed=s)[0] for s in (5, 5, 6))
    assert first == again
    assert first != other


def test_a_branch_of_opened_sites_is_resumed_exactly(backend: str) -> None:
    timeline = finished_timeline(backend)
    branch, kept = redone(backend, timeline, opened_sites(new(backend)), seed=5)
    inputs = reopening.keeping(inputs_for(backend, 5), kept)
    for snapshot in branch.path():
        if snapshot.run == 1:
            states = path_of(new(backend), inputs, (snapshot.state,))
            assert states[-1][0] == branch.head_snapshot.state


def test_the_latent_of_the_path_is_kept() -> None:
    timeline = finished_timeline("lformer-latent")
    branch, _ = redone("lformer-latent", timeline, opened_sites(new("lformer-latent")), seed=5)
    first = timeline.head_snapshot.state.latent
    assert first is not None
    for each in branch.path():
        assert each.state.latent is not None and np.array_equal(each.state.latent, first)


def test_only_blocks_that_were_opened_are_decoded() -> None:
    timeline = finished_timeline("lformer")
    opened = np.zeros(36, bool)
    opened[[2 * 6 + 1, 3 * 6 + 3]] = True  # of blocks 2 and 3
    branch, _ = redone("lformer", timeline, opened, seed=5)
    assert [each.state.step for each in branch.path() if each.run == 1] == [3, 4]
    whole = reopening.carried_on(branch, 6)
    assert [each.state.step for each in whole.path()] == list(range(7))
    assert whole.head_snapshot.state.tokens == branch.head_snapshot.state.tokens
    later = np.zeros(36, bool)
    later[35] = True  # of block 5, which the branch itself has no step of its own for
    again, _ = redone("lformer", whole, later, seed=8)
    assert np.array_equal(
        again.head_snapshot.state.tokens.ids[:35], whole.head_snapshot.state.tokens.ids[:35]
    )


def test_sites_outside_the_box_are_refused() -> None:
    generator = new("lformer")
    spec = generator.spec
    (drawn,) = result(generator, inputs_for("lformer", 1))
    editable = box_of(spec, (0.3, 0.3, 0.6, 0.6))
    inputs = inputs_for("lformer", 1, source=drawn.tokens, editable=editable)
    outside = replace(drawn.tokens, ids=np.where(editable, drawn.tokens.ids, UNKNOWN))
    with pytest.raises(BadInput, match="inside the box"):
        reopening.check_inside(outside, drawn, inputs)
    inside = replace(drawn.tokens, ids=np.where(editable, UNKNOWN, drawn.tokens.ids))
    reopening.check_inside(inside, drawn, inputs)


def test_a_path_that_begins_too_late_is_refused() -> None:
    generator = new("lformer")
    (drawn,) = result(generator, inputs_for("lformer", 1))
    late = Timeline.started(Run("lformer", "a", SAMPLING), drawn)
    with pytest.raises(BadInput, match="not at hand"):
        redone("lformer", late, opened_sites(generator), seed=1)
