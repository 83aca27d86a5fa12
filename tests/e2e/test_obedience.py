"""Does the built-in model draw what the prompt says? Colours only: they need no judge."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.catalog import catalog, spec
from engine.runtime.engine import build_engine
from engine.training.captions import GROUNDS
from engine.values.jobs import EditRequest, Pixels
from tests.engine_answers import drawn

OBJECTS = ("apple", "cat", "car", "balloon", "star", "umbrella")


def nearest_ground(colour: NDArray[np.float64]) -> str:
    return min(GROUNDS, key=lambda name: float(np.abs(np.array(GROUNDS[name]) - colour).sum()))


def border(picture: Pixels) -> NDArray[np.float64]:
    """The median colour of the outermost pixels."""
    edges = (picture[:4], picture[-4:], picture[:, :4], picture[:, -4:])
    colour: NDArray[np.float64] = np.median(
        np.concatenate([edge.reshape(-1, 3) for edge in edges]), axis=0
    )
    return colour


@pytest.mark.weights
def test_backgrounds_have_the_colour_that_was_asked_for() -> None:
    if not catalog():
        pytest.skip("assets/embedded holds no model")
    engine = build_engine("cpu")
    right = []
    for index, ground in enumerate(GROUNDS):
        thing = OBJECTS[index % len(OBJECTS)]
        prompt = f"a {thing} on a {ground} background".replace("a apple", "an apple")
        request = EditRequest(index, "lformer", prompt, spec("lformer").defaults)
        right.append(nearest_ground(border(drawn(engine, request).patch)) == ground)
    assert sum(right) >= 0.8 * len(right), dict(zip(GROUNDS, right, strict=True))
