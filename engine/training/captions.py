"""The words the models are taught, captions built from them, and the check that they are true."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.training.sprites import TINTS
from engine.values.region import Region


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing to draw: bank name, nouns (usual one first), natural colour ('' if mixed), tint."""

    name: str
    nouns: tuple[str, ...]
    colour: str = ""
    tintable: bool = False


CONCEPTS: tuple[Concept, ...] = (
    Concept("red apple", ("apple",), "red", tintable=True),
    Concept("banana", ("banana",), "yellow"),
    Concept("strawberry", ("strawberry",), "red"),
    Concept("lemon", ("lemon",), "yellow"),
    Concept("carrot", ("carrot",), "orange"),
    Concept("pizza", ("pizza",)),
    Concept("birthday cake", ("cake",)),
    Concept("hamburger", ("hamburger", "burger")),
    Concept("doughnut", ("donut", "doughnut"), "brown"),
    Concept("cat", ("cat",)),
    Concept("dog face", ("dog",)),
    Concept("fox", ("fox",), "orange"),
    Concept("rabbit face", ("rabbit", "bunny")),
    Concept("bear", ("bear",), "brown"),
    Concept("panda", ("panda",)),
    Concept("frog", ("frog",), "green"),
    Concept("pig face", ("pig",), "pink"),
    Concept("baby chick", ("chick",), "yellow"),
    Concept("penguin", ("penguin",)),
    Concept("owl", ("owl",), "brown"),
    Concept("fish", ("fish",), "blue", tintable=True),
    Concept("spouting whale", ("whale",), "blue"),
    Concept("butterfly", ("butterfly",), tintable=True),
    Concept("honeybee", ("bee",)),
    Concept("turtle", ("turtle",), "green"),
    Concept("bird", ("bird",), tintable=True),
    Concept("deciduous tree", ("tree",), "green"),
    Concept("cactus", ("cactus",), "green"),
    Concept("sunflower", ("sunflower",), "yellow"),
    Concept("tulip", ("flower", "tulip"), "pink", tintable=True),
    Concept("mushroom", ("mushroom",), "red"),
    Concept("sun", ("sun",), "yellow"),
    Concept("crescent moon", ("moon",), "yellow"),
    Concept("star", ("star",), "yellow", tintable=True),
    Concept("cloud", ("cloud",), "white"),
    Concept("rainbow", ("rainbow",)),
    Concept("red heart", ("heart",), "red", tintable=True),
    Concept("house", ("house",)),
    Concept("automobile", ("car",), "red", tintable=True),
    Concept("bus", ("bus",)),
    Concept("airplane", ("airplane", "plane")),
    Concept("rocket", ("rocket",)),
    Concept("sailboat", ("boat", "sailboat")),
    Concept("balloon", ("balloon",), "red", tintable=True),
    Concept("umbrella", ("umbrella",), tintable=True),
    Concept("alarm clock", ("clock",), "red"),
    Concept("key", ("key",), "yellow"),
    Concept("closed book", ("book",), "red", tintable=True),
    Concept("guitar", ("guitar",), "red"),
    Concept("soccer ball", ("ball",)),
    Concept("crown", ("crown",), "yellow"),
    Concept("billed cap", ("cap", "hat"), "blue", tintable=True),
    Concept("hot beverage", ("cup",)),
    Concept("wrapped gift", ("gift", "present"), tintable=True),
    Concept("bell", ("bell",), "yellow"),
    Concept("snowman", ("snowman",), "white"),
    Concept("ghost", ("ghost",), "white"),
    Concept("robot", ("robot",)),
    Concept("skull", ("skull",), "white"),
    Concept("t-shirt", ("shirt",), tintable=True),
)
"""Looked at one by one: in every style the same thing, plain to see at 48 pixels."""

GROUNDS: dict[str, tuple[int, int, int]] = {
    "white": (255, 255, 255),
    "black": (24, 24, 24),
    "grey": (150, 150, 150),
    "red": (208, 44, 44),
    "orange": (242, 140, 40),
    "yellow": (250, 214, 70),
    "green": (64, 156, 80),
    "blue": (44, 92, 200),
    "light blue": (140, 206, 236),
    "purple": (132, 76, 180),
    "pink": (250, 160, 196),
    "brown": (124, 82, 48),
}
STYLES: dict[str, str] = {
    "flat": "a flat drawing of",
    "3d": "a glossy 3d picture of",
    "noto": "a cartoon of",
}
PLACES: dict[str, str] = {
    "centre": "in the middle",
    "left": "on the left",
    "right": "on the right",
    "top": "at the top",
    "bottom": "at the bottom",
}
RELATIONS: tuple[str, ...] = (
    "to the left of",
    "left of",
    "to the right of",
    "right of",
    "above",
    "below",
    "next to",
    "and",
)
SIZES: dict[str, str] = {"large": "big", "small": "small"}
LARGE_SHARE, SMALL_SHARE = 0.75, 0.45
COLOURS: tuple[str, ...] = (*TINTS, "pink", "brown", "white", "black", "grey")
CONCEPT_OF: dict[str, Concept] = {concept.name: concept for concept in CONCEPTS}


