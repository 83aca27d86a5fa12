"""The key list of STAR: every published file, loaded strictly after what is dropped and renamed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.generators.star.checkpoint import network_state, text_state, tokenizer_state
from engine.generators.star.network import StarConfig
from engine.generators.star.refining import build_star
from engine.tokenizers.multiscale_vqvae import MultiscaleConfig, MultiscaleVQVAE
from tests.golden.case import Check, Report, read_keys
from tests.golden.lformer_keys import strict_load
from tests.golden.star_setup import text_tower


def run_keys(path: Path) -> Report:
    report = Report(path.parent.name + "/keys")
    for name, entry in read_keys(path).items():
        with torch.device("meta"):
            published = {key: torch.empty(shape) for key, shape in entry["keys"].items()}
            module, state = loadable(entry["config"], published)
        wrong = strict_load(module, state)
        if wrong:
            report.fail(f"{name}: {', '.join(wrong[:4])}")
        else:
            report.checks.append(Check(name, 0, 0))
    return report


def loadable(
    config: Mapping[str, Any], published: dict[str, Tensor]
) -> tuple[nn.Module, dict[str, Tensor]]:
    """Our module for a published configuration and the state that it must load."""
    if "hidden_size" in config:
        return text_tower(config), text_state(published)
    if "ch_mult" in config:
        return MultiscaleVQVAE(MultiscaleConfig.from_json(config)), tokenizer_state(published)
    snapshot = {"trainer": {"var_wo_ddp": published, "var_opt": {}}, "epoch": 3}
    return build_star(StarConfig.from_json(config)), network_state(snapshot)
