"""What all generators ask of their networks and prompts."""

from dataclasses import replace

import pytest
import torch

from engine.generators.base import check_fit, same_texts
from engine.values.layout import Raster
from tests.tiny_lformer import CODEBOOK, SIDE, tiny_generator, tiny_prompt


def test_a_network_of_another_layout_or_codebook_is_refused() -> None:
    spec = tiny_generator().spec
    check_fit(spec, Raster(SIDE, SIDE), CODEBOOK)
    with pytest.raises(ValueError, match="cannot fill"):
        check_fit(spec, Raster(SIDE, SIDE + 1), CODEBOOK)
    with pytest.raises(ValueError, match=f"knows {CODEBOOK + 1} tokens"):
        check_fit(spec, Raster(SIDE, SIDE), CODEBOOK + 1)


def test_texts_are_the_same_by_what_a_network_reads_of_them() -> None:
    prompt, null = tiny_prompt(1), tiny_prompt(0)
    again = replace(prompt, hidden=prompt.hidden.clone(), last=torch.zeros(1))
    assert same_texts((prompt, null), (again, null))
    assert not same_texts((prompt, null), (prompt,))
    assert not same_texts((prompt,), (replace(prompt, hidden=null.hidden),))
    assert not same_texts((prompt,), (replace(prompt, pooled=null.pooled),))
