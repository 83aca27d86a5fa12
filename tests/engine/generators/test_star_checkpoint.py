"""Files in the published layout, of random tensors and shrunken sizes, become loadable weights."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.generators.star.checkpoint import network_state, text_state, tokenizer_state
from engine.generators.star.network import StarConfig
from engine.generators.star.refining import RefinedStar, build_star
from engine.tokenizers.multiscale_vqvae import MultiscaleConfig, MultiscaleVQVAE
from engine.values.errors import BadInput
from engine.weights.loading import load_strict
from engine.weights.published import read_published, write_weights

KEYS = Path(__file__).parents[2] / "golden" / "star" / "keys_full.json"
TINY = StarConfig(
    sides=(1, 2),
    codebook_size=11,
    latent_channels=4,
    layers=2,
    heads=2,
    width=16,
    text_width=6,
    refined_from=1,
)


def published_network() -> dict[str, Tensor]:
    """Every key of a published transformer of two blocks, random."""
    torch.manual_seed(0)
    state = {name: torch.randn(t.shape) for name, t in build_star(TINY).state_dict().items()}
    for name in [name for name in state if name.endswith(".q_bias")]:
        state[name.replace("q_bias", "zero_k_bias")] = torch.zeros_like(state[name])
    return {**state, "class_emb.weight": torch.randn(5, TINY.width)}


def test_the_shrunken_layout_is_the_published_one() -> None:
    full = json.loads(KEYS.read_text())["star_d30_1024_sampler"]["keys"]
    first_blocks = {
        name for name in full if not name.startswith("blocks.") or name.split(".")[1] in "01"
    }
    assert set(published_network()) == first_blocks


def test_a_training_snapshot_becomes_strictly_loadable_weights(tmp_path: Path) -> None:
    state = published_network()
    snapshot = {"epoch": 3, "trainer": {"var_wo_ddp": state, "var_opt": {"lr": 1e-4}}}
    torch.save(snapshot, tmp_path / "ar-ckpt.pth")
    converted = tmp_path / "network.safetensors"
    write_weights(network_state(read_published(tmp_path / "ar-ckpt.pth")), converted)
    with torch.device("meta"):
        network = build_star(TINY)
    load_strict(network, converted, device=torch.device("cpu"), dtype=torch.float32)
    assert isinstance(network, RefinedStar)
    assert torch.equal(network.head_logits2.weight, state["head_logits2.weight"])
    assert torch.equal(network.get_parameter("blocks.1.attn.q_bias"), state["blocks.1.attn.q_bias"])


def test_a_tokenizer_file_loses_its_counter(tmp_path: Path) -> None:
    config = MultiscaleConfig((1, 2), 11, 4, width=8, multipliers=(1, 1), blocks=1, norm_groups=4)
    state = dict(MultiscaleVQVAE(config).state_dict())
    torch.save({**state, "quantize.ema_vocab_hit_SV": torch.zeros(2, 11)}, tmp_path / "vae.pth")
    converted = tmp_path / "tokenizer.safetensors"
    write_weights(tokenizer_state(read_published(tmp_path / "vae.pth")), converted)
    with torch.device("meta"):
        network = MultiscaleVQVAE(config)
    load_strict(network, converted, device=torch.device("cpu"), dtype=torch.float32)
    codes = network.quantize.embedding.weight
    assert torch.equal(codes, state["quantize.embedding.weight"])


def test_three_projections_of_the_text_tower_become_one() -> None:
    layer = "text_model.encoder.layers.0.self_attn"
    published = {
        f"{layer}.{part}_proj.weight": torch.full((2, 2), n) for n, part in enumerate("kvq")
    }
    (joined,) = text_state(published).values()
    assert joined[:, 0].tolist() == [2, 2, 0, 0, 1, 1]
    assert list(text_state(published)) == ["transformer.resblocks.0.attn.in_proj_weight"]


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no scale-wise transformer"):
        network_state({"model": {}})
    with pytest.raises(BadInput, match="not a multi-scale tokenizer"):
        tokenizer_state({"encoder.conv_in.weight": torch.zeros(1)})
    torch.save({"trainer": replace}, tmp_path / "code.pth")
    (tmp_path / "cut.safetensors").write_bytes(b"12")
    for name in ("code.pth", "cut.safetensors", "absent.pth"):
        with pytest.raises(BadInput, match="cannot be read safely"):
            read_published(tmp_path / name)
