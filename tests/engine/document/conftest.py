"""Timelines with branches, latents and a box, made without a network."""

from dataclasses import replace

import numpy as np
import pytest

from engine.values.layout import Raster
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap

LAYOUT = Raster(4, 4)
BOX = Region(2, 3, 7, 9)


def state(step: int, seed: int, *, latent: bool) -> DecodeState:
    rng = np.random.default_rng(seed)
    ids = rng.integers(-1, 64, 16).astype(np.int32)
    noise = np.array([0.1, -2.5, seed], np.float32) if latent else None
    return DecodeState(step, TokenMap(ids, LAYOUT, 64), noise)


def make_timeline(region: Region | None, *, latent: bool = True) -> Timeline:
    """Three steps, then a branch from the second with another prompt and seed."""
    source = TokenMap(np.arange(16, dtype=np.int32), LAYOUT, 64) if region else None
    run = Run("lformer", "eine rote Äpfelin 🍎", SamplingParams(seed=7, top_p=0.1), region, source)
    timeline = Timeline.started(run, state(2, 0, latent=latent))
    for step in (3, 4):
        timeline = timeline.appended(state(step, step, latent=latent))
    other = Run("lformer", "a cat", SamplingParams(seed=8), region, source)
    return timeline.at(1).branched(other, state(4, 9, latent=latent))


def drafted(timeline: Timeline) -> Timeline:
    """The same with pictures to show at every other step."""
    drafts = np.random.default_rng(4).integers(0, 64, (len(timeline.snapshots), 16))
    snapshots = tuple(
        replace(each, state=replace(each.state, draft=drafts[each.id] if each.id % 2 else None))
        for each in timeline.snapshots
    )
    return replace(timeline, snapshots=snapshots)


@pytest.fixture
def edit_timeline() -> Timeline:
    return make_timeline(BOX)


@pytest.fixture
def whole_timeline() -> Timeline:
    return make_timeline(None, latent=False)
