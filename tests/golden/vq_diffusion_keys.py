"""keys_full.json of VQ-Diffusion: the state dict of every published file, loaded strictly."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.generators.vq_diffusion.checkpoint import (
    coder_from_diffusers,
    coder_of,
    network_from_diffusers,
    split_released,
    text_from_diffusers,
    with_code_map,
)
from engine.generators.vq_diffusion.network import VQDiffusion, VQDiffusionConfig
from engine.generators.vq_diffusion.shapes import coder_json, network_json, text_json
from engine.text.clip import build_text_tower
from engine.tokenizers.vqgan import VQGANConfig, build_vqgan
from tests.golden.case import Check, Report, read_keys
from tests.golden.lformer_keys import strict_load

State = dict[str, Tensor]


def run_keys(path: Path) -> Report:
    """Every entry is loaded strictly; then published renames and code maps are compared."""
    report = Report("vq_diffusion/keys")
    for name, entry in read_keys(path).items():
        with torch.device("meta"):
            state = {key: torch.empty(shape) for key, shape in entry["keys"].items()}
            wrong = wrong_keys(name, state, entry["config"])
        if wrong:
            report.fail(f"{name}: {', '.join(wrong[:4])}")
        else:
            report.checks.append(Check(name, 0, 0))
    compare_renames(path.with_name("ms_to_diffusers_names.json.gz"), report)
    compare_code_maps(path.with_name("code_maps.safetensors"), report)
    return report


def wrong_keys(name: str, state: State, config: Mapping[str, Any]) -> list[str]:
    """What keeps a published file from a strict load; none is the aim."""
    folder, _, file = name.partition("/")
    if "transformer_config" in config:
        return wrong_released(state, config["transformer_config"]["params"])
    if folder == "ms":
        return load_coder(coder_of(state))
    if file == "transformer":
        return load_network(network_from_diffusers(state), config["num_attention_heads"], None)
    if file.startswith("vqvae"):
        return load_coder(coder_from_diffusers(state))
    if file == "text_encoder":
        return load_text(text_from_diffusers(state))
    if file.startswith("scheduler"):
        return list(state)  # all computed, so nothing may be stored
    if file == "learned_classifier_free_sampling_embeddings":
        shape = (config["length"], config["hidden_size"])
        return (
            [] if {"embeddings": shape} == {k: tuple(t.shape) for k, t in state.items()} else [""]
        )
    return [f"nobody knows {name}"]


def wrong_released(state: State, config: Mapping[str, Any]) -> list[str]:
    """A .pth with everything; where only block 0 is listed, all are alike."""
    for index in range(1, config["n_layer"]):
        for name, tensor in list(state.items()):
            state.setdefault(name.replace(".blocks.0.", f".blocks.{index}."), tensor)
    parts = split_released({"model": state})
    wrong = load_network(parts.network, config["n_head"], config["content_spatial_size"][0])
    if parts.text:
        wrong += load_text(parts.text)
    if parts.tokenizer:
        wrong += load_coder(parts.tokenizer)
    return wrong


def load_network(network: State, heads: int, side: int | None) -> list[str]:
    config = VQDiffusionConfig.from_json(network_json(network, heads=heads, side=side))
    return strict_load(VQDiffusion(config), network)


def load_coder(coder: State) -> list[str]:
    if "quantize.proj.weight" in coder:
        coder = {
            **coder,
            "full_to_quantize": torch.empty(8192, dtype=torch.int64),
            "quantize_to_full": torch.empty(2887, dtype=torch.int64),
        }
    return strict_load(build_vqgan(VQGANConfig.from_json(coder_json(coder))), coder)


def load_text(text: State) -> list[str]:
    return strict_load(build_text_tower(text_json(text)), text)


def compare_renames(path: Path, report: Report) -> None:
    """The published list of names in both layouts against our renames."""
    names = json.loads(gzip.decompress(path.read_bytes()))

    def state_of(kind: str) -> tuple[State, dict[str, str]]:
        pairs = {ms: df if isinstance(df, str) else df[0] for ms, df in names[kind].items()}
        return {df: torch.empty(1) for df in pairs.values()}, pairs

    state, pairs = state_of("transformer")
    ours = list(network_from_diffusers(state))
    wrong = sum(a != b for a, b in zip(ours, pairs, strict=True))
    report.checks.append(Check("names of the network", wrong, 0))
    state, pairs = state_of("vqvae")
    ours = [name for name in coder_from_diffusers(state) if name not in ("MEAN", "STD")]
    released = list(coder_of(dict.fromkeys(pairs, torch.empty(1))))
    wrong = sum(a != b for a, b in zip(ours, released[: len(ours)], strict=True))
    report.checks.append(Check("names of the tokenizer", wrong, 0))


def compare_code_maps(path: Path, report: Report) -> None:
    """The way back from ids to codes is the published one."""
    maps = load_file(path)
    for there, back in (
        ("openimages_f8_8192_to_2887", "openimages_f8_2887_to_8192"),
        ("imagenet_f16_16384_to_974", "imagenet_f16_974_to_16384"),
    ):
        coder = with_code_map({}, maps[there])
        report.equal(back, coder["quantize_to_full"], maps[back])
