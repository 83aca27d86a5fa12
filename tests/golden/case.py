"""A golden case on disk, and what comparing with it gives."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor


@dataclass(frozen=True)
class Case:
    """One folder: case.json, io.safetensors, weights.safetensors."""

    name: str
    component: str
    config: Mapping[str, Any]
    meanings: Mapping[str, str]
    tolerance: Any
    io: Mapping[str, Tensor]
    weights: Mapping[str, Tensor]
    prompts: tuple[str, ...] = ()


def read_case(folder: Path) -> Case:
    described = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    weights = folder / "weights.safetensors"  # cases about numbers alone have none
    return Case(
        name=folder.name,
        component=described["component"],
        config=described.get("config", {}),
        meanings={name: entry["meaning"] for name, entry in described["tensors"].items()},
        tolerance=described["tolerance"],
        io=load_file(folder / "io.safetensors"),
        weights=load_file(weights) if weights.exists() else {},
        prompts=tuple(described.get("prompts", ())),
    )


def read_keys(path: Path) -> dict[str, Any]:
    """A list of keys, plain or gzip-compressed."""
    content = path.read_bytes()
    keys: dict[str, Any] = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    return keys


@dataclass(frozen=True)
class Check:
    """One comparison; difference is the largest absolute one, or a count of unequal ids."""

    name: str
    difference: float
    allowed: float

    @property
    def passed(self) -> bool:
        return self.difference <= self.allowed  # False for NaN


@dataclass
class Report:
    """The comparisons of one case, and what was left out, with the reason."""

    case: str
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def close(self, name: str, got: Tensor, wanted: Tensor, allowed: float) -> None:
        """Floats: the largest absolute difference may be `allowed`."""
        if got.shape != wanted.shape:
            self.fail(f"{name}: shape {tuple(got.shape)} instead of {tuple(wanted.shape)}")
            return
        difference = (got.double() - wanted.double()).abs().max().item()
        self.checks.append(Check(name, difference, allowed))

    def equal(self, name: str, got: Tensor, wanted: Tensor) -> None:
        """Ids: none may differ."""
        if got.shape != wanted.shape:
            self.fail(f"{name}: shape {tuple(got.shape)} instead of {tuple(wanted.shape)}")
            return
        unequal = int(torch.ne(got.long(), wanted.long()).sum())
        self.checks.append(Check(name, unequal, 0))

    def fail(self, what: str) -> None:
        self.checks.append(Check(what, float("inf"), 0))

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(check.passed for check in self.checks)

    def line(self) -> str:
        """One line: verdict, case, number of comparisons, the largest difference, misses."""
        if not self.checks:
            return f"MISS {self.case:20} compared nothing"
        worst = max(self.checks, key=lambda check: check.difference)
        text = (
            f"{'ok  ' if self.passed else 'MISS'} {self.case:20} {len(self.checks):3} comparisons, "
            f"largest difference {worst.difference:.2e} ({worst.name}, allowed {worst.allowed:g})"
        )
        missed = [check for check in self.checks if not check.passed]
        for check in missed[:4]:
            text += f"; missed {check.name}: {check.difference:.2e} > {check.allowed:g}"
        return "".join([text, *(f"; {note}" for note in self.notes)])
