"""What is ready, read without torch."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from engine.catalog import catalog, folder_of, model_folders, spec, table
from engine.generators.maskgen.convert import Published, published_schedule
from engine.memory import memory_need, numbers_in
from engine.values.errors import BadInput, WeightsMissing
from engine.values.layout import Pyramid, Raster, Sequence1D
from tests.tiny_maskgen_model import write_tiny_titok
from tests.tiny_model import CODEBOOK_SIZE, GRID_SIDE, write_tiny_model
from tests.tiny_models import WRITERS, write_tiny_models

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


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
    with pytest.raises(BadInput, match="not here: star-256"):
        folder_of("dall-e", folders)
    with pytest.raises(BadInput, match="weights of star-256 are not here"):
        folder_of("star-256", folders)
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


def test_the_table_has_every_model_once(tmp_path: Path) -> None:
    rows = table([*write_tiny_models(tmp_path), write_tiny_titok(tmp_path / "titok")])
    keys = [row.spec.key for row in rows]
    assert len(keys) == len(set(keys))
    assert [row.spec.key for row in rows if row.ready] == [*WRITERS, "titok"]
    kinds = {row.backend: row.spec.step_kind for row in rows if row.ready}
    assert kinds == {
        "lformer": "block",
        "star": "scale",
        "vq_diffusion": "denoise",
        "maskgen": "unmask",
    }
    for row in rows:
        assert row.spec.licence and row.tokenizer and row.text_encoder
        assert row.spec.region_edit == ("blend" if row.backend == "maskgen" else "token")
        assert memory_need(row.size).total > 0 and (row.ready or row.source)


def test_a_released_model_that_is_here_is_told_once(tmp_path: Path) -> None:
    rows = table([write_tiny_model(tmp_path / "tiny", key="star-256")])
    assert [row.ready for row in rows if row.spec.key == "star-256"] == [True]


def test_published_memory_figures_are_met() -> None:
    """K and V of depth 30 at both guidance rows, given in half precision; the peak of a third
    party's run at 256 px, 8.4 GiB."""
    needs = {row.spec.key: memory_need(row.size) for row in table([])}
    for key, half_gb in (("star-256", 0.31), ("star-512", 1.03), ("star-1024", 4.36)):
        assert needs[key].cache == pytest.approx(2e9 * half_gb, rel=0.02)
    assert needs["star-256"].total == pytest.approx(8.4 * 2**30, rel=0.1)
    # The transformer's file alone has 5.44 GB.
    assert 5.44e9 < needs["vq-diffusion-ithq"].weights < 6.2e9


def published_lists(name: str) -> dict[str, Any]:
    packed = gzip.decompress((GOLDEN / name).read_bytes())
    parsed: dict[str, Any] = json.loads(packed)
    return parsed


def test_released_figures_are_those_of_the_full_key_lists() -> None:
    """Numbers of weights, and for TiTok and MaskGen the schedules that their files carry."""
    rows = {row.spec.key: row for row in table([])}
    lists = published_lists("titok/keys_full.json.gz")
    for key, generator, tokenizer, text, kind in (
        ("titok-l32", "titok_l32_imagenet", "titok_l32_imagenet", 0, "bert"),
        ("titok-b64", "titok_b64_imagenet", "titok_b64_imagenet", 0, "bert"),
        ("titok-s128", "titok_s128_imagenet", "titok_s128_imagenet", 0, "uvit"),
        ("maskgen-l", "maskgen_vq_l", "tatitok_bl128_vq", 123_000_000, "maskgen-vq"),
        ("maskgen-xl", "maskgen_vq_xl", "tatitok_bl128_vq", 123_000_000, "maskgen-vq"),
    ):
        parts = lists[f"generator_{generator}"], lists[f"tokenizer_{tokenizer}"]
        numbers = sum(part["num_parameters"] for part in parts) + text
        assert rows[key].size.numbers == pytest.approx(numbers, rel=0.005)
        config = parts[0]["config"]
        schedule, guidance = published_schedule(Published(config, kind, {}))
        assert rows[key].spec.defaults.guidance_scale == guidance
        assert rows[key].spec.defaults.steps in (0, schedule.steps)
        assert rows[key].spec.layout == Sequence1D(config["model"]["vq_model"]["num_latent_tokens"])
    star = json.loads((GOLDEN / "star/keys_full.json").read_text())
    for side in (256, 512, 1024):
        config = star[f"star_d30_{side}"]["config"]
        assert rows[f"star-{side}"].spec.layout == Pyramid(tuple(config["patch_nums"]))
        size = rows[f"star-{side}"].size
        assert (size.layers, size.width) == (config["depth"], config["embed_dim"])


def test_numbers_are_counted_from_headers(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    path = folder / "lformer.safetensors"
    counted = sum(tensor.numel() for tensor in load_file(path).values())
    assert numbers_in(path) == counted > 0
    assert numbers_in(folder / "bpe.txt.gz") == 0
    for header in (b"", b"\xff" * 8, (9).to_bytes(8, "little") + b"[{}, 1234"):
        path.write_bytes(header)
        with pytest.raises(WeightsMissing, match="cannot be read"):
            numbers_in(path)
