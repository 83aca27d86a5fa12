"""The list of weights."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.catalog import catalog
from engine.values.errors import WeightsMissing
from engine.weights.manifest import read_manifest

ROW: dict[str, Any] = {
    "key": "big/network",
    "urls": ["https://example.org/big.safetensors"],
    "bytes": 10,
    "sha256": "0" * 64,
    "format": "safetensors",
    "licence": "MIT",
    "source": "example",
}


def written(path: Path, rows: list[dict[str, Any]], version: int = 1) -> Path:
    path.write_text(json.dumps({"version": version, "files": rows}))
    return path


def test_the_manifest_lists_all_files_of_the_built_in_models() -> None:
    rows = read_manifest()
    assert all(key in rows for spec in catalog() for key in spec.weights)
    assert all(row.licence and row.source for row in rows.values())


def test_files_to_be_fetched_can_be_checked(tmp_path: Path) -> None:
    assert read_manifest(written(tmp_path / "m.json", [ROW]))["big/network"].bytes == 10
    wrongs: list[dict[str, Any]] = [{"urls": []}, {"bytes": 0}, {"sha256": ""}, {"unknown": 1}]
    for wrong in wrongs:
        with pytest.raises(WeightsMissing):
            read_manifest(written(tmp_path / "m.json", [{**ROW, **wrong}]))


def test_a_manifest_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="version 2"):
        read_manifest(written(tmp_path / "m.json", [ROW], version=2))
    with pytest.raises(WeightsMissing):
        read_manifest(tmp_path / "absent.json")
