"""The key list of the TiTok family: every published file, loaded strictly."""

from pathlib import Path

import torch

from engine.generators.maskgen.checkpoint import build_network, kind_of, network_state
from tests.golden.case import Check, Report, read_keys
from tests.golden.lformer_keys import strict_load

KINDS = {
    "TiTok": "titok",
    "TATiTok": "tatitok",
    "ImageBert": "bert",
    "UViTBert": "uvit",
    "MaskGen_VQ": "maskgen-vq",
    "MaskGen_KL": "maskgen-kl",
    "PretrainedTokenizer": "maskgit-vqgan",
}


def run_keys(path: Path) -> Report:
    """Every entry is recognised by its keys and loaded strictly, its aliases and counters too."""
    report = Report(path.parent.name + "/keys")
    for name, entry in read_keys(path).items():
        with torch.device("meta"):
            state = {key: torch.empty(shape) for key, shape in entry["keys"].items()}
            for alias, original in entry.get("aliases", {}).items():
                state[alias] = state[original]
            if entry["class"] == "TATiTok" and "quantize.embedding.weight" in state:
                state["quantize.embed_prob"] = torch.empty(8192)
            kind = kind_of(state)
            wrong = [f"taken for {kind}"] if kind != KINDS[entry["class"]] else []
            wrong += strict_load(build_network(kind, entry["config"]), network_state(state))
        if wrong:
            report.fail(f"{name}: {', '.join(wrong[:4])}")
        else:
            report.checks.append(Check(name, 0, 0))
    return report
