"""Where the objects of a scene stand: boxes in px, on a grid, that never overlap."""

from collections.abc import Sequence

import numpy as np

from engine.training.captions import PLACES
from engine.values.region import Region

Rng = np.random.Generator
Boxes = tuple[Region, ...]

TRIES = 20
"""Free places are drawn so often before the quarters of the picture are taken."""


def single(side: int, sizes: Sequence[int], grid: int, rng: Rng) -> Boxes:
    """One box in the middle or, if there is room, at an edge."""
    size = sizes[int(rng.integers(len(sizes)))]
    free = side - size
    middle = free // 2 // grid * grid
    # A large object has no room for a place of its own: it stays in the middle.
    places = ("centre",) if free < 40 else ("centre", *PLACES)
    left, top = {
        "centre": (middle, middle),
        "left": (0, middle),
        "right": (free, middle),
        "top": (middle, 0),
        "bottom": (middle, free),
    }[places[int(rng.integers(len(places)))]]
    return (_square(left, top, size),)


def pair(side: int, sizes: Sequence[int], grid: int, rng: Rng) -> Boxes:
    """Two equal boxes, beside each other or one above the other."""
    size = sizes[int(rng.integers(len(sizes)))]
    near = (side // 2 - size) // 2 // grid * grid
    far = side - near - size
    middle = (side - size) // 2 // grid * grid
    first, second = ((near, middle), (far, middle))
    if rng.random() < 0.5:
        first, second = ((middle, near), (middle, far))
    return _square(*first, size), _square(*second, size)


def free(count: int, side: int, sizes: Sequence[int], grid: int, rng: Rng) -> Boxes:
    """`count` boxes (1 to 4) of any of the sizes anywhere; two are ordered as captions name them:
    the left or the upper one first."""
    for _ in range(TRIES):
        drawn = [_anywhere(side, sizes[int(rng.integers(len(sizes)))], grid, rng)]
        while len(drawn) < count:
            box = _anywhere(side, sizes[int(rng.integers(len(sizes)))], grid, rng)
            if any(_overlap(box, other) for other in drawn):
                break
            drawn.append(box)
        if len(drawn) == count:
            return _ordered(drawn) if count == 2 else tuple(drawn)
    return quarters(count, side, sizes, grid, rng)


def quarters(count: int, side: int, sizes: Sequence[int], grid: int, rng: Rng) -> Boxes:
    """`count` boxes (1 to 4) in different quarters of the picture, anywhere inside each."""
    half = side // 2
    fitting = [size for size in sizes if size <= half] or [half // grid * grid]
    corners = ((0, 0), (half, 0), (0, half), (half, half))
    drawn = []
    for number in sorted(rng.permutation(4)[:count].tolist()):
        box = _anywhere(half, fitting[int(rng.integers(len(fitting)))], grid, rng)
        left, top = corners[number]
        drawn.append(_square(left + box.left, top + box.top, box.width))
    return _ordered(drawn) if count == 2 else tuple(drawn)


def row(count: int, side: int, grid: int, rng: Rng) -> Boxes:
    """`count` equal boxes in a row, evenly spread, at any height."""
    cell = side // count
    size = min(cell, side // 2) // grid * grid
    top = int(rng.integers((side - size) // grid + 1)) * grid
    inset = (cell - size) // 2
    return tuple(_square(number * cell + inset, top, size) for number in range(count))


def _square(left: int, top: int, size: int) -> Region:
    return Region(left, top, left + size, top + size)


def _anywhere(side: int, size: int, grid: int, rng: Rng) -> Region:
    steps = (side - size) // grid + 1
    left, top = (int(place) * grid for place in rng.integers(0, steps, 2))
    return _square(left, top, size)


def _overlap(first: Region, second: Region) -> bool:
    return (
        first.left < second.right
        and second.left < first.right
        and first.top < second.bottom
        and second.top < first.bottom
    )


def _ordered(boxes: Sequence[Region]) -> Boxes:
    first, second = boxes
    if first.right <= second.left:
        return first, second
    if second.right <= first.left or second.bottom <= first.top:
        return second, first
    return first, second
