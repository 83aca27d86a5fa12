"""Reads captions back and holds what they claim against the scene's boxes, colours and ground.

The reading shares no step with the writing of captions, so that an error in one shows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from engine.training.captions import (
    COLOURS,
    COUNTS,
    GROUNDS,
    PLACE_WORDS,
    RELATIONS,
    SIZES,
    STYLES,
    Placed,
    place_of,
    relation_holds,
    size_of,
)
from engine.training.landscapes import LANDSCAPES
from engine.training.lexicon import CURATED, Lexicon

Objects = tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """One part of a caption: how many of which concept, and what is said of them."""

    concept: str
    count: int
    colour: str | None
    size: str | None
    place: str | None
    in_a_row: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """All that a caption says. relations: between neighbours in `things`, one less than those."""

    style: str | None
    things: tuple[Thing, ...]
    relations: tuple[str, ...]
    ground: str | None


def claims_hold(
    caption: str, objects: Objects, ground: str, side: int, lexicon: Lexicon = CURATED
) -> bool:
    """Whether each thing that the caption says is true; False for a caption not understood."""
    claim = read(caption, lexicon)
    if claim is None or (claim.ground is not None and claim.ground != _in_order(ground)):
        return False
    if claim.style is not None and any(STYLES[o.style] != claim.style for o in objects):
        return False
    if not claim.things:
        return not objects
    groups = [_described(thing, objects, side) for thing in claim.things]
    if any(len(group) != thing.count for group, thing in zip(groups, claim.things, strict=True)):
        return False
    if len(claim.things) == 1:
        return True
    named = [thing for group in groups for thing in group]
    apart = len(named) == len(objects) and len(set(named)) == len(named)
    return apart and all(
        relation_holds(relation, first.box, second.box)
        for relation, left, right in zip(claim.relations, groups, groups[1:], strict=False)
        for first in left
        for second in right
    )


@lru_cache(maxsize=4096)
def read(caption: str, lexicon: Lexicon = CURATED) -> Claim | None:
    """What the caption claims; None when a word of it is not understood."""
    rest, ground = _ground_said(caption)
    if not rest:
        return Claim(None, (), (), ground)
    style = next((s for s in STYLES.values() if rest.startswith(f"{s} ")), None)
    if style is not None:
        rest = rest[len(style) + 1 :]
    pieces = _JOINT.split(rest)
    things = [_thing_said(piece, lexicon) for piece in pieces[::2]]
    if any(thing is None for thing in things):
        return None
    relations = tuple("and" if joint == ", " else joint.strip() for joint in pieces[1::2])
    return Claim(style, tuple(thing for thing in things if thing), relations, ground)


def _described(thing: Thing, objects: Objects, side: int) -> list[Placed]:
    found = [placed for placed in objects if _fits(thing, placed, side)]
    level = {(placed.box.top, placed.box.bottom) for placed in found}
    return [] if thing.in_a_row and len(level) != 1 else found


def _fits(thing: Thing, placed: Placed, side: int) -> bool:
    if thing.concept != placed.concept or thing.colour not in (None, placed.colour):
        return False
    size, place = size_of(placed.box, side), place_of(placed.box, side)
    return thing.size in (None, size and SIZES[size]) and thing.place in (
        None,
        place and PLACE_WORDS[place],
    )


def _ground_said(caption: str) -> tuple[str, str | None]:
    """The caption without its ending, and the ground's name that the ending means."""
    if caption in _EMPTY:
        return "", _EMPTY[caption]
    empty = _PLAIN_ALONE.fullmatch(caption)
    if empty is not None:
        return "", _in_order(empty["plain"] or empty["pattern"])
    ending = _ENDING.search(caption)
    if ending is None:
        return caption, None
    said = ending["plain"] or ending["bare"] or ending["pattern"]
    ground = _in_order(said) if said else _LANDSCAPE_OF[ending["landscape"]]
    return caption[: ending.start()], ground


def _in_order(ground: str) -> str:
    """The name with its colours sorted: red and white stripes are white and red stripes."""
    found = _BANDS.fullmatch(ground)
    if found is None:
        return ground
    return f"{' and '.join(sorted(found.group(1, 2)))} {found[3]}"


def _thing_said(piece: str, lexicon: Lexicon) -> Thing | None:
    said = _THING.fullmatch(piece)
    if said is None:
        return None
    concept = lexicon.named.get(said["noun"])
    if concept is None:
        return None
    count = _COUNT_OF.get(said["count"] or "", 1)
    return Thing(concept, count, said["colour"], said["size"], said["place"], bool(said["row"]))


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


_COLOUR = _either(GROUNDS)
_STRIPED = (
    rf"(?:{_COLOUR}) and (?:{_COLOUR}) (?:stripes|checks)|(?:{_COLOUR}) with (?:{_COLOUR}) dots"
)
_BANDS = re.compile(rf"({_COLOUR}) and ({_COLOUR}) (stripes|checks)")
_EMPTY = {landscape.empty: name for name, landscape in LANDSCAPES.items()}
_LANDSCAPE_OF = {phrase: name for name, land in LANDSCAPES.items() for phrase in land.phrases}
_PLAIN_ALONE = re.compile(rf"an? (?P<plain>{_COLOUR}) background|(?P<pattern>{_STRIPED})")
_ENDING = re.compile(
    rf" (?:on (?:an? (?P<plain>{_COLOUR}) background|(?:a background of )?(?P<pattern>{_STRIPED})"
    rf"|(?P<bare>{_COLOUR}))|(?P<landscape>{_either(_LANDSCAPE_OF)}))$"
)
_JOINT = re.compile(rf"(, | (?:{_either(RELATIONS)}) )")
_COUNT_OF = {word: count for count, word in COUNTS.items()}
_THING = re.compile(
    rf"(?:(?P<count>an?|{_either(_COUNT_OF)}) )?(?:(?P<size>{_either(SIZES.values())}) )?"
    rf"(?:(?P<colour>{_either(COLOURS)}) )?(?P<noun>.+?)"
    rf"(?: (?P<place>{_either(PLACE_WORDS.values())}))?(?P<row> in a row)?"
)
