"""What is ready, read without torch."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.catalog import catalog, folder_of, model_folders, spec
from engine.values.errors import BadInput, WeightsMissing
from engine.values.layout import Raster
from tests.tiny_model import CODEBOOK_SIZE, GRID_SIDE, write_tiny_model


def test_a_spec_comes_from_model_json(tmp_path: Path) -> None:
    (found,) = catalog([write_tiny_model(tmp_path / "tiny")])
    assert found.key == "lformer" and found.layout == Raster(GRID_SIDE, GRID_SIDE)
    assert found.codebook_size == CODEBOOK_SIZE and "apple" in found.vocabulary
    assert found.defaults.guidance_scale == 2
    assert found.weights == (
        "lformer/tokenizer",
        "lformer/text",
        "lformer/network",
        "lformer/bpe",
    )


def test_models_that_are_not_whole_are_not_ready(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    (folder / "lformer.safetensors").unlink()
    assert catalog([folder]) == ()


def test_unknown_keys_name_what_exists(tmp_path: Path) -> None:
    folders = model_folders([write_tiny_model(tmp_path / "tiny")])
    with pytest.raises(BadInput, match="Ready: lformer"):
        folder_of("dall-e", folders)
    with pytest.raises(BadInput, match="dall-e"):
        spec("dall-e")


def test_a_description_that_makes_no_sense_is_told(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    whole = json.loads((folder / "model.json").read_text())
    wrongs: list[dict[str, Any]] = [
        {"backend": "star"},
        {"network": {}},
        {"defaults": {"cfg": 1}},
    ]
    for wrong in wrongs:
        (folder / "model.json").write_text(json.dumps({**whole, **wrong}))
        with pytest.raises(WeightsMissing, match="damaged"):
            catalog([folder])
