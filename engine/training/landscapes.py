"""Simple landscapes and rooms, painted from flat areas and fades; the rng varies their lines."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.training.sprites import Pixels

Rng = np.random.Generator
Colour = tuple[int, int, int]
Line = NDArray[np.float32]
"""(side,) the height in px of a silhouette's upper edge, by column."""

SKY, PALE = (96, 166, 232), (206, 232, 250)
NIGHT, DUSK = (14, 18, 52), (52, 48, 110)
GRASS, DARK_GRASS = (92, 168, 72), (60, 128, 58)
SAND, DARK_SAND = (238, 212, 156), (216, 182, 120)
SEA, DEEP_SEA = (38, 132, 190), (20, 72, 140)
WOOD, DARK_WOOD = (182, 132, 82), (132, 90, 54)
STONE, SNOW, MORTAR = (128, 138, 152), (240, 246, 252), (206, 196, 186)
BRICK = (168, 78, 60)


@dataclass(frozen=True, slots=True)
class Landscape:
    """phrases: true endings of a caption. empty: what it is called with nothing in it.

    colours: large areas that an object must not vanish on. horizon: the share of the side, from
    the top, where the ground to stand on begins; None where nothing can stand.
    """

    phrases: tuple[str, ...]
    empty: str
    colours: tuple[Colour, ...]
    horizon: float | None
    paint: Callable[[int, Rng], Pixels]


def _beach(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, SKY, PALE)
    _fill_below(canvas, _level(side, 0.42), SEA, (96, 186, 216))
    _fill_below(canvas, _wavy(side, rng, 0.6, 0.015, 5), SNOW, SNOW)
    _fill_below(canvas, _wavy(side, rng, 0.625, 0.015, 5), SAND, DARK_SAND)
    return canvas


def _meadow(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, SKY, PALE)
    _fill_below(canvas, _wavy(side, rng, 0.5, 0.05, 2), DARK_GRASS, DARK_GRASS)
    _fill_below(canvas, _wavy(side, rng, 0.58, 0.03, 1), GRASS, DARK_GRASS)
    return canvas


def _night_meadow(side: int, rng: Rng) -> Pixels:
    canvas = _starry(_fade(side, NIGHT, DUSK), rng, 40)
    _fill_below(canvas, _wavy(side, rng, 0.58, 0.04, 2), (34, 62, 52), (16, 34, 36))
    return canvas


def _snow(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, (150, 176, 206), (214, 226, 240))
    _fill_below(canvas, _wavy(side, rng, 0.52, 0.05, 2), (206, 218, 234), (206, 218, 234))
    _fill_below(canvas, _wavy(side, rng, 0.6, 0.03, 1), SNOW, (222, 232, 244))
    return canvas


def _desert(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, (112, 180, 226), (250, 232, 190))
    _fill_below(canvas, _wavy(side, rng, 0.52, 0.06, 2), (214, 162, 92), (214, 162, 92))
    _fill_below(canvas, _wavy(side, rng, 0.6, 0.04, 1), (236, 190, 116), (208, 154, 84))
    return canvas


def _mountains(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, SKY, PALE)
    peaks = _peaks(side, rng, 0.56, 0.36, 3)
    _fill_below(canvas, peaks, STONE, STONE)
    _fill_between(canvas, peaks, np.minimum(peaks + 0.08 * side, 0.42 * side), SNOW)
    _fill_below(canvas, _wavy(side, rng, 0.6, 0.02, 2), GRASS, DARK_GRASS)
    return canvas


def _forest(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, (176, 214, 204), (224, 240, 222))
    _fill_below(canvas, _peaks(side, rng, 0.62, 0.34, 9), (98, 150, 122), (98, 150, 122))
    _fill_below(canvas, _peaks(side, rng, 0.66, 0.3, 7), (44, 98, 72), (44, 98, 72))
    _fill_below(canvas, _wavy(side, rng, 0.64, 0.02, 2), (104, 150, 76), (72, 116, 58))
    return canvas


def _sea(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, SKY, PALE)
    _fill_below(canvas, _wavy(side, rng, 0.5, 0.006, 8), SEA, DEEP_SEA)
    return canvas


def _sky(side: int, rng: Rng) -> Pixels:
    return _fade(side, (72, 148, 226), (170 + int(rng.integers(40)), 218, 248))


def _space(side: int, rng: Rng) -> Pixels:
    return _starry(_fade(side, (10, 8, 30), (34, 16, 66)), rng, 90)


