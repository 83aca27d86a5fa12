"""What this machine computes with: its devices, its cores, and what its processor can do."""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import torch

from engine.values.computing import DeviceName
from engine.values.errors import BadInput

KINDS: tuple[DeviceName, ...] = ("cuda", "mps", "cpu")
"""Best first."""


def pick_device(name: str = "auto", kinds: Sequence[str] = KINDS) -> torch.device:
    """auto takes the first of `kinds` that is here; BadInput when the one asked for is not."""
    choices = ("auto", *sorted(kinds))
    if name not in choices:
        raise BadInput(f"There is no device {name!r}.", f"Choose one of {', '.join(choices)}.")
    present = present_devices()
    if name not in ("auto", *present):
        raise BadInput(f"This machine has no {name} device.", "Use auto or cpu.")
    best = next(kind for kind in kinds if kind in present)
    return torch.device(best if name == "auto" else name)


def present_devices() -> tuple[DeviceName, ...]:
    """What PyTorch can compute with here, best first; the processor is always the last."""
    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return tuple(kind for kind in KINDS if found.get(kind, True))


def native_bfloat16(kind: str) -> bool:
    """Whether arithmetic in bfloat16 is the hardware's own; elsewhere it is slow emulation."""
    if kind != "cpu":
        return kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    # Older torch does not tell what the processor can do.
    abilities: Mapping[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(abilities.get("avx512_bf16") or abilities.get("amx_bf16"))


def usable_cores() -> int:
    """Cores that this process may run on, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def autocast(device: torch.device) -> AbstractContextManager[None]:
    """Matrix products in bfloat16 where that is native."""
    native = native_bfloat16(device.type)
    return torch.autocast(device.type, torch.bfloat16) if native else nullcontext()
