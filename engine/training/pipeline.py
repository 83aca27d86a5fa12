"""The parts trained one after the other, each going on from where it was stopped."""

import time
from typing import Any

import torch

from engine.training import checkpoints
from engine.training.batches import default_workers
from engine.training.config import TrainingConfig
from engine.training.loop import Trainer
from engine.training.parts import TASKS, Workshop, encode_scenes, loop_config
from engine.training.processes import agreed, begin
from engine.training.tokens import tokens_are_made

ORDER = ("tokenizer", "clip", "tokens", "lformer")


def train_part(shop: Workshop, part: str, wanted: dict[str, Any], *, resume: bool) -> bool:
    """Train one part; wanted: what its LoopConfig is to differ in. True: its budget is used up."""
    config = loop_config(shop.settings, part, wanted)
    # Weights at chance depend on nothing that was drawn before.
    torch.manual_seed(0)
    trainer = Trainer(TASKS[part](shop), config, shop.folder / part)
    return trainer.run(resume=resume, start=shop.start)


def train_all(
    shop: Workshop, wanted: dict[str, Any], *, minutes: float | None, piece_minutes: float
) -> str | None:
    """Go on with what is not finished, for at most a piece; the part to go on with, None: all done.

    minutes: of the three trained parts together, None as the configuration has it. Parts that are
    counted in steps keep their steps.
    """
    begin(shop.device)
    until = time.monotonic() + piece_minutes * 60
    scaled = shares(shop.settings, minutes)
    for part in ORDER:
        left = agreed((until - time.monotonic()) / 60)
        if is_finished(shop, part, {**scaled.get(part, {}), **wanted}):
            continue
        if left <= 0:
            return part
        sitting = {**scaled.get(part, {}), **wanted, "sitting_minutes": left}
        if not _go_on(shop, part, sitting):
            return part
    return None


def shares(settings: TrainingConfig, minutes: float | None) -> dict[str, dict[str, float]]:
    """`minutes` divided among the parts as their own are; nothing where none are asked for."""
    own = {part: settings.loops[part].get("minutes") for part in ORDER if part in settings.loops}
    timed = {part: float(share) for part, share in own.items() if share is not None}
    if minutes is None:
        return {}
    return {part: {"minutes": minutes * m / sum(timed.values())} for part, m in timed.items()}


def is_finished(shop: Workshop, part: str, wanted: dict[str, Any]) -> bool:
    if part == "tokens":
        return tokens_are_made(shop.settings, shop.folder)
    config = loop_config(shop.settings, part, wanted)
    return config.done(checkpoints.progress(shop.folder / part)) >= 1


def _go_on(shop: Workshop, part: str, sitting: dict[str, Any]) -> bool:
    if part != "tokens":
        return train_part(shop, part, sitting, resume=True)
    return encode_scenes(
        shop,
        workers=default_workers(1) if sitting.get("workers") is None else sitting["workers"],
        sitting_minutes=sitting["sitting_minutes"],
    )
