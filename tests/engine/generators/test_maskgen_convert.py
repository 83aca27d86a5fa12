"""Folders in the Hub's layout, of shrunken sizes, become model folders that draw."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.catalog import catalog
from engine.generators.maskgen.checkpoint import build_network, kind_of, network_state
from engine.generators.maskgen.convert import converted
from engine.runtime.engine import build_engine
from engine.text.clip import build_clip
from engine.values.errors import BadInput
from engine.values.jobs import EditRequest, Finished
from engine.values.layout import Sequence1D
from engine.values.params import SamplingParams
from tests.engine_answers import finished

TOKENS = 6
SIZES = {
    "codebook_size": 32,
    "token_size": 4,
    "num_latent_tokens": TOKENS,
    "vit_enc_model_size": "w16l1h2",
    "vit_dec_model_size": "w16l1h2",
    "vit_enc_patch_size": 8,
    "vit_dec_patch_size": 8,
    "text_embed_dim": 64,
}
ONE_STAGE = {**SIZES, "use_l2_norm": False, "finetune_decoder": False, "is_legacy": False}
TWO_STAGE = {
    **SIZES,
    "use_l2_norm": True,
    "finetune_decoder": True,
    "pixel_decoder": {
        "channel_mult": [1, 1, 1, 2],
        "num_res_blocks": 1,
        "hidden_channels": 32,
        "z_channels": 8,
    },
}
MASKGEN = {
    "decoder_embed_dim": 32,
    "decoder_depth": 2,
    "decoder_num_heads": 2,
    "micro_condition": True,
    "micro_condition_embed_dim": 8,
    "condition_num_classes": 10,
    "cfg": 12.0,
    "num_iter": 4,
    "temperature": 2.0,
    "sample_aesthetic_score": 6.5,
}
CLASSES = {
    "model_type": "UViT",
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "num_steps": 4,
    "image_seq_len": "${model.vq_model.num_latent_tokens}",
    "condition_num_classes": 1000,
    "randomize_temperature": 2.8,
    "guidance_scale": 6.9,
    "guidance_decay": "power-cosine",
}
CLIP = {
    "embed_dim": 64,
    "quick_gelu": True,
    "vision_cfg": {"image_size": 16, "layers": 1, "width": 16, "head_width": 16, "patch_size": 16},
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": 64,
        "heads": 1,
        "layers": 2,
    },
}


def config_of(tokens: Mapping[str, Any], **network: dict[str, Any]) -> dict[str, Any]:
    return {
        "model": {"vq_model": dict(tokens), **network},
        "dataset": {"preprocessing": {"crop_size": 16}},
    }


def hub_folder(home: Path, name: str, config: dict[str, Any], *, kind: str, **more: Tensor) -> Path:
    """A folder with random weights under the published names, and `more` beside them."""
    folder = home / name
    folder.mkdir()
    torch.manual_seed(0)
    state = build_network(kind, config).state_dict()  # type: ignore[arg-type]
    save_file({**state, **more}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All folders that are published, and CLIP's file."""
    home = tmp_path_factory.mktemp("hub")
    hub_folder(
        home,
        "tatitok",
        config_of(ONE_STAGE),
        kind="tatitok",
        **{"quantize.embed_prob": torch.zeros(32)},
    )
    hub_folder(home, "titok", config_of(TWO_STAGE), kind="titok")
    hub_folder(home, "maskgen", config_of(ONE_STAGE, maskgen=MASKGEN), kind="maskgen-vq")
    hub_folder(home, "uvit", config_of(TWO_STAGE, generator=CLASSES), kind="uvit")
    towers = build_clip(CLIP).state_dict()
    save_file({name: t.contiguous() for name, t in towers.items()}, home / "clip.safetensors")
    return home


def drawn(folder: Path, prompt: str) -> Finished:
    (spec,) = catalog([folder])
    request = EditRequest(1, spec.key, prompt, spec.defaults)
    return finished(build_engine("cpu", [folder]), request)


def test_maskgen_with_its_tokenizer_and_tower_draws(hub: Path, tmp_path: Path) -> None:
    out = converted(
        hub / "tatitok",
        hub / "maskgen",
        tmp_path / "out",
        key="maskgen-vq-l",
        title="MaskGen VQ-L",
        text=hub / "clip.safetensors",
    )
    (spec,) = catalog([out])
    assert spec.layout == Sequence1D(TOKENS) and spec.codebook_size == 32
    assert spec.defaults == SamplingParams(guidance_scale=13)  # 12 from the conditional logits on
    assert "research" in spec.licence
    model = json.loads((out / "model.json").read_text())
    assert (model["schedule"]["steps"], model["schedule"]["guidance"]) == (4, "cosine")
    assert model["text"]["open_clip"]["quick_gelu"]
    kept = load_file(out / "tokenizer.safetensors")
    assert kept["quantize.embedding.weight"].dtype == torch.float32
    assert "quantize.embed_prob" not in kept
    assert load_file(out / "network.safetensors")["pos_embed"].dtype == torch.float16
    assert not any(name.startswith("visual.") for name in load_file(out / "text.safetensors"))
    closing = drawn(out, "a red apple")
    assert closing.candidates[0].patch.shape == (16, 16, 3)


def test_a_class_generator_needs_no_tower(hub: Path, tmp_path: Path) -> None:
    out = converted(hub / "titok", hub / "uvit", tmp_path / "out", key="titok-s", title="TiTok-S")
    (spec,) = catalog([out])
    assert spec.defaults.guidance_scale == 6.9  # the power-cosine course counts like the house
    assert json.loads((out / "model.json").read_text())["schedule"]["power"] == 3
    assert drawn(out, "goldfish").candidates[0].patch.shape == (16, 16, 3)


def test_a_bin_file_is_read_without_running_anything(hub: Path, tmp_path: Path) -> None:
    folder = tmp_path / "uvit"
    folder.mkdir()
    state = load_file(hub / "uvit" / "model.safetensors")
    torch.save(state, folder / "pytorch_model.bin")
    (folder / "config.json").write_text((hub / "uvit" / "config.json").read_text())
    out = converted(hub / "titok", folder, tmp_path / "out", key="titok-s", title="TiTok-S")
    assert (out / "model.json").exists()
    torch.save({**state, "code": print}, folder / "pytorch_model.bin")
    with pytest.raises(BadInput, match="cannot be read safely"):
        converted(hub / "titok", folder, tmp_path / "other", key="titok-s", title="TiTok-S")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("tokenizer", "generator", "message"),
    [
        ("tatitok", "maskgen", "needs the text tower"),
        ("maskgen", "uvit", "no tokenizer of discrete tokens"),
        ("titok", "tatitok", "no generator of discrete tokens"),
        ("titok", "nowhere", "no readable config"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(
    hub: Path, tmp_path: Path, tokenizer: str, generator: str, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        converted(hub / tokenizer, hub / generator, tmp_path / "out", key="x", title="X")
    assert not (tmp_path / "out").exists()


def test_a_head_that_is_not_tied_is_refused(hub: Path) -> None:
    state = load_file(hub / "maskgen" / "model.safetensors")
    assert kind_of(state) == "maskgen-vq"
    state["lm_head.weight"] = state["embeddings.weight"].clone()
    assert "lm_head.weight" not in network_state(state)
    state["lm_head.weight"][0] += 1
    with pytest.raises(BadInput, match="not tied"):
        network_state(state)


def test_a_foreign_file_is_refused() -> None:
    with pytest.raises(BadInput, match="not a checkpoint of TiTok"):
        kind_of({"weight": torch.zeros(1)})
