"""STAR's two tasks learn, and what they leave in a training folder becomes a model folder."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine.catalog import catalog
from engine.generators.star.network import Star, StarConfig
from engine.runtime.engine import build_engine
from engine.text.clip import OpenClipTextEncoder, build_clip, build_tokenizer
from engine.tokenizers.multiscale_vqvae import MultiscaleConfig, MultiscaleVQVAE
from engine.training.config import TrainingConfig
from engine.training.loop import Remembers, Tends
from engine.training.multiscale import MultiscaleTask, quantised
from engine.training.scenes import SceneConfig
from engine.training.sheet import SampleSheet
from engine.training.star import NULL_PROMPT, StarTask
from engine.training.star_model import encoded_pyramids, ship_star, star_spec, trained_multiscale
from engine.training.tokenised import TokenisedScenes
from engine.values.jobs import EditRequest
from engine.values.layout import Pyramid
from engine.values.params import SamplingParams
from engine.values.region import Region
from tests.engine_answers import finished
from tests.tiny_model import write_tiny_model
from tests.tiny_training import SIDE, losses_of, picture, scene, write_parts

SIDES = (1, 2, 4)
CODES = 32
TOKENIZER = {
    "patch_nums": SIDES,
    "vocab_size": CODES,
    "z_channels": 8,
    "ch": 8,
    "ch_mult": [1, 1, 1],
    "num_res_blocks": 1,
    "norm_groups": 2,
}
NETWORK = {
    "patch_nums": SIDES,
    "vocab_size": CODES,
    "z_channels": 8,
    "depth": 1,
    "num_heads": 2,
    "embed_dim": 16,
    "in_dim_cross": 16,
    "text_scope": "row",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training folder with untrained towers, tokenizer and network."""
    home = tmp_path_factory.mktemp("training")
    torch.manual_seed(0)
    write_tiny_model(home)  # for its vocabulary
    text = json.loads((home / "model.json").read_text())["text"]["open_clip"]
    text["text_cfg"]["context_length"] = 32
    networks: dict[str, nn.Module] = {
        "clip": build_clip(text),
        "multiscale": MultiscaleVQVAE(MultiscaleConfig.from_json(TOKENIZER)),
        "star": Star(StarConfig.from_json(NETWORK)),
    }
    write_parts(home, networks)
    (home / "clip.json").write_text(json.dumps(text))
    return home


@pytest.fixture(scope="module")
def settings(folder: Path) -> TrainingConfig:
    return TrainingConfig(
        scenes=replace(SceneConfig(), side=SIDE),
        clip=json.loads((folder / "clip.json").read_text()),
        multiscale=TOKENIZER,
        star=NETWORK,
    )


def test_the_tokenizer_learns_and_its_codes_come_to_use() -> None:
    torch.manual_seed(0)
    task = MultiscaleTask(MultiscaleConfig.from_json(TOKENIZER), picture, continuous_steps=5)
    assert isinstance(task, Tends)
    assert isinstance(task, Remembers)
    found = losses_of(task, 40, 4)
    assert np.mean(found[-5:]) < 0.8 * np.mean(found[5:10])
    _, figures = task.loss(task.batch(40, 4), 40)
    assert float(figures["used"]) > 0.2
    (codes,) = task.tended()
    assert codes is task.network.quantize.embedding.weight


def test_coders_begin_with_the_convolutions_of_one_scale() -> None:
    known = MultiscaleTask(MultiscaleConfig.from_json(TOKENIZER), picture).network.state_dict()
    wider = {**TOKENIZER, "z_channels": 16}
    begun = MultiscaleTask(MultiscaleConfig.from_json(wider), picture, convolutions=known)
    found = begun.network.state_dict()
    same = {name for name in known if torch.equal(known[name], found[name])}
    assert {"encoder.conv_in.weight", "decoder.conv_out.weight"} <= same
    assert not {name for name in same if "quantize" in name and "weight" in name}
    assert found["encoder.conv_out.weight"].shape != known["encoder.conv_out.weight"].shape


def test_what_training_quantises_is_what_the_tokens_give_back() -> None:
    torch.manual_seed(0)
    network = MultiscaleVQVAE(MultiscaleConfig.from_json(TOKENIZER))
    latent = torch.randn(2, 8, 4, 4)
    found = quantised(network.quantize, latent)
    maps = network.quantize.tokens(latent)
    torch.testing.assert_close(found.latent, network.quantize.latents(maps)[-1])
    assert found.asked.shape == (2 * 21, 8) and found.chosen.shape == (2 * 21,)


def test_the_network_learns_pyramids(folder: Path, settings: TrainingConfig) -> None:
    cpu = torch.device("cpu")
    tokenizer = trained_multiscale(settings, folder, cpu)
    scenes: TokenisedScenes = encoded_pyramids([scene(seed) for seed in range(12)], tokenizer)
    assert scenes.ids.shape == (12, Pyramid(SIDES).length)
    towers = build_clip(settings.clip).requires_grad_(False)
    encoder = OpenClipTextEncoder(towers, build_tokenizer(folder / "bpe.txt.gz", 32))
    torch.manual_seed(0)
    task = StarTask(
        StarConfig.from_json(settings.star),
        scenes,
        quantizer=tokenizer.network.quantize,
        encoder=encoder,
        sheet=SampleSheet(star_spec(settings), encoder, tokenizer, NULL_PROMPT),
        text_dropout=0.5,
    )
    ids, words = task.batch(3, 8)
    again = task.batch(3, 8)
    assert torch.equal(ids, again[0]) and torch.equal(words, again[1])
    null = encoder.tokenize([NULL_PROMPT])[0]
    dropped = (words == null).all(1)
    assert dropped.any() and not dropped.all()
    found = losses_of(task, 30, 8)
    assert np.mean(found[-5:]) < 0.8 * np.mean(found[:5])


def test_a_shipped_folder_generates_and_edits(
    folder: Path, settings: TrainingConfig, tmp_path: Path
) -> None:
    ship_star(settings, folder, tmp_path / "star")
    (spec,) = catalog([tmp_path / "star"])
    assert replace(spec, weights=(), digests=()) == star_spec(settings)
    assert spec.layout == Pyramid(SIDES) and spec.image_side == SIDE
    engine = build_engine("cpu", [tmp_path / "star"])
    image = picture(0).repeat(3, 0).repeat(3, 1)
    whole = EditRequest(1, "star", "a cat", SamplingParams(guidance_scale=2))
    box = replace(whole, image=image, region=Region(5, 5, 40, 40))
    for request in (whole, box):
        finished(engine, request)
    assert (tmp_path / "star" / "samples.png").exists()


def test_sheets_ask_for_what_was_taught(settings: TrainingConfig) -> None:
    spec = star_spec(replace(settings, scenes=SceneConfig(concepts=("cat", "star"))))
    encoder: Any = None
    prompts = SampleSheet(spec, encoder, encoder).prompts
    assert prompts == ("a cat on yellow", "a small star at the top on black")
    assert len(SampleSheet(replace(spec, vocabulary=()), encoder, encoder).prompts) == 16
