"""Captions of a scene, from one word to a sentence; each is meant to be true of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from engine.training.captions import (
    COUNTS,
    PLACE_WORDS,
    SIZES,
    STYLES,
    Placed,
    place_of,
    size_of,
)
from engine.training.grounds import alone, endings
from engine.training.lexicon import Lexicon, plural, with_article

Rng = np.random.Generator
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Wording:
    """How things are named: side of the picture in px, nouns, and the share of synonyms.

    explicit: a caption of one or two things says whatever is not usual: a size other than large,
    a place other than the middle, an order other than the named one from left to right.
    """

    side: int
    lexicon: Lexicon
    keywords: float = 0.0
    explicit: bool = False


def pick(rng: Rng, items: Sequence[Item]) -> Item:
    """One of the items, each as likely as the other."""
    return items[int(rng.integers(len(items)))]


def captions_of(
    objects: tuple[Placed, ...], ground: str, wording: Wording, rng: Rng
) -> tuple[str, ...]:
    """From one word to a sentence; with a named ground, half of them name it."""
    if not objects:
        return (alone(ground),)
    plain = _captions_without_ground(objects, wording, rng)
    if not ground:
        return plain
    ends = endings(ground)
    return plain + tuple(f"{caption} {pick(rng, ends)}" for caption in plain)


def _captions_without_ground(
    objects: tuple[Placed, ...], wording: Wording, rng: Rng
) -> tuple[str, ...]:
    # Drawn for several things too: models were trained on what pairs are called after it.
    single = _single_captions(objects[0], wording, rng)
    if len(objects) == 1:
        return single
    if len({thing.concept for thing in objects}) == 1:
        return _count_captions(objects, wording, rng)
    if len(objects) == 2:
        return _pair_captions(objects, wording, rng)
    return _list_captions(objects, wording, rng)


def _single_captions(thing: Placed, wording: Wording, rng: Rng) -> tuple[str, ...]:
    noun = _noun(thing, wording, rng)
    coloured = f"{thing.colour} {noun}".strip()
    size, place = size_of(thing.box, wording.side), place_of(thing.box, wording.side)
    sized = f"{SIZES[size]} {noun}" if size else coloured
    end = ""
    if wording.explicit and size == "small":
        noun, coloured, sized = (f"{SIZES[size]} {name}" for name in (noun, coloured, coloured))
    if wording.explicit and place not in (None, "centre"):
        end = f" {PLACE_WORDS[place]}"
    captions = [noun, with_article(noun), with_article(coloured), with_article(coloured)]
    captions += [f"{STYLES[thing.style]} {with_article(coloured)}", with_article(sized)]
    captions = [f"{caption}{end}" for caption in captions]
    if place and not end:
        said = with_article(pick(rng, (noun, coloured, sized)))
        captions.append(f"{said} {PLACE_WORDS[place]}")
    if thing.tint:
        # The colour of a dyed thing is no guess from its name, so it is always said.
        captions = [caption for caption in captions if thing.tint in caption.split()]
    return tuple(captions)


def _pair_captions(objects: tuple[Placed, ...], wording: Wording, rng: Rng) -> tuple[str, ...]:
    first, second = objects
    beside = first.box.right <= second.box.left
    forward = pick(rng, ("to the left of", "left of")) if beside else "above"
    back = pick(rng, ("to the right of", "right of")) if beside else "below"
    one, two = _named(first, wording, rng), _named(second, wording, rng)
    captions = [] if wording.explicit else [f"{one} and {two}", f"{two} and {one}"]
    captions += [
        f"{one} {forward} {two}",
        f"{two} {back} {one}",
        f"{STYLES[first.style]} {one} {forward} {two}",
    ]
    if beside:
        captions.append(f"{one} next to {two}")
    if beside and wording.explicit:
        captions.append(f"{one} and {two}")
    return tuple(captions)


def _count_captions(objects: tuple[Placed, ...], wording: Wording, rng: Rng) -> tuple[str, ...]:
    """Equal things are counted."""
    thing, count = objects[0], COUNTS[len(objects)]
    nouns = plural(_noun(thing, wording, rng))
    coloured = f"{thing.colour} {nouns}".strip()
    bare = coloured if thing.tint else nouns
    captions = [f"{count} {bare}", f"{count} {coloured}"]
    captions.append(f"{STYLES[thing.style]} {count} {coloured}")
    if len({(other.box.top, other.box.bottom) for other in objects}) == 1:
        captions.append(f"{count} {bare} in a row")
    return tuple(captions)


def _list_captions(objects: tuple[Placed, ...], wording: Wording, rng: Rng) -> tuple[str, ...]:
    """Three or four different things, in any order, some with their places."""
    names = [_named(thing, wording, rng) for thing in objects]
    places = [place_of(thing.box, wording.side) for thing in objects]
    placed = [
        f"{name} {PLACE_WORDS[place]}" if place else name
        for name, place in zip(names, places, strict=True)
    ]
    first, second, third = (rng.permutation(len(objects)).tolist() for _ in range(3))
    return (
        _listed([names[number] for number in first]),
        _listed([placed[number] for number in second]),
        f"{STYLES[objects[0].style]} {_listed([names[number] for number in third])}",
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _named(thing: Placed, wording: Wording, rng: Rng) -> str:
    noun = _noun(thing, wording, rng)
    if thing.tint or (thing.colour and rng.random() < 0.4):
        return with_article(f"{thing.colour} {noun}")
    if size_of(thing.box, wording.side) == "small" and rng.random() < 0.2:
        return with_article(f"{SIZES['small']} {noun}")
    return with_article(noun)


def _noun(thing: Placed, wording: Wording, rng: Rng) -> str:
    if wording.keywords and rng.random() < wording.keywords:
        synonyms = wording.lexicon.keywords(thing.concept, held_out=False)
        if synonyms:
            return pick(rng, synonyms)
    nouns = wording.lexicon.concept(thing.concept).nouns
    return nouns[0] if rng.random() < 0.75 else pick(rng, nouns)
