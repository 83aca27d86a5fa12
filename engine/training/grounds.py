"""Grounds of scenes: plain colours, patterns of two colours, landscapes, and such without a name.

A ground is known by its name alone: "red", "red and white stripes", "beach"; '' has none.
"""

import re
from collections.abc import Callable

import numpy as np
from PIL import Image

from engine.training.captions import GROUNDS
from engine.training.landscapes import LANDSCAPES
from engine.training.lexicon import with_article
from engine.training.sprites import Pixels

Rng = np.random.Generator
Colour = tuple[int, int, int]

PATTERNS: dict[str, str] = {
    "stripes": "{first} and {second} stripes",
    "checks": "{first} and {second} checks",
    "dots": "{first} with {second} dots",
}
"""Names of patterns by the colour words that fill them; both are keys of GROUNDS."""

_COLOUR_WORD = "|".join(sorted(GROUNDS, key=len, reverse=True))
_PATTERN = re.compile(
    rf"(?P<first>{_COLOUR_WORD}) (?:and|with) (?P<second>{_COLOUR_WORD})"
    r" (?P<kind>stripes|checks|dots)"
)


def pattern_name(kind: str, first: str, second: str) -> str:
    return PATTERNS[kind].format(first=first, second=second)


def endings(name: str) -> tuple[str, ...]:
    """What a caption may say of the ground at its end."""
    if name in LANDSCAPES:
        return LANDSCAPES[name].phrases
    if name in GROUNDS:
        return f"on {with_article(name)} background", f"on {name}"
    return f"on {name}", f"on a background of {name}"


def alone(name: str) -> str:
    """What a picture of the ground with nothing on it is called."""
    if name in LANDSCAPES:
        return LANDSCAPES[name].empty
    return f"{with_article(name)} background" if name in GROUNDS else name


def colours_of(name: str) -> tuple[Colour, ...]:
    """RGB of the ground's large areas: what an object must not vanish on."""
    if name in LANDSCAPES:
        return LANDSCAPES[name].colours
    if name in GROUNDS:
        return (GROUNDS[name],)
    _, first, second = _parts(name)
    return GROUNDS[first], GROUNDS[second]


def colour_words(name: str) -> tuple[str, ...]:
    """Words for the ground's colours; () for landscapes, which have many."""
    if name in LANDSCAPES:
        return ()
    return (name,) if name in GROUNDS else _parts(name)[1:]


def horizon(name: str, side: int) -> int | None:
    """The row in px below which a thing stands on the ground and throws a shadow; None: nowhere."""
    landscape = LANDSCAPES.get(name)
    if landscape is None or landscape.horizon is None:
        return None
    return int(landscape.horizon * side)


def paint(name: str, side: int, rng: Rng) -> Pixels:
    """(side, side, 3) uint8 of a ground that has a name."""
    if name in GROUNDS:
        canvas = np.empty((side, side, 3), np.uint8)
        canvas[:] = GROUNDS[name]
        return canvas
    if name in LANDSCAPES:
        return LANDSCAPES[name].paint(side, rng)
    kind, first, second = _parts(name)
    colours = np.array([GROUNDS[first], GROUNDS[second]], np.uint8)
    # Cells of a sixteenth or an eighth of the side fall on the token grid.
    cell = side // 16 * int(rng.integers(1, 3))
    rows, columns = np.indices((side, side))
    if kind == "dots":
        period = 2 * cell
        down, across = rows % period - cell + 0.5, columns % period - cell + 0.5
        chosen = down**2 + across**2 < (0.6 * cell) ** 2
        second_where = chosen.astype(np.intp)
    elif kind == "checks":
        second_where = (rows // cell + columns // cell) % 2
    else:
        along = (rows, columns, rows + columns)[int(rng.integers(3))]
        second_where = along // cell % 2
    pixels: Pixels = colours[second_where]
    return pixels


def gradient(side: int, rng: Rng) -> Pixels:
    """(side, side, 3) uint8: one random colour fading to another in a random direction."""
    angle = rng.random() * 2.0 * np.pi
    across = np.linspace(-0.5, 0.5, side)
    slope = across * np.cos(angle) + (across * np.sin(angle))[:, None]
    mix = ((slope - slope.min()) / np.ptp(slope))[..., None].astype(np.float32)
    start, end = rng.integers(0, 256, (2, 3)).astype(np.float32)
    pixels: Pixels = (start + mix * (end - start)).astype(np.uint8)
    return pixels


def any_ground(side: int, rng: Rng) -> Pixels:
    """A ground in any colours, for scenes of which nothing is said."""
    painters = (_plain, gradient, _stripes, _dots, _checks, _noise)
    return painters[int(rng.integers(len(painters)))](side, rng)


def _parts(name: str) -> tuple[str, str, str]:
    """Kind and two colour words of a pattern's name."""
    found = _PATTERN.fullmatch(name)
    if found is None:
        raise KeyError(name)
    return found["kind"], found["first"], found["second"]


def _colours(rng: Rng) -> Pixels:
    return rng.integers(0, 256, (2, 3)).astype(np.uint8)


def _plain(side: int, rng: Rng) -> Pixels:
    return np.broadcast_to(_colours(rng)[0], (side, side, 3)).copy()


def _stripes(side: int, rng: Rng) -> Pixels:
    rows, columns = np.indices((side, side))
    along = (rows, columns, rows + columns, rows - columns)[int(rng.integers(4))]
    pixels: Pixels = _colours(rng)[along // int(rng.integers(4, 24)) % 2]
    return pixels


def _checks(side: int, rng: Rng) -> Pixels:
    cells = np.indices((side, side)) // int(rng.integers(4, 32))
    pixels: Pixels = _colours(rng)[cells.sum(axis=0) % 2]
    return pixels


def _dots(side: int, rng: Rng) -> Pixels:
    period = int(rng.integers(10, 32))
    rows, columns = np.indices((side, side)) % period - period / 2
    inside = rows**2 + columns**2 < (period * rng.uniform(0.2, 0.4)) ** 2
    pixels: Pixels = _colours(rng)[inside.astype(np.intp)]
    return pixels


def _noise(side: int, rng: Rng) -> Pixels:
    """Blocks of random brightness over a gradient: from fine grain to soft patches."""
    block = 2 ** int(rng.integers(0, 5))
    cells = -(-side // block)
    grain = rng.normal(0.0, rng.uniform(4.0, 32.0), (cells, cells, 1))
    spread = np.kron(grain, np.ones((block, block, 1)))[:side, :side]
    return np.clip(gradient(side, rng) + spread, 0, 255).astype(np.uint8)


def _patches(side: int, rng: Rng) -> Pixels:
    """Soft patches of brightness over a gradient: the blurred background of a photograph."""
    coarse = rng.normal(0.0, rng.uniform(4.0, 20.0), (5, 5)).astype(np.float32)
    patches = np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC))
    pixels: Pixels = np.clip(gradient(side, rng) + patches[..., None], 0, 255).astype(np.uint8)
    return pixels


UNNAMED: dict[str, Callable[[int, Rng], Pixels]] = {
    "gradient": gradient,
    "plain": _plain,
    "patches": _patches,
    "noise": _noise,
}
"""Painters of grounds that captions do not name."""
