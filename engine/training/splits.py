"""Combinations that training never shows, so that a test measures composing and not remembering."""

import zlib
from collections.abc import Iterator
from itertools import permutations
from typing import Literal

from engine.training.captions import STYLES, Placed

Split = Literal["train", "seen", "unseen"]
"""train and seen hold no held-out combination (seen has seeds of its own); unseen holds one."""

TEST_SEEDS = 2**40
"""Seeds of test scenes begin here; training never comes so far."""

MAIN_STYLES = ("flat", "3d", "noto")
"""Held out by themselves: what is held out of them does not depend on the other styles."""

HELD_OUT_OF = 10
"""One combination in so many is held out."""


def belongs(split: Split, objects: tuple[Placed, ...], ground: str, *, styled: bool = True) -> bool:
    """Whether a scene of these objects on that ground ('' = no name) may be shown in the split.

    styled: whether there are other styles to show a thing in; else none is held out.
    """
    held_out = any(
        is_held_out(combination)
        for combination in combinations(objects, ground)
        if styled or combination[1] != "as"
    )
    return held_out == (split == "unseen")


def combinations(objects: tuple[Placed, ...], ground: str) -> Iterator[tuple[str, ...]]:
    """(object, "on", ground), (object, "as", style) and (object, relation, object) of a scene."""
    for thing in objects:
        yield thing.concept, "as", thing.style
        if ground:
            yield thing.concept, "on", ground
    for first, second in permutations(objects, 2):
        if first.concept == second.concept:
            continue
        if first.box.right <= second.box.left:
            yield first.concept, "left of", second.concept
        if first.box.bottom <= second.box.top:
            yield first.concept, "above", second.concept


def is_held_out(combination: tuple[str, ...]) -> bool:
    """By a checksum of the words: the same on every machine, whatever else the bank holds."""
    concept, kind, other = combination
    if kind != "as":
        return _checksum(combination) % HELD_OUT_OF == 0
    # At most one style of a concept in each group, so that each is taught in the others.
    main = other in MAIN_STYLES
    styles = sorted(MAIN_STYLES if main else STYLES.keys() - set(MAIN_STYLES))
    of_concept = _checksum((concept, kind) if main else (concept, kind, "other"))
    chosen = styles[of_concept // HELD_OUT_OF % len(styles)]
    return of_concept % HELD_OUT_OF < len(styles) and other == chosen


def _checksum(words: tuple[str, ...]) -> int:
    return zlib.crc32(" ".join(words).encode())
