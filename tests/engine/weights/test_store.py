"""Model folders: complete, missing, damaged."""

import json
from pathlib import Path

import pytest

from engine.values.errors import WeightsMissing
from engine.weights.store import read_folder, verify
from tests.tiny_model import write_tiny_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path / "tiny")


def test_a_whole_folder_is_complete_and_verified(folder: Path) -> None:
    model = read_folder(folder)
    assert model.complete and model.key == "lformer"
    assert set(model.files) == {"tokenizer", "text", "network", "bpe"}
    assert set(model.digests) == {
        "vqgan.safetensors",
        "clip.safetensors",
        "lformer.safetensors",
        "bpe.txt.gz",
    }
    for file in model.files.values():
        verify(file)


def test_missing_short_and_damaged_files_are_named(folder: Path) -> None:
    file = read_folder(folder).files["network"]
    verify(file)
    content = file.path.read_bytes()
    file.path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(WeightsMissing, match=r"lformer\.safetensors are damaged"):
        verify(file)
    file.path.write_bytes(content[:-1])
    with pytest.raises(WeightsMissing, match="instead of"):
        verify(file)
    assert not read_folder(folder).complete
    file.path.unlink()
    with pytest.raises(WeightsMissing, match="missing"):
        verify(file)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"files": []}', '{"files": {"a": {}}}'])
def test_a_damaged_description_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(WeightsMissing, match="cannot be read"):
        read_folder(tmp_path)


def test_no_description(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        read_folder(tmp_path)


@pytest.mark.parametrize("wrong", [{"name": "../lformer.safetensors"}, {"folder": ".."}])
def test_file_names_stay_inside_the_folder(folder: Path, wrong: dict[str, str]) -> None:
    description = json.loads((folder / "model.json").read_text())
    description["files"]["network"] |= wrong
    (folder / "model.json").write_text(json.dumps(description))
    with pytest.raises(WeightsMissing, match="cannot be read"):
        read_folder(folder)
