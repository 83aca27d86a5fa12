"""Loaded models: once, within a budget, only whole files."""

import json
from pathlib import Path

import pytest

from engine.catalog import model_folders
from engine.hardware import usable_cores
from engine.runtime.device import choose_device
from engine.runtime.model_pool import ModelPool
from engine.values.errors import BadInput, WeightsMissing
from tests.tiny_model import file_entry, write_tiny_model


def pool(tmp_path: Path, budget_bytes: int) -> ModelPool:
    folders = [write_tiny_model(tmp_path / key, key=key) for key in ("one", "two", "three")]
    return ModelPool(model_folders(folders), choose_device("cpu"), budget_bytes)


def test_a_model_is_loaded_once(tmp_path: Path) -> None:
    models = pool(tmp_path, 2**30)
    assert models.get("one") is models.get("one")
    assert [spec.key for spec in models.specs] == ["one", "two", "three"]


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    models = pool(tmp_path, 2**30)
    size = models.get("one").bytes
    models = pool(tmp_path, int(2.9 * size))
    for key in ("one", "two", "one", "three"):
        models.get(key)
    assert models.loaded_keys == ("one", "three")


def test_one_model_may_exceed_the_budget_alone(tmp_path: Path) -> None:
    models = pool(tmp_path, 1)
    models.get("one")
    models.get("two")
    assert models.loaded_keys == ("two",)


def test_damaged_weights_are_not_loaded(tmp_path: Path) -> None:
    models = pool(tmp_path, 2**30)
    path = tmp_path / "one" / "vqgan.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(WeightsMissing, match="damaged"):
        models.get("one")


def test_weights_of_another_model_are_not_loaded(tmp_path: Path) -> None:
    pool(tmp_path, 2**30)
    folder = tmp_path / "one"
    description = json.loads((folder / "model.json").read_text())
    description["files"]["network"] = file_entry(folder / "clip.safetensors")
    (folder / "model.json").write_text(json.dumps(description))
    models = ModelPool(model_folders([folder]), choose_device("cpu"))
    with pytest.raises(WeightsMissing, match="do not fit the model"):
        models.get("one")


def test_devices() -> None:
    assert choose_device("cpu").device.type == "cpu"
    assert choose_device("auto").threads == max(1, usable_cores() - 1)
    assert "processor" in choose_device("cpu").describe()
    with pytest.raises(BadInput, match="abacus"):
        choose_device("abacus")
