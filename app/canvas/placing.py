"""Where the bars over the canvas go: off each other and, as far as there is room, off the box."""

from collections.abc import Iterable
from itertools import combinations, product

from PySide6.QtCore import QPoint, QRect, QSize

GAP_PX = 12
AT_BOX = 4
"""So many of the prompt's places, the first ones, are at the box."""
Placed = tuple[QRect, QRect, QRect]
"""Compare bar, lens bar, prompt bar."""


def placed(room: QRect, box: QRect, compare: QSize, lens: QSize, prompt: QSize) -> Placed:
    """room and box in one system of coordinates; a bar that is not shown has an empty size.

    Of all ways to place them the first with the fewest bars over each other, then the fewest over
    the box, then the prompt at the box. All lie wholly inside the room that is large enough.
    """
    seen = box & room
    if seen == room:
        seen = QRect()  # No place leaves it free, so there is none to look for.
    ways = product(
        _needed(compare, _compare_places(room, compare)),
        _needed(lens, _lens_places(room, lens, compare)),
        enumerate(_needed(prompt, _prompt_places(room, box, prompt, (compare, lens)))),
    )
    best: Placed | None = None
    least = (4, 4, True)
    for first, second, (number, third) in ways:
        bars = (first, second, third)
        covered = sum(one.intersects(other) for one, other in combinations(bars, 2))
        cost = (covered, sum(bar.intersects(seen) for bar in bars), number >= AT_BOX)
        if cost < least:
            best, least = bars, cost
        if least == (0, 0, False):
            break
    assert best is not None  # every bar has places
    return best


def _needed(size: QSize, places: list[QRect]) -> list[QRect]:
    """Where to try: what is not shown may be anywhere."""
    return places[:1] if size.isEmpty() else places


def _compare_places(room: QRect, size: QSize) -> list[QRect]:
    """The corners; the upper right one is its own."""
    return [
        _inside(room, size, x, y)
        for x, y in (
            (room.right(), room.top()),
            (room.left(), room.top()),
            (room.right(), room.bottom()),
            (room.left(), room.bottom()),
        )
    ]


def _lens_places(room: QRect, size: QSize, compare: QSize) -> list[QRect]:
    """The corners, where the compare bar is those below it too; the upper left one is its own."""
    below = room.top() + _taken(compare)
    return [
        _inside(room, size, x, y)
        for x, y in (
            (room.left(), room.top()),
            (room.right(), below),
            (room.left(), room.bottom()),
            (room.right(), room.bottom()),
            (room.left(), below),
        )
    ]


def _prompt_places(room: QRect, box: QRect, size: QSize, others: Iterable[QSize]) -> list[QRect]:
    """Below, above, right and left of the box; then rows that the other bars leave free."""
    x = box.center().x() - size.width() // 2
    y = box.center().y() - size.height() // 2
    places = [
        (x, box.bottom() + GAP_PX),
        (x, box.top() - GAP_PX - size.height()),
        (box.right() + GAP_PX, y),
        (box.left() - GAP_PX - size.width(), y),
    ]
    taken = [_taken(each) for each in others]
    for used in (0, *taken, sum(taken)):
        places += [(x, room.bottom() - size.height() - used), (x, room.top() + used)]
    return [_inside(room, size, *place) for place in places]


def _taken(size: QSize) -> int:
    """The height of a row of it, with the gap to the next one."""
    return size.height() + GAP_PX if not size.isEmpty() else 0


def _inside(room: QRect, size: QSize, x: int, y: int) -> QRect:
    """As near to this place as lies inside; the upper left is kept where it is too large."""
    right, bottom = room.right() + 1 - size.width(), room.bottom() + 1 - size.height()
    corner = QPoint(max(min(x, right), room.left()), max(min(y, bottom), room.top()))
    return QRect(corner, size)