def _sunset(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, (88, 52, 128), (250, 156, 74))
    _fill_below(canvas, _wavy(side, rng, 0.62, 0.05, 2), (66, 36, 50), (38, 22, 34))
    return canvas


def _city(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, NIGHT, (70, 62, 120))
    columns = np.arange(side) * 10 // side
    roofs = (rng.uniform(0.3, 0.56, 10) * side).astype(np.float32)[columns]
    _fill_below(canvas, roofs, (30, 32, 58), (30, 32, 58))
    step = max(side // 32, 2)
    lit = np.kron(rng.random((side // step + 1,) * 2) < 0.16, np.ones((step, step), bool))
    rows, cols = np.indices((side, side))
    window = (rows % (2 * step) < step) & (cols % (2 * step) < step) & (rows > roofs + step)
    canvas[lit[:side, :side] & window] = (250, 216, 120)
    _fill_below(canvas, _level(side, 0.7), (58, 58, 70), (40, 40, 50))
    return canvas


def _under_water(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, (44, 160, 206), (12, 74, 132))
    _fill_below(canvas, _wavy(side, rng, 0.82, 0.03, 2), (206, 188, 130), (176, 156, 104))
    return canvas


def _rain(side: int, rng: Rng) -> Pixels:
    canvas = _fade(side, (88, 96, 112), (146, 154, 166))
    _fill_below(canvas, _wavy(side, rng, 0.66, 0.02, 2), (84, 104, 92), (62, 80, 72))
    length = side // 16
    for row, column in rng.integers(0, side - length, (40, 2)):
        drop = np.arange(length)
        canvas[row + drop, column + drop // 3] = (206, 218, 230)
    return canvas


def _planks(side: int, rng: Rng) -> Pixels:
    rows = np.arange(side) * 6 // side
    shades = np.array(WOOD) + rng.integers(-10, 11, (6, 1))
    canvas = np.repeat(shades.astype(np.uint8)[rows][:, None], side, axis=1)
    canvas[np.flatnonzero(np.diff(rows)) + 1] = DARK_WOOD
    return canvas


def _bricks(side: int, rng: Rng) -> Pixels:
    height, width, joint = side // 8, side // 4, max(side // 64, 1)
    rows, columns = np.indices((side, side))
    course = rows // height
    shifted = columns + course % 2 * (width // 2)
    shades = np.array(BRICK) + rng.integers(-10, 11, (8, 6, 1))
    canvas: Pixels = shades.astype(np.uint8)[course % 8, shifted // width % 6]
    canvas[(rows % height < joint) | (shifted % width < joint)] = MORTAR
    return canvas


def _room(wall: Colour) -> Callable[[int, Rng], Pixels]:
    def paint(side: int, rng: Rng) -> Pixels:
        floor = rng.uniform(0.6, 0.68)
        canvas = _fade(side, wall, (int(wall[0] * 0.9), int(wall[1] * 0.9), int(wall[2] * 0.9)))
        _fill_below(canvas, _level(side, floor), (246, 242, 234), (246, 242, 234))
        _fill_below(canvas, _level(side, floor + 0.03), WOOD, DARK_WOOD)
        return canvas

    return paint


def _room_of(name: str, wall: Colour) -> Landscape:
    article = "an" if name[0] in "aeiou" else "a"
    phrases = (f"in {article} {name} room", f"in a room with {article} {name} wall")
    return Landscape(phrases, f"{article} {name} room", (wall, WOOD), 0.71, _room(wall))


LANDSCAPES: dict[str, Landscape] = {
    "beach": Landscape(
        ("on a beach", "on a sandy beach", "at the seaside"), "a beach", (SKY, SAND), 0.64, _beach
    ),
    "meadow": Landscape(
        ("in a green meadow", "on the grass under a blue sky"),
        "a green meadow",
        (SKY, GRASS),
        0.6,
        _meadow,
    ),
    "night meadow": Landscape(
        ("in a meadow under a night sky", "under a starry night sky"),
        "a meadow under a night sky",
        (NIGHT, (34, 62, 52)),
        0.62,
        _night_meadow,
    ),
    "snow": Landscape(
        ("in the snow", "on a snowy field"), "a snowy field", ((150, 176, 206), SNOW), 0.62, _snow
    ),
    "desert": Landscape(
        ("in a desert", "in a sandy desert"),
        "a desert",
        ((112, 180, 226), (236, 190, 116)),
        0.63,
        _desert,
    ),
    "mountains": Landscape(
        ("in front of snowy mountains", "in the mountains"),
        "snowy mountains",
        (SKY, STONE, GRASS),
        0.61,
        _mountains,
    ),
    "forest": Landscape(
        ("in a forest", "in front of a green forest"),
        "a forest",
        ((44, 98, 72), (104, 150, 76)),
        0.66,
        _forest,
    ),
    "sea": Landscape(("on the sea", "on blue water"), "the sea", (SKY, SEA, DEEP_SEA), None, _sea),
    "sky": Landscape(("in a blue sky", "in the sky"), "a blue sky", (SKY, PALE), None, _sky),
    "space": Landscape(
        ("in space", "in dark space among tiny stars"),
        "dark space",
        ((10, 8, 30), (34, 16, 66)),
        None,
        _space,
    ),
    "sunset": Landscape(
        ("at sunset", "under an orange sunset sky"),
        "a sunset sky",
        ((88, 52, 128), (250, 156, 74), (66, 36, 50)),
        0.66,
        _sunset,
    ),
    "city": Landscape(
        ("in front of a city at night", "in a city at night"),
        "a city at night",
        (NIGHT, (30, 32, 58), (58, 58, 70)),
        0.71,
        _city,
    ),
    "under water": Landscape(
        ("under water", "on the bottom of the sea"),
        "the bottom of the sea",
        ((44, 160, 206), (12, 74, 132)),
        0.84,
        _under_water,
    ),
    "rain": Landscape(
        ("in the rain", "on a rainy day"),
        "a rainy day",
        ((88, 96, 112), (84, 104, 92)),
        0.68,
        _rain,
    ),
    "planks": Landscape(
        ("on wooden planks", "on a wooden table"), "wooden planks", (WOOD,), None, _planks
    ),
    "bricks": Landscape(
        ("in front of a brick wall", "against a brick wall"),
        "a brick wall",
        (BRICK,),
        None,
        _bricks,
    ),
    "blue room": _room_of("blue", (92, 138, 200)),
    "green room": _room_of("green", (134, 184, 138)),
    "pink room": _room_of("pink", (238, 182, 198)),
    "yellow room": _room_of("yellow", (244, 220, 142)),
    "grey room": _room_of("grey", (172, 176, 182)),
}


def _fade(side: int, top: Colour, bottom: Colour) -> Pixels:
    share = np.linspace(0.0, 1.0, side, dtype=np.float32)[:, None]
    rows = (np.array(top) * (1 - share) + np.array(bottom) * share).astype(np.uint8)
    return np.repeat(rows[:, None], side, axis=1)


def _fill_below(canvas: Pixels, line: Line, top: Colour, bottom: Colour) -> None:
    """Everything under the line, fading from the line's highest point to the lower edge."""
    side = len(line)
    first = max(int(line.min()), 0)
    under = np.arange(first, side)[:, None] >= line
    filled = _fade(side, top, bottom)[np.linspace(0, side - 1, side - first).astype(int)]
    np.copyto(canvas[first:], filled, where=under[..., None])


def _fill_between(canvas: Pixels, upper: Line, lower: Line, colour: Colour) -> None:
    rows = np.arange(len(upper))[:, None]
    canvas[(rows >= upper) & (rows < lower)] = colour


def _level(side: int, share: float) -> Line:
    return np.full(side, share * side, np.float32)


def _wavy(side: int, rng: Rng, share: float, height: float, waves: int) -> Line:
    """A level line with `waves` waves, `height` of the side up and down."""
    phase, stretch = rng.uniform(0.0, 2 * np.pi), rng.uniform(0.8, 1.2)
    across = np.linspace(0.0, 2 * np.pi * waves * stretch, side, dtype=np.float32)
    line: Line = (side * (share + height * np.sin(across + phase))).astype(np.float32)
    return line


def _peaks(side: int, rng: Rng, share: float, height: float, count: int) -> Line:
    """`count` triangles of about that height, standing on the level `share`."""
    across = np.linspace(0.0, 1.0, side, dtype=np.float32)
    tops = (np.arange(count) + rng.uniform(0.3, 0.7, count)) / count
    heights = height * rng.uniform(0.6, 1.0, count)
    slopes = heights[:, None] - np.abs(across - tops[:, None]) * height * count
    line: Line = (side * (share - np.maximum(slopes.max(axis=0), 0.0))).astype(np.float32)
    return line


def _starry(canvas: Pixels, rng: Rng, count: int) -> Pixels:
    """Points of light over the whole canvas; what is painted later hides the lower ones."""
    side = canvas.shape[0]
    rows, columns = rng.integers(0, side, (2, count))
    canvas[rows, columns] = rng.integers(150, 256, (count, 1))
    return canvas
