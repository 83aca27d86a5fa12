"""Files in both published layouts, of shrunken sizes, become model folders that draw."""

import gzip
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.catalog import catalog
from engine.generators.vq_diffusion.checkpoint import split_released
from engine.generators.vq_diffusion.convert import converted, with_token_ids
from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from engine.runtime.engine import build_engine
from engine.text.clip import build_text_tower
from engine.tokenizers.vqgan import VQGANConfig, build_vqgan
from engine.values.errors import BadInput
from engine.values.jobs import EditRequest
from engine.values.params import SamplingParams
from tests.engine_answers import drawn

NAMES = Path(__file__).parents[2] / "golden" / "vq_diffusion" / "ms_to_diffusers_names.json.gz"
State = dict[str, Tensor]

CODER = {
    "n_embed": 48,
    "embed_dim": 8,
    "ddconfig": {
        "z_channels": 16,
        "resolution": 16,
        "ch": 32,
        "ch_mult": [1, 1, 2, 1],
        "num_res_blocks": 2,
        "attn_resolutions": [2],
    },
}
TEXT = {
    "embed_dim": 64,
    "quick_gelu": True,
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": 64,
        "heads": 1,
        "layers": 1,
    },
}
CONFIG = VQDiffusionConfig(
    side=3,
    codebook_size=48,
    layers=2,
    heads=2,
    width=32,
    times=100,
    table_side=3,
    condition_width=64,
    text_length=77,
    learned_null=True,
)


@pytest.fixture(scope="module")
def states() -> dict[str, State]:
    """Random weights under our names: network, text, tokenizer; halves, so that none is rounded."""
    torch.manual_seed(0)
    modules = {
        "network": VQDiffusion(CONFIG),
        "text": build_text_tower(TEXT),
        "tokenizer": build_vqgan(VQGANConfig.from_json(CODER)),
    }
    return {role: {n: t.half() for n, t in m.state_dict().items()} for role, m in modules.items()}


def released_coder(coder: State) -> State:
    """Under the released names, with what is used in training only."""
    codes = coder["quantize.embedding.weight"]
    rest = {n: t for n, t in coder.items() if n not in ("MEAN", "STD", "quantize.embedding.weight")}
    return {
        **rest,
        "quantize.embedding": codes,
        "quantize.cluster_size": codes[:, 0],
        "quantize.embedding_avg": codes,
    }


def write_released(path: Path, states: dict[str, State]) -> None:
    """One .pth: the raw weights are zeros, the averaged ones ours."""
    ema = {
        **states["network"],
        **{f"condition_emb.{name}": tensor for name, tensor in states["text"].items()},
        "log_at": torch.zeros(100),
        "Lt_history": torch.zeros(100),
        "transformer.blocks.0.attn2.mask": torch.zeros(1, 1, 9, 9),
    }
    coder = released_coder(states["tokenizer"])
    model = {f"transformer.{name}": torch.zeros_like(tensor) for name, tensor in ema.items()}
    for name, tensor in coder.items():
        sides = ("enc", "dec") if name.startswith("quantize.") else ("enc",)
        if name.startswith(("decoder.", "post_quant_conv.")):
            sides = ("dec",)
        model |= {f"content_codec.{side}.{name}": tensor for side in sides}
    torch.save({"model": model, "ema": ema}, path)


def write_folder(folder: Path, states: dict[str, State]) -> None:
    """diffusers' folders, by the published list of names."""
    names = json.loads(gzip.decompress(NAMES.read_bytes()))
    parts: dict[str, State] = {
        "learned_classifier_free_sampling_embeddings": {
            "embeddings": states["network"]["empty_text_embed"]
        },
        "text_encoder": hub_text(states["text"]),
    }
    for kind, state in (
        ("transformer", states["network"]),
        ("vqvae", released_coder(states["tokenizer"])),
    ):
        parts[kind] = {}
        for name, tensor in state.items():
            theirs = names[kind].get(name)
            if isinstance(theirs, str):
                parts[kind][theirs] = tensor
            elif theirs is not None:
                parts[kind][theirs[0]] = tensor[:, :, 0, 0].contiguous()
    for part, state in parts.items():
        (folder / part).mkdir(parents=True)
        save_file(
            {n: t.clone() for n, t in state.items()}, folder / part / "model.fp16.safetensors"
        )
    config = {"num_attention_heads": CONFIG.heads}
    (folder / "transformer" / "config.json").write_text(json.dumps(config))


