"""A real engine with a tiny model, and a picture to edit."""

import numpy as np
import pytest

from engine.runtime.engine import Engine, build_engine
from engine.values.jobs import Pixels
from tests.tiny_model import write_tiny_model


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return build_engine("cpu", [write_tiny_model(tmp_path_factory.mktemp("tiny"))])


@pytest.fixture
def photo() -> Pixels:
    """60 x 90 pixels of noise."""
    return np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
