"""A running engine offers models as they are added and removed."""

import shutil
from pathlib import Path

import pytest

from engine.runtime.engine import Engine, build_engine
from engine.values.errors import BadInput
from engine.values.jobs import Described, DescribeRequest, EditRequest, EngineEvent, Finished
from engine.values.params import SamplingParams
from engine.weights.stock import add_copy, remove
from engine.weights.store import read_folder
from tests.engine_answers import events_of
from tests.tiny_model import write_tiny_model


def run(engine: Engine, request: DescribeRequest | EditRequest) -> EngineEvent:
    return events_of(engine, request)[-1]


def offered(engine: Engine) -> list[str]:
    told = run(engine, DescribeRequest(1))
    assert isinstance(told, Described)
    return [spec.key for spec in told.generators]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the one model that comes with Ellbox."""
    folder = write_tiny_model(tmp_path / "lformer")
    monkeypatch.setattr("engine.catalog.embedded_folders", lambda: (folder,))
    return folder


@pytest.mark.usefixtures("shipped")
def test_models_come_and_go_while_the_engine_runs(tmp_path: Path) -> None:
    engine = build_engine("cpu")
    assert offered(engine) == ["lformer"]
    request = EditRequest(2, "mine", "a cat", SamplingParams())
    with pytest.raises(BadInput, match="no generator 'mine'"):
        run(engine, request)
    add_copy(read_folder(write_tiny_model(tmp_path / "own", key="mine")))
    assert offered(engine) == ["lformer", "mine"]
    assert isinstance(run(engine, request), Finished)
    remove("mine")
    assert offered(engine) == ["lformer"]
    with pytest.raises(BadInput, match="no generator 'mine'"):
        run(engine, request)


def test_a_model_with_other_weights_is_loaded_anew(shipped: Path) -> None:
    engine = build_engine("cpu")
    assert offered(engine) == ["lformer"]
    assert engine._pool.loaded_keys == ("lformer",)
    loaded = engine._pool.get("lformer")
    assert offered(engine) == ["lformer"] and engine._pool.get("lformer") is loaded
    shutil.rmtree(shipped)
    write_tiny_model(shipped, latent=False)
    assert offered(engine) == ["lformer"] and engine._pool.get("lformer") is not loaded