@dataclass(frozen=True, slots=True)
class Placed:
    """One object of a scene: bank name, style, tint or None, true colour word or '', its box."""

    concept: str
    style: str
    tint: str | None
    colour: str
    box: Region


def with_article(words: str) -> str:
    """ "an apple", "a red apple"."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def place_of(box: Region, side: int) -> str | None:
    """The key of PLACES that is true of a box in a square picture of `side` px, None if none is."""
    across = (box.left + box.right - side) / side
    down = (box.top + box.bottom - side) / side
    if abs(across) <= 0.13 and abs(down) <= 0.13:
        return "centre"
    if abs(down) <= 0.13:
        return "left" if across < 0 else "right"
    if abs(across) <= 0.13:
        return "top" if down < 0 else "bottom"
    return None


def size_of(box: Region, side: int) -> str | None:
    """The key of SIZES that is true of a box in a square picture of `side` px, None if none is."""
    share = box.width / side
    if share >= LARGE_SHARE:
        return "large"
    return "small" if share <= SMALL_SHARE else None


def relation_holds(relation: str, first: Region, second: Region) -> bool:
    """Whether `first` stands in `relation` (one of RELATIONS) to `second`, by their boxes."""
    if relation == "and":
        return True
    left, right = first.right <= second.left, second.right <= first.left
    if relation == "next to":
        return left or right
    if relation.endswith("left of"):
        return left
    if relation.endswith("right of"):
        return right
    return first.bottom <= second.top if relation == "above" else second.bottom <= first.top


_NOUNS = {noun: concept.name for concept in CONCEPTS for noun in concept.nouns}


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


def _thing(number: int) -> str:
    return (
        rf"(?:(?:a|an) )?(?:(?P<size{number}>{_either(SIZES.values())}) )?"
        rf"(?:(?P<colour{number}>{_either(COLOURS)}) )?(?P<noun{number}>{_either(_NOUNS)})"
    )


_CAPTION = re.compile(
    rf"(?:(?P<style>{_either(STYLES.values())}) )?{_thing(1)}"
    rf"(?: (?P<relation>{_either(RELATIONS)}) {_thing(2)})?"
    rf"(?: (?P<place>{_either(PLACES.values())}))?"
    rf"(?: on (?:an? (?P<ground>{_either(GROUNDS)}) background|(?P<bare>{_either(GROUNDS)})))?"
)


def claims_hold(caption: str, objects: tuple[Placed, ...], ground: str, side: int) -> bool:
    """Whether each thing that the caption says is true; False for a caption not understood.

    The caption is read back word by word, so this shares no step with the writing of captions.
    """
    parsed = _CAPTION.fullmatch(caption)
    if parsed is None:
        return False
    said = parsed.groupdict()
    ground_said = said["ground"] or said["bare"]
    if ground_said is not None and ground_said != ground:
        return False
    if said["style"] is not None and any(STYLES[o.style] != said["style"] for o in objects):
        return False
    if said["noun2"] is None:
        place = said["place"]
        fits = (place is None) or any(_at(o, place, side) for o in objects)
        return fits and any(_described(o, said, 1, side) for o in objects)
    if len(objects) != 2 or said["place"] is not None:
        return False
    return any(
        _described(first, said, 1, side)
        and _described(second, said, 2, side)
        and relation_holds(said["relation"] or "", first.box, second.box)
        for first, second in (objects, objects[::-1])
    )


def _at(thing: Placed, phrase: str, side: int) -> bool:
    place = place_of(thing.box, side)
    return place is not None and PLACES[place] == phrase


def _described(thing: Placed, said: dict[str, str | None], number: int, side: int) -> bool:
    size, colour = said[f"size{number}"], said[f"colour{number}"]
    true_size = size_of(thing.box, side)
    return (
        _NOUNS[said[f"noun{number}"] or ""] == thing.concept
        and (colour is None or colour == thing.colour)
        and (size is None or (true_size is not None and SIZES[true_size] == size))
    )
