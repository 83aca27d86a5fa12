"""Pictures before and after an edit of one box: a thing replaced, recoloured, added or removed."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.training.captions import Placed
from engine.training.scenes import (
    SceneConfig,
    names_in,
    new_object,
    painted,
    plan,
    put,
    stands_out,
    wording,
)
from engine.training.sentences import captions_of, pick
from engine.training.splits import Split, belongs
from engine.training.sprites import Pixels, SpriteBank
from engine.values.region import Region

Rng = np.random.Generator
Kind = Literal["replace", "recolour", "add", "remove"]
Objects = tuple[Placed, ...]

KINDS: tuple[Kind, ...] = ("replace", "recolour", "add", "remove")
EDIT_STREAM = 5
"""Kept apart from the draws of the scene with the same seed."""

MARGIN_SHARE = 1 / 16
"""A box is drawn around its thing with up to so much of the side to spare."""

TRIES = 12
"""Scenes drawn for one kind of edit before another kind is taken."""


@dataclass(frozen=True, slots=True, eq=False)
class EditPair:
    """before, after: (S, S, 3) uint8, the same outside `box`. caption: true of `after`."""

    before: Pixels
    after: Pixels
    box: Region
    caption: str
    captions: tuple[str, ...]
    kind: Kind
    objects: Objects
    ground: str


@dataclass(frozen=True, slots=True)
class _Change:
    """Things before and after, in the order they are painted; `changed` is where."""

    before: Objects
    after: Objects
    changed: Region


def edit_pair(config: SceneConfig, bank: SpriteBank, seed: int, split: Split = "train") -> EditPair:
    """The pair of that seed. What it shows afterwards belongs to the split; `objects`, `ground`
    and the captions are those of the picture afterwards."""
    rng = np.random.default_rng((seed, EDIT_STREAM))
    # Things are named one by one, so equal ones would have to be told apart.
    scenes = replace(config, wide=0.0, counts=0.0)
    while True:
        kind = pick(rng, KINDS)
        for _ in range(TRIES):
            objects, ground = plan(scenes, bank, rng)
            change = _change(kind, scenes, bank, rng, objects, ground)
            if change is not None and belongs(split, change.after, ground):
                return _drawn(scenes, bank, rng, change, kind, ground)


def _change(
    kind: Kind, config: SceneConfig, bank: SpriteBank, rng: Rng, objects: Objects, ground: str
) -> _Change | None:
    """None when the scene does not lend itself to this kind of edit."""
    number = int(rng.integers(len(objects)))
    old = objects[number]
    without = objects[:number] + objects[number + 1 :]
    if kind == "add":
        return _Change(without, objects, old.box)
    if kind == "remove":
        # A ground without a name and with nothing on it could not be asked for.
        return _Change(objects, without, old.box) if without or ground else None
    if kind == "replace":
        new = _another(config, bank, rng, objects, old)
    else:
        new = _recoloured(config, bank, rng, old)
    if new is None or not stands_out(new, ground, bank):
        return None
    return _Change(objects, (*objects[:number], new, *objects[number + 1 :]), old.box)


def _another(
    config: SceneConfig, bank: SpriteBank, rng: Rng, objects: Objects, old: Placed
) -> Placed | None:
    shown = {thing.concept for thing in objects}
    names = [name for name in names_in(config, bank, old.style, least=1) if name not in shown]
    return new_object(config, bank, rng, pick(rng, names), old.style, old.box) if names else None


def _recoloured(config: SceneConfig, bank: SpriteBank, rng: Rng, old: Placed) -> Placed | None:
    tints = [tint for tint in config.tints if tint != old.colour]
    tintable = bank.lexicon.concept(old.concept).tintable and bank.can_be_dyed(
        old.concept, old.style
    )
    if not tints or not tintable:
        return None
    tint = pick(rng, tints)
    return replace(old, tint=tint, colour=tint)


def _drawn(
    config: SceneConfig, bank: SpriteBank, rng: Rng, change: _Change, kind: Kind, ground: str
) -> EditPair:
    before = painted(config, ground, rng)
    after = before.copy()
    for canvas, objects in ((before, change.before), (after, change.after)):
        for thing in objects:
            put(canvas, thing, ground, bank)
    captions = captions_of(change.after, ground, wording(config, bank), rng)
    return EditPair(
        before,
        after,
        _box_around(change.changed, config.side, rng),
        pick(rng, captions),
        tuple(dict.fromkeys(captions)),
        kind,
        change.after,
        ground,
    )


def _box_around(inner: Region, side: int, rng: Rng) -> Region:
    most = int(side * MARGIN_SHARE)
    left, top, right, bottom = (int(margin) for margin in rng.integers(0, most + 1, 4))
    return Region(
        max(inner.left - left, 0),
        max(inner.top - top, 0),
        min(inner.right + right, side),
        min(inner.bottom + bottom, side),
    )
