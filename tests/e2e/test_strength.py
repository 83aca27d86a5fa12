"""Strength with the built-in weights: the lower, the more of the picture's own tokens stay."""

from dataclasses import replace

import numpy as np
import pytest

from engine.catalog import catalog, spec
from engine.runtime.engine import build_engine
from engine.values.jobs import EditRequest, Pixels
from engine.values.region import Region
from tests.engine_answers import drawn

BOX = Region(32, 32, 224, 224)


@pytest.mark.weights
@pytest.mark.parametrize("key", ["lformer", "vq-diffusion"])
def test_less_strength_keeps_more(key: str) -> None:
    if key not in {each.key for each in catalog()}:
        pytest.skip("assets/embedded holds no such model")
    engine = build_engine("cpu")

    def kept(image: Pixels, strength: float) -> int:
        """How many tokens of the picture are still there."""
        params = replace(spec(key).defaults, seed=1, strength=strength)
        asked = EditRequest(1, key, "a green apple on yellow", params, image, BOX)
        timeline = drawn(engine, asked).timeline
        source = timeline.head_run.source
        assert source is not None
        return int((timeline.head_snapshot.state.tokens.ids == source.ids).sum())

    rows, columns = np.mgrid[0:256, 0:256]
    disc = (rows - 128) ** 2 + (columns - 128) ** 2 < 70**2
    image = np.where(disc[..., None], (200, 40, 40), (250, 215, 70)).astype(np.uint8)
    low, full = kept(image, 0.25), kept(image, 1.0)
    assert low > full + 10
