"""The words that captions use beside nouns, and what makes them true of boxes and colours."""

from dataclasses import dataclass

from engine.training.concepts import CONCEPT_OF as CONCEPT_OF
from engine.training.concepts import CONCEPTS as CONCEPTS
from engine.training.lexicon import with_article as with_article
from engine.training.sprites import TINTS
from engine.values.region import Region

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
    "twemoji": "a simple icon of",
    "fx": "a rounded icon of",
    "classic": "a classic emoji of",
    "clipart": "a clip art picture of",
}
PLACES: dict[str, str] = {
    "centre": "in the middle",
    "left": "on the left",
    "right": "on the right",
    "top": "at the top",
    "bottom": "at the bottom",
}
CORNERS: dict[str, str] = {
    "top left": "in the top left corner",
    "top right": "in the top right corner",
    "bottom left": "in the bottom left corner",
    "bottom right": "in the bottom right corner",
}
PLACE_WORDS: dict[str, str] = {**PLACES, **CORNERS}
COUNTS: dict[int, str] = {2: "two", 3: "three", 4: "four"}
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
CORNER_SHARE = 0.3
COLOURS: tuple[str, ...] = (*TINTS, "pink", "brown", "white", "black", "grey")


@dataclass(frozen=True, slots=True)
class Placed:
    """One object of a scene: bank name, style, tint or None, true colour word or '', its box."""

    concept: str
    style: str
    tint: str | None
    colour: str
    box: Region


def place_of(box: Region, side: int) -> str | None:
    """The key of PLACE_WORDS that is true of a box in a square of `side` px, None if none is."""
    across = (box.left + box.right - side) / side
    down = (box.top + box.bottom - side) / side
    if abs(across) <= 0.13 and abs(down) <= 0.13:
        return "centre"
    if abs(down) <= 0.13:
        return "left" if across < 0 else "right"
    if abs(across) <= 0.13:
        return "top" if down < 0 else "bottom"
    if min(abs(across), abs(down)) >= CORNER_SHARE:
        return f"{'top' if down < 0 else 'bottom'} {'left' if across < 0 else 'right'}"
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
