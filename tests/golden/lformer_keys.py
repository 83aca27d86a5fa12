"""keys_full.json: the state dict of every published configuration, loaded strictly."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.generators.lformer.checkpoint import split_state_dict
from engine.generators.lformer.network import Lformer, LformerConfig
from engine.text.clip import build_clip, without_image_tower
from engine.tokenizers.vqgan import VQGANConfig, build_vqgan
from tests.golden.case import Check, Report

REFUSED = {
    "TrecARModel": "token-by-token baseline of the paper over a joint vocabulary, not an Lformer"
}
VIT_B_16 = {
    "embed_dim": 512,
    "quick_gelu": True,
    "vision_cfg": {"image_size": 224, "layers": 12, "width": 768, "patch_size": 16},
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": 512,
        "heads": 8,
        "layers": 12,
    },
}


def run_keys(path: Path) -> Report:
    """Every entry is loaded strictly, or refused with a reason; parts come with their owners."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    report = Report(path.name)
    used: set[str] = set()
    for name, entry in entries.items():
        if name.startswith("_parts/"):
            continue
        kind = entry["config"]["model_class"]
        used.update(entry.get("includes", []))
        if kind in REFUSED:
            report.notes.append(f"{name} left out: {REFUSED[kind]}")
            continue
        shapes = dict(entry["keys"])
        for part in entry.get("includes", []):
            shapes |= entries[part]["keys"]
        with torch.device("meta"):
            wrong = wrong_keys(entry["config"], shapes)
        if wrong:
            report.fail(f"{name}: {', '.join(wrong[:4])}")
        else:
            report.checks.append(Check(name, 0, 0))
    unused = {name for name in entries if name.startswith("_parts/")} - used
    for name in sorted(unused):
        report.fail(f"{name} belongs to no entry")
    return report


def wrong_keys(config: Mapping[str, Any], shapes: Mapping[str, list[int]]) -> list[str]:
    """What keeps a state dict of these shapes from a strict load; none is the aim."""
    state = {name: torch.empty(shape) for name, shape in shapes.items()}
    if config["model_class"] == "VQModel":
        return strict_load(build_tokenizer(config, state), state)
    parts = split_state_dict(state)
    wrong = strict_load(Lformer(LformerConfig.from_json(network_json(config))), parts.network)
    wrong += strict_load(build_tokenizer(config["first_stage"], parts.tokenizer), parts.tokenizer)
    if parts.text:
        wrong += strict_load(without_image_tower(build_clip(VIT_B_16)), parts.text)
    return wrong


def network_json(config: Mapping[str, Any]) -> dict[str, Any]:
    return {**config, "latent": config["model_class"].endswith("Latent")}


def build_tokenizer(config: Mapping[str, Any], state: Mapping[str, Tensor]) -> nn.Module:
    ids = state.get("quantize_to_full")
    shrunk = {} if ids is None else {"quantize_number": ids.shape[0]}
    return build_vqgan(VQGANConfig.from_json({**config, **shrunk}))


def strict_load(module: nn.Module, state: Mapping[str, Tensor]) -> list[str]:
    try:
        module.load_state_dict(dict(state), strict=True, assign=True)
    except RuntimeError as error:
        return str(error).splitlines()[1:]
    return []
