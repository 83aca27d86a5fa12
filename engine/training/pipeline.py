"""The parts trained one after the other, each going on from where it was stopped."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from engine.training import checkpoints
from engine.training.batches import default_workers
from engine.training.config import TrainingConfig
from engine.training.loop import Trainer
from engine.training.maskgen_model import ship_maskgen
from engine.training.parts import ENCODINGS, TASKS, Workshop, loop_config
from engine.training.processes import agreed, begin
from engine.training.ship import ship_lformer
from engine.training.star_model import ship_star
from engine.training.tokens import tokens_are_made
from engine.training.vq_diffusion_model import ship_vq_diffusion
from engine.values.errors import BadInput

STAGES = {
    "lformer": ("tokenizer", "clip", "tokens", "lformer"),
    "vq-diffusion": ("tokenizer", "clip", "tokens", "vq-diffusion"),
    # STAR's tokenizer begins with the convolutions of the one before it.
    "star": ("tokenizer", "clip", "multiscale", "pyramids", "star"),
    "maskgen": ("clip", "titok", "rows", "maskgen"),
}
"""What each generator needs, in this order."""

SHIPS: dict[str, Callable[[TrainingConfig, Path, Path, str], None]] = {
    "lformer": ship_lformer,
    "vq-diffusion": ship_vq_diffusion,
    "star": ship_star,
    "maskgen": ship_maskgen,
}
"""How each becomes a model's folder. The others name files of the Lformer's, which goes first."""


def stages_of(generators: Sequence[str]) -> tuple[str, ...]:
    """What they need together, each stage once. Raises BadInput for an unknown generator."""
    unknown = [name for name in generators if name not in STAGES]
    if unknown:
        raise BadInput(
            f"There is no built-in generator {unknown[0]!r}.", f"Choose among {', '.join(STAGES)}."
        )
    return tuple(dict.fromkeys(stage for name in generators for stage in STAGES[name]))


def train_part(shop: Workshop, part: str, wanted: dict[str, Any], *, resume: bool) -> bool:
    """Train one part; wanted: what its LoopConfig is to differ in. True: its budget is used up."""
    config = loop_config(shop.settings, part, wanted)
    # Weights at chance depend on nothing that was drawn before.
    torch.manual_seed(0)
    trainer = Trainer(TASKS[part](shop), config, shop.folder / part)
    return trainer.run(resume=resume, start=shop.start)


def train_all(
    shop: Workshop,
    stages: Sequence[str],
    wanted: dict[str, Any],
    *,
    minutes: float | None,
    piece_minutes: float,
) -> str | None:
    """Go on with what is not finished, for at most a piece; the next stage, or None: all done.

    minutes: of all the trained parts together, None as the configuration has it. Parts that are
    counted in steps keep their steps.
    """
    begin(shop.device)
    until = time.monotonic() + piece_minutes * 60
    scaled = shares(shop.settings, stages, minutes)
    for stage in stages:
        left = agreed((until - time.monotonic()) / 60)
        if is_finished(shop, stage, {**scaled.get(stage, {}), **wanted}):
            continue
        if left <= 0:
            return stage
        sitting = {**scaled.get(stage, {}), **wanted, "sitting_minutes": left}
        if not _go_on(shop, stage, sitting):
            return stage
    return None


def shares(
    settings: TrainingConfig, stages: Sequence[str], minutes: float | None
) -> dict[str, dict[str, float]]:
    """`minutes` divided among the parts as their own are; nothing where none are asked for."""
    own = {part: settings.loops[part].get("minutes") for part in stages if part in settings.loops}
    timed = {part: float(share) for part, share in own.items() if share is not None}
    if minutes is None:
        return {}
    return {part: {"minutes": minutes * m / sum(timed.values())} for part, m in timed.items()}


def is_finished(shop: Workshop, stage: str, wanted: dict[str, Any]) -> bool:
    if stage in ENCODINGS:
        return tokens_are_made(shop.settings, shop.folder, ENCODINGS[stage].tokenizer)
    config = loop_config(shop.settings, stage, wanted)
    return config.done(checkpoints.progress(shop.folder / stage)) >= 1


def _go_on(shop: Workshop, stage: str, sitting: dict[str, Any]) -> bool:
    if stage in TASKS:
        return train_part(shop, stage, sitting, resume=True)
    return ENCODINGS[stage].encode(
        shop,
        workers=default_workers(1) if sitting.get("workers") is None else sitting["workers"],
        sitting_minutes=sitting["sitting_minutes"],
    )
