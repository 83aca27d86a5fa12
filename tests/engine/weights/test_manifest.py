"""The list of weights."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.catalog import SHAPES, catalog
from engine.values.errors import BadInput, WeightsMissing
from engine.weights.manifest import VERSION, read_manifest, row_of

ROW: dict[str, Any] = {
    "key": "big",
    "backend": "star",
    "title": "Big",
    "image_side": 256,
    "format": "Hub folders",
    "licence": "MIT",
    "sources": {"hub": {"repository": "someone/big", "revision": "23fab67"}},
    "files": [
        {"source": "hub", "path": "big.pth", "to": "network.pth", "about_bytes": 1000},
        {"source": "hub", "path": "text/*", "to": "text/"},
    ],
}
FILE = ROW["files"][0]


def written(path: Path, rows: list[dict[str, Any]], version: int = VERSION) -> Path:
    path.write_text(json.dumps({"version": version, "models": rows}))
    return path


def test_each_model_is_listed_with_its_licence_and_one_way_to_get_it() -> None:
    rows = read_manifest()
    assert all(rows[spec.key].embedded for spec in catalog())
    for row in rows.values():
        assert row.licence and row.title and row.backend in SHAPES
        assert not row.repositories or not row.by_hand


def test_the_one_published_digest_stands_by_its_revision_and_size() -> None:
    file = next(f for f in read_manifest()["titok-l32"].files if f.sha256)
    assert file.bytes == 2_564_477_610 and file.sha256 is not None
    assert file.sha256.startswith("b8f0bf61") and file.sha256.endswith("935c31f")
    assert file.source is not None and len(file.source.revision or "") == 40
    others = [f for row in read_manifest().values() for f in row.files if f is not file]
    assert not [f for f in others if f.sha256 and f.sha256 != file.sha256]


def test_sizes_are_those_that_are_published(tmp_path: Path) -> None:
    row = read_manifest(written(tmp_path / "m.json", [ROW]))["big"]
    assert (row.likely_bytes, row.sizes_known) == (1000, False)
    assert row.repositories == ("someone/big",)
    assert not read_manifest()["vq-diffusion-coco"].sizes_known
    ithq = read_manifest()["vq-diffusion-ithq"]
    assert ithq.sizes_known and ithq.likely_bytes == 2_974_080_399


@pytest.mark.parametrize(
    "wrong",
    [
        {"sources": {}},
        {"files": []},
        {"by_hand": "Fetch it."},
        {"embedded": True},
        {"unknown": 1},
        {"files": [FILE | {"to": "../network.pth"}]},
        {"files": [FILE | {"to": "/network.pth"}]},
        {"files": [FILE | {"to": "folder/"}]},
        {"files": [FILE | {"sha256": "b8f0"}]},
        {"files": [FILE | {"bytes": 0}]},
    ],
)
def test_rows_that_make_no_sense_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    read_manifest(written(tmp_path / "m.json", [ROW]))
    with pytest.raises(WeightsMissing, match="cannot be read"):
        read_manifest(written(tmp_path / "m.json", [ROW | wrong]))
    with pytest.raises(WeightsMissing, match="twice"):
        read_manifest(written(tmp_path / "m.json", [ROW, ROW]))


def test_a_manifest_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="version 1 is not 2"):
        read_manifest(written(tmp_path / "m.json", [ROW], version=1))
    with pytest.raises(WeightsMissing):
        read_manifest(tmp_path / "absent.json")


def test_an_unknown_key_names_those_there_are() -> None:
    with pytest.raises(BadInput, match="Listed: lformer, vq-diffusion, star, maskgen, vq-"):
        row_of("dall-e", read_manifest())