def hub_text(text: State) -> State:
    """open_clip's names -> those of the Hub, where queries, keys and values lie apart."""
    hub = {
        "text_model.embeddings.token_embedding.weight": text["token_embedding.weight"],
        "text_model.embeddings.position_embedding.weight": text["positional_embedding"],
        "text_model.embeddings.position_ids": torch.arange(77)[None],
    }
    renames = {"attn.out_proj": "self_attn.out_proj", "ln_1": "layer_norm1", "ln_2": "layer_norm2"}
    renames |= {"mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2"}
    for kind in ("weight", "bias"):
        hub[f"text_model.final_layer_norm.{kind}"] = text[f"ln_final.{kind}"]
        ours, theirs = "transformer.resblocks.0.", "text_model.encoder.layers.0."
        for part, third in zip("qkv", text[f"{ours}attn.in_proj_{kind}"].chunk(3), strict=True):
            hub[f"{theirs}self_attn.{part}_proj.{kind}"] = third
        for one, other in renames.items():
            hub[f"{theirs}{other}.{kind}"] = text[f"{ours}{one}.{kind}"]
    return hub


def assert_same(folder: Path, states: dict[str, State], *, but: tuple[str, ...] = ()) -> None:
    for role, state in states.items():
        found = load_file(folder / f"{role}.safetensors")
        assert found.keys() == state.keys()
        assert not [n for n in state if n not in but and not torch.equal(found[n], state[n])]


def assert_draws(folder: Path) -> None:
    (spec,) = catalog([folder])
    assert (spec.key, spec.image_side, spec.defaults.guidance_scale) == ("tiny", 24, 5)
    request = EditRequest(1, "tiny", "a red fox", SamplingParams(steps=2, guidance_scale=5))
    assert drawn(build_engine("cpu", [folder]), request).patch.shape == (24, 24, 3)


def test_a_released_file_becomes_a_model(states: dict[str, State], tmp_path: Path) -> None:
    write_released(tmp_path / "ithq_learnable.pth", states)
    folder = converted(
        tmp_path / "ithq_learnable.pth", tmp_path / "out", key="tiny", title="T", licence="MIT"
    )
    assert_same(folder, states)
    assert_draws(folder)
    assert json.loads((folder / "model.json").read_text())["network"]["n_head"] == 16


def test_a_folder_becomes_a_model(states: dict[str, State], tmp_path: Path) -> None:
    write_folder(tmp_path / "hub", states)
    folder = converted(tmp_path / "hub", tmp_path / "out", key="tiny", title="T", licence="MIT")
    assert_same(folder, states, but=("text_projection",))  # which that layout does not have
    assert_draws(folder)
    assert json.loads((folder / "model.json").read_text())["network"]["n_head"] == 2


def test_what_is_missing_or_unknown_is_said(states: dict[str, State], tmp_path: Path) -> None:
    write_folder(tmp_path / "hub", states)
    (tmp_path / "hub" / "vqvae" / "model.fp16.safetensors").unlink()
    names = {"key": "tiny", "title": "T", "licence": "MIT"}
    with pytest.raises(BadInput, match="no weights in hub/vqvae"):
        converted(tmp_path / "hub", tmp_path / "out", **names)
    torch.save({"ema": states["network"] | {"surprise": torch.ones(1)}}, tmp_path / "a.pth")
    with pytest.raises(BadInput, match="nobody knows surprise"):
        converted(tmp_path / "a.pth", tmp_path / "out", **names)
    torch.save({"ema": states["network"]}, tmp_path / "b.pth")
    with pytest.raises(BadInput, match="holds no text encoder"):
        converted(tmp_path / "b.pth", tmp_path / "out", **names)
    assert not (tmp_path / "out" / "model.json").exists()


def test_the_coco_family_gets_its_ids(states: dict[str, State]) -> None:
    codec = {
        "content_codec.enc.quantize.proj.weight": torch.zeros(8192, 8, 1, 1),
        "content_codec.enc.quantize.embed.weight": torch.zeros(8192, 8),
    }
    network = {**states["network"], "transformer.content_emb.emb.weight": torch.zeros(2888, 32)}
    parts = with_token_ids(split_released({"model": codec, "ema": network}))
    ids, codes = parts.tokenizer["full_to_quantize"], parts.tokenizer["quantize_to_full"]
    assert (len(ids), len(codes), int((ids == 0).sum())) == (8192, 2887, 5306)
    assert torch.equal(ids[codes], torch.arange(2887))
    with pytest.raises(BadInput, match="which of the tokenizer's 8192 codes"):
        with_token_ids(split_released({"model": codec, "ema": states["network"]}))
