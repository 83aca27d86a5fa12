"""MaskGen's two tasks learn, and what they leave in a training folder becomes a model folder."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from engine.catalog import catalog
from engine.generators.maskgen.network import MaskGen, MaskGenConfig
from engine.runtime.engine import build_engine
from engine.text.clip import OpenClipTextEncoder, build_clip, build_tokenizer
from engine.tokenizers.titok import TiTok
from engine.training.config import TrainingConfig
from engine.training.loop import Remembers, Tends
from engine.training.maskgen import MaskGenTask, masked_sites
from engine.training.maskgen_model import (
    SCHEDULE,
    encoded_rows,
    maskgen_json,
    maskgen_sheet,
    maskgen_spec,
    ship_maskgen,
    titok_config,
    trained_titok,
)
from engine.training.scenes import SceneConfig
from engine.training.titok import NULL_PROMPT, TiTokTask
from engine.values.jobs import EditRequest
from engine.values.layout import Sequence1D
from engine.values.params import SamplingParams
from engine.values.region import Region
from tests.engine_answers import finished
from tests.tiny_model import WIDTH, write_tiny_model
from tests.tiny_training import SIDE, losses_of, picture, scene, write_parts

TOKENS = 6
TITOK = {
    "model": {
        "vq_model": {
            "codebook_size": 32,
            "token_size": 6,
            "num_latent_tokens": TOKENS,
            "vit_enc_model_size": "w16l1h2",
            "vit_dec_model_size": "w16l1h2",
            "vit_enc_patch_size": 8,
            "vit_dec_patch_size": 8,
            "finetune_decoder": False,
            "is_legacy": False,
            "text_context_length": 32,
            "text_embed_dim": WIDTH,
        }
    },
    "dataset": {"preprocessing": {"crop_size": SIDE}},
}
MASKGEN = {
    "decoder_embed_dim": 16,
    "decoder_depth": 2,
    "decoder_num_heads": 2,
    "micro_condition": False,
    "micro_condition_embed_dim": 0,
    "condition_num_classes": 0,
}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Losses to the last bit, and no waiting for other cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training folder with untrained towers, tokenizer and network."""
    home = tmp_path_factory.mktemp("training")
    torch.manual_seed(0)
    write_tiny_model(home)  # for its vocabulary
    text = json.loads((home / "model.json").read_text())["text"]["open_clip"]
    text["text_cfg"]["context_length"] = 32
    (home / "clip.json").write_text(json.dumps(text))
    asked = settings_of(home)
    networks: dict[str, nn.Module] = {
        "clip": build_clip(text),
        "titok": TiTok(titok_config(asked)),
        "maskgen": MaskGen(MaskGenConfig.from_json(maskgen_json(asked))),
    }
    write_parts(home, networks)
    return home


def settings_of(folder: Path) -> TrainingConfig:
    return TrainingConfig(
        scenes=replace(SceneConfig(), side=SIDE),
        clip=json.loads((folder / "clip.json").read_text()),
        titok=TITOK,
        maskgen=MASKGEN,
    )


def encoder_of(folder: Path) -> OpenClipTextEncoder:
    towers = build_clip(settings_of(folder).clip).requires_grad_(False)
    return OpenClipTextEncoder(towers, build_tokenizer(folder / "bpe.txt.gz", 32))


def test_the_tokenizer_learns_and_its_codes_come_to_use(folder: Path) -> None:
    torch.manual_seed(0)
    task = TiTokTask(
        titok_config(settings_of(folder)),
        scene,
        encoder=encoder_of(folder),
        text_dropout=0.5,
        continuous_steps=20,
    )
    assert isinstance(task, Tends)
    assert isinstance(task, Remembers)
    found = losses_of(task, 60, 4)
    assert np.mean(found[15:20]) < 0.8 * found[0]
    assert np.mean(found[-5:]) < 0.8 * found[0]
    _, figures = task.loss(task.batch(60, 4), 60)
    assert float(figures["used"]) > 0.1
    (codes,) = task.tended()
    assert codes is task.network.quantize.embedding.weight


def test_masked_shares_follow_the_arccosine() -> None:
    masked = masked_sites(20_000, 64, np.random.default_rng(0))
    shares = masked.mean(1)
    assert masked.any(1).all()
    # arccos(r) / (pi / 2) of an even r: the mean is 2 / pi, and half lie above arccos(1/2).
    assert shares.mean() == pytest.approx(2 / np.pi, abs=0.01)
    assert (shares > 2 / 3).mean() == pytest.approx(0.5, abs=0.02)
    assert masked.mean(0) == pytest.approx(np.full(64, 2 / np.pi), abs=0.02)


def test_the_network_learns_rows_of_tokens(folder: Path) -> None:
    settings, cpu = settings_of(folder), torch.device("cpu")
    tokenizer = trained_titok(settings, folder, cpu)
    scenes = encoded_rows([scene(seed) for seed in range(12)], tokenizer)
    assert scenes.ids.shape == (12, TOKENS)
    encoder = encoder_of(folder)
    torch.manual_seed(0)
    task = MaskGenTask(
        MaskGenConfig.from_json(maskgen_json(settings)),
        scenes,
        schedule=SCHEDULE,
        encoder=encoder,
        sheet=maskgen_sheet(settings, folder, cpu),
        text_dropout=0.5,
        smoothing=0.0,
    )
    first, again = task.batch(3, 8), task.batch(3, 8)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    null = encoder.tokenize([NULL_PROMPT])[0]
    dropped = (first[2] == null).all(1)
    assert dropped.any() and not dropped.all()
    found = losses_of(task, 60, 8)
    assert np.mean(found[-5:]) < 0.7 * np.mean(found[:5])


def test_a_shipped_folder_generates_and_edits(folder: Path, tmp_path: Path) -> None:
    settings, out = settings_of(folder), tmp_path / "maskgen"
    ship_maskgen(settings, folder, out, "Two marbles are **one**.")
    told = (out / "MODEL_CARD.md").read_text()
    assert "Two marbles are **one**." in told
    assert "| maskgen | adamw | 40 | 4 | 160 | 1 | MaskGen: cross entropy of masked tokens" in told
    with Image.open(out / "curves.png") as curves:
        assert curves.width > 100
    (spec,) = catalog([out])
    assert replace(spec, weights=(), digests=()) == maskgen_spec(settings)
    assert spec.layout == Sequence1D(TOKENS) and spec.image_side == SIDE
    engine = build_engine("cpu", [out])
    whole = EditRequest(1, "maskgen", "a cat", SamplingParams(guidance_scale=2))
    image = picture(0).repeat(3, 0).repeat(3, 1)
    box = replace(whole, image=image, region=Region(5, 5, 40, 40))
    for request in (whole, box):
        finished(engine, request)
    assert (out / "samples.png").exists()


def test_the_built_in_model_stays_below_20_megabytes() -> None:
    settings = TrainingConfig()
    with torch.device("meta"):
        networks: list[nn.Module] = [
            TiTok(titok_config(settings)),
            MaskGen(MaskGenConfig.from_json(maskgen_json(settings))),
        ]
    weights = sum(p.numel() for network in networks for p in network.parameters())
    assert 2 * weights < 19.8e6
