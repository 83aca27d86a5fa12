"""STAR's steps from inside: guidance, what the cache spares, prompts of different length."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.generators.base import DecodeInputs
from engine.generators.star.generator import StarGenerator
from engine.generators.star.network import StarConfig
from engine.generators.star.scales import guidance_at, scale_slice
from engine.text.base import Conditioning
from engine.values.errors import BadInput
from engine.values.layout import Pyramid
from engine.values.params import SamplingParams
from engine.values.tokens import TokenMap
from tests.tiny_lformer import tiny_prompt
from tests.tiny_star import CODEBOOK, SIDES, tiny_generator

PARAMS = SamplingParams(top_k=12, guidance_scale=3)


def inputs(*seeds: int, params: SamplingParams = PARAMS) -> DecodeInputs:
    return DecodeInputs(tiny_prompt(1), tiny_prompt(99), params, seeds)


def cut(prompt: Conditioning, words: int) -> Conditioning:
    return replace(prompt, hidden=prompt.hidden[:words])


@pytest.fixture
def scales_run(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Lengths of the scales that the network runs, in order."""
    run: list[int] = []
    outputs = StarGenerator._outputs

    def counted(self: StarGenerator, *given: object) -> list[torch.Tensor]:
        found = outputs(self, *given)  # type: ignore[arg-type]
        run.extend(each.shape[1] for each in found)
        return found

    monkeypatch.setattr(StarGenerator, "_outputs", counted)
    return run


def test_guidance_grows_from_off_to_what_was_asked() -> None:
    assert [guidance_at(scale, 5, 5.0) for scale in range(5)] == [1, 2, 3, 4, 5]
    assert guidance_at(0, 1, 5.0) == 1


def test_each_scale_runs_once_and_again_only_after_a_change(scales_run: list[int]) -> None:
    generator, asked = tiny_generator(), inputs(3)
    states = [generator.begin(asked)]
    for _ in generator.steps(asked):
        states.append(generator.step(states[-1], asked))
    once = [side * side for side in SIDES]
    assert scales_run == once
    scales_run.clear()
    generator.step(states[-2], asked)  # the last one again
    assert scales_run == once[-1:]
    scales_run.clear()
    ids = states[3][0].tokens.ids.copy()
    first = scale_slice(SIDES, 1).start
    ids[first] = (ids[first] + 1) % CODEBOOK  # a token of scale 1, which scale 2 was fed
    changed = replace(states[3][0], tokens=TokenMap(ids, Pyramid(SIDES), CODEBOOK))
    generator.step((changed,), asked)
    assert scales_run == once[2:4]


def test_scale_zero_is_the_prompt_alone() -> None:
    greedy = replace(PARAMS, temperature=0)
    generator = tiny_generator()
    guided = generator.step(generator.begin(inputs(1)), inputs(1, params=greedy))
    plain = inputs(1, params=replace(greedy, guidance_scale=1))
    alone = generator.step(generator.begin(plain), plain)
    assert guided[0].tokens.ids[0] == alone[0].tokens.ids[0]


@pytest.mark.parametrize("scope", ["row", "prompt"])
def test_padding_of_the_shorter_text_is_not_looked_at(scope: str) -> None:
    """Texts of different length: as if each were alone. In "prompt" the null text is not read."""
    generator = tiny_generator(text_scope=scope)  # type: ignore[arg-type]
    asked = DecodeInputs(tiny_prompt(1), cut(tiny_prompt(99), 2), PARAMS, (1,))
    prompt = generator.prompt_for(asked)
    assert (prompt.text.mask is not None) == (scope == "row")
    assert prompt.text.copies == (1 if scope == "row" else 2)
    alone = tiny_generator(text_scope=scope)._made_of((asked.unconditional,))  # type: ignore[arg-type]
    if scope == "row":
        for (keys, _), (own, _) in zip(
            prompt.text.keys_values, alone.text.keys_values, strict=True
        ):
            torch.testing.assert_close(keys[1:, :, :2], own)


def test_states_must_fit() -> None:
    generator, asked = tiny_generator(), inputs(1, 2)
    begun = generator.begin(asked)
    with pytest.raises(ValueError, match="match the seeds"):
        generator.step(begun[:1], asked)
    with pytest.raises(ValueError, match="must be known"):
        generator.step(tuple(replace(state, step=2) for state in begun), asked)
    with pytest.raises(ValueError, match="no scale 5"):
        generator.step(tuple(replace(state, step=5) for state in begun), asked)
    spec = replace(generator.spec, codebook_size=CODEBOOK + 1)
    with pytest.raises(ValueError, match="tokens"):
        StarGenerator(spec, generator._network, generator._quantizer)


def test_the_first_scale_is_one_site() -> None:
    with pytest.raises(BadInput, match="one site"):
        StarConfig((2, 4), 8, 4, layers=1, heads=1, width=8, text_width=8)


def test_a_box_that_spares_coarse_scales_begins_after_them() -> None:
    generator = tiny_generator()
    editable = np.zeros(Pyramid(SIDES).length, bool)
    editable[scale_slice(SIDES, 3).start] = True
    source = TokenMap(np.zeros(len(editable), np.int32), Pyramid(SIDES), CODEBOOK)
    asked = replace(inputs(1), source=source, editable=editable)
    assert generator.steps(asked) == range(3, 4)
