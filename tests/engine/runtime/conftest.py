"""A real engine with a tiny model."""

import pytest

from engine.runtime.engine import Engine, build_engine
from tests.tiny_model import write_tiny_model


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return build_engine("cpu", [write_tiny_model(tmp_path_factory.mktemp("tiny"))])
