"""STAR's published files, of shrunken sizes, become a model folder that draws."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.catalog import catalog
from engine.generators.star.convert import converted
from engine.runtime.engine import build_engine
from engine.values.errors import BadInput
from engine.values.jobs import EditRequest, Pixels
from engine.values.layout import Pyramid
from tests.engine_answers import finished
from tests.published_star import SIDES, published_network, write_published_star

NAMED: dict[str, Any] = {"key": "tiny", "title": "Tiny", "licence": "MIT"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_published_star(tmp_path_factory.mktemp("hub") / "STAR")


def drawn(folder: Path, prompt: str) -> Pixels:
    (spec,) = catalog([folder])
    request = EditRequest(1, spec.key, prompt, spec.defaults)
    return finished(build_engine("cpu", [folder]), request).candidates[0].patch


def test_a_snapshot_with_tokenizer_and_tower_draws(published: Path, tmp_path: Path) -> None:
    folder = converted(published, tmp_path / "out", **NAMED)
    (spec,) = catalog([folder])
    assert spec.layout == Pyramid(SIDES) and spec.codebook_size == 23
    assert spec.image_side == 2 * SIDES[-1]
    assert (spec.defaults.top_k, spec.defaults.top_p, spec.defaults.guidance_scale) == (600, 0.8, 5)
    model = json.loads((folder / "model.json").read_text())
    assert model["network"]["num_heads"] == 2
    assert model["text"]["open_clip"]["text_cfg"]["heads"] == 4
    network = load_file(folder / "network.safetensors")
    assert torch.equal(network["pos_start"], published_network()["pos_start"].half())
    assert load_file(folder / "tokenizer.safetensors")["quant_conv.bias"].dtype == torch.float32
    one, other = drawn(folder, "a red apple"), drawn(folder, "a blue house")
    assert one.shape == (6, 6, 3) and not np.array_equal(one, other)


def test_sides_stand_in_the_snapshot_or_are_told(tmp_path: Path) -> None:
    written = write_published_star(tmp_path / "a", patch_nums="1_2_3")
    converted(written, tmp_path / "a_out", **NAMED)
    silent = write_published_star(tmp_path / "b", patch_nums=None)
    converted(silent, tmp_path / "b_out", sides=SIDES, **NAMED)
    for told in (None, (1, 2)):
        with pytest.raises(BadInput, match=r"sides of its 3 scales.*--backend star-256"):
            converted(silent, tmp_path / "c_out", sides=told, **NAMED)
    assert not (tmp_path / "c_out").exists()


def test_among_several_snapshots_the_side_chooses(published: Path, tmp_path: Path) -> None:
    both = tmp_path / "both"
    shutil.copytree(published, both)
    (both / "star_256-ar-ckpt.pth").rename(both / "star_rope_d30_6-ar-ckpt-ep1.pth")
    (both / "star_rope_d30_66-ar-ckpt-ep6.pth").write_bytes(b"another")
    with pytest.raises(BadInput, match="2 training snapshots"):
        converted(both, tmp_path / "out", **NAMED)
    assert (converted(both, tmp_path / "out", sides=SIDES, **NAMED) / "model.json").exists()


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("vae_ch160v4096z32.pth", "no tokenizer"),
        ("star_256-ar-ckpt.pth", "no training snapshot"),
        ("CLIP/text_encoder/model.safetensors", "no text tower"),
        ("CLIP/text_encoder/config.json", "does not describe its text tower"),
    ],
)
def test_what_is_missing_is_said(
    published: Path, tmp_path: Path, missing: str, message: str
) -> None:
    shutil.copytree(published, tmp_path / "hub")
    (tmp_path / "hub" / missing).unlink()
    with pytest.raises(BadInput, match=message):
        converted(tmp_path / "hub", tmp_path / "out", **NAMED)
    assert not (tmp_path / "out").exists()
