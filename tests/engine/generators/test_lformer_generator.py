"""The Lformer generator's cache: what is computed, and what is not computed again."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.generators.base import DecodeInputs
from engine.generators.lformer.generator import LformerGenerator
from engine.generators.lformer.order import l_to_raster
from engine.nn.kv_cache import KVCache
from engine.values.params import SamplingParams
from engine.values.region import Region, editable_sites
from engine.values.state import DecodeState
from engine.values.tokens import TokenMap
from tests.tiny_lformer import CODEBOOK, SIDE, tiny_generator, tiny_prompt

Sites = NDArray[np.bool_]
GUIDED = SamplingParams(guidance_scale=2)


class Counted:
    """Rows x positions of each call of the transformer."""

    def __init__(self, generator: LformerGenerator) -> None:
        self.calls: list[tuple[int, int]] = []
        generator._network.transformer.register_forward_pre_hook(
            lambda _, inputs: self.calls.append(tuple(inputs[0].shape[:2]))
        )


def inputs_for(*seeds: int, prompt: int = 1, params: SamplingParams = GUIDED) -> DecodeInputs:
    return DecodeInputs(tiny_prompt(prompt), tiny_prompt(99), params, seeds)


def run(
    generator: LformerGenerator, inputs: DecodeInputs, start: tuple[DecodeState, ...]
) -> list[tuple[DecodeState, ...]]:
    states = [start]
    for _ in range(start[0].step, generator.steps(inputs).stop):
        states.append(generator.step(states[-1], inputs))
    return states


def test_a_generation_feeds_every_position_once() -> None:
    generator = tiny_generator(latent=True)
    counted, inputs = Counted(generator), inputs_for(1, 2)
    run(generator, inputs, generator.begin(inputs))
    assert counted.calls == [(4, 2 * block + 1) for block in range(SIDE)]


def test_rollback_with_the_same_prompt_only_truncates() -> None:
    generator = tiny_generator(latent=True)
    inputs = inputs_for(1, 2)
    states = run(generator, inputs, generator.begin(inputs))
    counted = Counted(generator)
    run(generator, inputs_for(8, 9), states[3])
    assert counted.calls == [(4, 2 * block + 1) for block in range(3, SIDE)]


def test_rollback_of_one_candidate_into_several_takes_its_row() -> None:
    generator = tiny_generator(latent=True)
    inputs = inputs_for(1, 2, 3)
    states = run(generator, inputs, generator.begin(inputs))
    counted = Counted(generator)
    chosen = states[4][1]
    after = run(generator, inputs_for(7, 8), (chosen, chosen))
    assert counted.calls == [(4, 2 * block + 1) for block in range(4, SIDE)]
    fresh = tiny_generator(latent=True)
    assert run(fresh, inputs_for(7, 8), (chosen, chosen))[-1] == after[-1]


def test_rollback_with_a_new_prompt_prefills_once() -> None:
    generator = tiny_generator(latent=True)
    inputs = inputs_for(1)
    states = run(generator, inputs, generator.begin(inputs))
    counted = Counted(generator)
    run(generator, inputs_for(1, prompt=2), states[3])
    assert counted.calls == [(2, 16)] + [(2, 2 * block + 1) for block in range(4, SIDE)]


def test_a_box_edit_runs_from_its_first_to_its_last_block() -> None:
    generator = tiny_generator()
    ids = np.arange(SIDE * SIDE, dtype=np.int32) % CODEBOOK
    source = TokenMap(ids, generator.spec.layout, CODEBOOK)
    box = editable_sites(source.layout, SIDE, Region(1, 2, 3, 5))  # columns 1..2, rows 2..4
    inputs = DecodeInputs(tiny_prompt(1), tiny_prompt(99), GUIDED, (1,), source, box)
    assert generator.steps(inputs) == range(2, 5)
    counted = Counted(generator)
    run(generator, inputs, generator.begin(inputs))
    assert counted.calls == [(2, 9), (2, 7), (2, 9)]
    counted.calls.clear()
    again = replace(inputs, seeds=(5,))
    run(generator, again, generator.begin(again))
    assert counted.calls == [(2, 5), (2, 7), (2, 9)]  # the prefix before the box is still there


@pytest.mark.parametrize("latent", [False, True])
def test_kept_tokens_are_judged_by_the_condition_alone(latent: bool) -> None:
    """From the cache or from nothing, by definition; the cache is left as it was."""
    generator = tiny_generator(latent=latent)
    ids = np.arange(SIDE * SIDE, dtype=np.int32) % CODEBOOK
    source = TokenMap(ids, generator.spec.layout, CODEBOOK)
    box = editable_sites(source.layout, SIDE, Region(1, 2, 3, 5))
    inputs = DecodeInputs(tiny_prompt(1), tiny_prompt(99), GUIDED, (1, 2), source, box)
    final = run(generator, inputs, generator.begin(inputs))[-1]
    counted = Counted(generator)
    got = generator.kept_log_likelihood(final, inputs)
    assert counted.calls == [(2, SIDE * SIDE - 4)]
    assert got == pytest.approx(tiny_generator(latent=latent).kept_log_likelihood(final, inputs))
    assert got == pytest.approx([by_definition(generator, state, box) for state in final], abs=1e-5)
    counted.calls.clear()
    generator.step(tuple(replace(state, step=4) for state in final), inputs)
    assert counted.calls == [(4, 9)]


def by_definition(generator: LformerGenerator, state: DecodeState, box: Sites) -> float:
    """Mean log-likelihood of the sites outside the box with max(row, column) >= 2."""
    network, text = generator._network, tiny_prompt(1)
    tokens = torch.from_numpy(state.tokens.ids[l_to_raster(SIDE)].astype(np.int64))[None]
    pooled = text.pooled[None]
    z = None
    if state.latent is not None:
        z = network.prior_mean(pooled) + torch.from_numpy(np.array(state.latent))
    with torch.no_grad():
        likelihood = network(tokens, pooled=pooled, hidden=text.hidden[None], z=z).log_softmax(-1)
    values = []
    for position, site in enumerate(l_to_raster(SIDE)):
        if not box[site] and max(divmod(int(site), SIDE)) >= 2:
            values.append(float(likelihood[0, position, state.tokens.ids[site]]))
    return float(np.mean(values))


def test_the_text_is_read_once_per_prompt() -> None:
    generator = tiny_generator()
    calls: list[Tensor] = []
    generator._network.transformer.eh_proj.register_forward_hook(
        lambda _, inputs, __: calls.append(inputs[0])
    )
    inputs = inputs_for(1, 2, 3, 4)
    states = run(generator, inputs, generator.begin(inputs))
    run(generator, inputs_for(5, 6, 7, 8), states[0])  # equal features, another object
    assert [tuple(call.shape[:1]) for call in calls] == [(2,)]


def test_changed_tokens_or_latents_are_not_trusted() -> None:
    generator = tiny_generator(latent=True)
    inputs = inputs_for(1)
    states = run(generator, inputs, generator.begin(inputs))
    middle = states[4][0]
    ids = middle.tokens.ids.copy()
    ids[0] = (ids[0] + 1) % CODEBOOK
    assert middle.latent is not None
    for other in (
        replace(middle, tokens=replace(middle.tokens, ids=ids)),
        replace(middle, latent=-middle.latent),
    ):
        warm = run(generator, inputs, (other,))[-1]
        assert warm == run(tiny_generator(latent=True), inputs, (other,))[-1]


def test_a_dropped_cache_changes_nothing() -> None:
    generator, inputs = tiny_generator(), inputs_for(1)
    states = run(generator, inputs, generator.begin(inputs))
    generator.drop_cache()
    assert run(generator, inputs, states[3])[-1] == states[-1]


def test_a_failed_step_spoils_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    generator, inputs = tiny_generator(), inputs_for(1)
    states = run(generator, inputs, generator.begin(inputs))
    with monkeypatch.context() as patch:
        patch.setattr(KVCache, "advance", lambda *_: (_ for _ in ()).throw(RuntimeError("full")))
        with pytest.raises(RuntimeError, match="full"):
            generator.step(states[2], inputs_for(9))
    assert run(generator, inputs, states[3])[-1] == states[-1]


def test_what_cannot_be_continued_is_refused() -> None:
    generator, inputs = tiny_generator(latent=True), inputs_for(1)
    (begun,) = generator.begin(inputs)
    with pytest.raises(ValueError, match="must be known"):
        generator.step((replace(begun, step=2),), inputs)
    with pytest.raises(ValueError, match="match the seeds"):
        generator.step((begun, begun), inputs)
    with pytest.raises(ValueError, match="latent"):
        generator.step((replace(begun, latent=None),), inputs)
    with pytest.raises(ValueError, match="no block"):
        generator.step((replace(begun, step=SIDE),), inputs)


def test_a_branch_with_a_new_seed_keeps_the_latent() -> None:
    generator = tiny_generator(latent=True)
    (begun,) = generator.begin(inputs_for(1))
    (after,) = generator.step((begun,), inputs_for(77))
    assert np.array_equal(np.asarray(begun.latent), np.asarray(after.latent))
    (other,) = generator.begin(inputs_for(77))
    assert not np.array_equal(np.asarray(begun.latent), np.asarray(other.latent))


def test_cache_selection_and_limits() -> None:
    cache = KVCache((1, 3, 2, 4, 5), torch.zeros(1))
    keys = torch.arange(3.0).view(3, 1, 1, 1).expand(3, 2, 4, 5)
    cache.append(0, keys, keys)
    cache.advance(4)
    chosen = cache.selected([2, 2, 0], 3)
    assert chosen.rows == 3
    assert chosen.stored()[0, 0, :, 0, :, 0].tolist() == [[2] * 3, [2] * 3, [0] * 3]
    with pytest.raises(ValueError, match="do not fit"):
        cache.append(0, keys, keys)
    with pytest.raises(ValueError, match="cannot cut"):
        cache.truncate(5)
