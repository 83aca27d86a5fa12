"""Boxes: what a drag, a nudge or a typed number makes of a region. Geometry only."""

from dataclasses import dataclass
from enum import Enum

from engine.values.region import Region


class Grip(Enum):
    """The part of a box under the pointer; the value names the edges it moves."""

    TOP_LEFT = "lt"
    TOP = "t"
    TOP_RIGHT = "rt"
    RIGHT = "r"
    BOTTOM_RIGHT = "rb"
    BOTTOM = "b"
    BOTTOM_LEFT = "lb"
    LEFT = "l"
    INSIDE = "m"

    @property
    def is_handle(self) -> bool:
        return self is not Grip.INSIDE


HANDLES = tuple(grip for grip in Grip if grip.is_handle)


def handle_place(grip: Grip, region: Region) -> tuple[float, float]:
    """Where a handle sits, in image pixels."""
    x = region.left if "l" in grip.value else region.right if "r" in grip.value else None
    y = region.top if "t" in grip.value else region.bottom if "b" in grip.value else None
    middle_x, middle_y = (region.left + region.right) / 2, (region.top + region.bottom) / 2
    return (middle_x if x is None else x, middle_y if y is None else y)


def grip_at(region: Region, x: float, y: float, reach: float) -> Grip | None:
    """What lies under a point; `reach` is how near a handle counts, in image pixels.

    Inside a small box handles reach less far, so that its middle can still be taken to move it.
    """
    inside = region.left <= x < region.right and region.top <= y < region.bottom
    if inside:
        reach = min(reach, region.width / 4, region.height / 4)
    near = [
        (max(abs(x - place_x), abs(y - place_y)), grip)
        for grip in HANDLES
        for place_x, place_y in [handle_place(grip, region)]
    ]
    distance, grip = min(near, key=lambda pair: (pair[0], -len(pair[1].value)))
    if distance <= reach:
        return grip
    return Grip.INSIDE if inside else None


@dataclass(frozen=True, slots=True)
class Drag:
    """A drag in progress on a picture of width x height px. grip None: a new box is drawn."""

    x: float
    y: float
    width: int
    height: int
    region: Region | None = None
    grip: Grip | None = None

    def at(self, x: float, y: float, *, square: bool = False) -> Region | None:
        """The box when the pointer has come to x, y; None while it has no area."""
        if self.region is None or self.grip is None:
            return self._drawn(x, y, square=square)
        if self.grip is Grip.INSIDE:
            return moved_within(
                self.region, round(x - self.x), round(y - self.y), self.width, self.height
            )
        return self._resized(round(x - self.x), round(y - self.y))

    def _drawn(self, x: float, y: float, *, square: bool) -> Region | None:
        if square:
            side = max(abs(x - self.x), abs(y - self.y))
            x = self.x + (side if x >= self.x else -side)
            y = self.y + (side if y >= self.y else -side)
        return spanned(self.x, self.y, x, y, self.width, self.height)

    def _resized(self, dx: int, dy: int) -> Region | None:
        assert self.region is not None and self.grip is not None
        edges, moves = self.region, self.grip.value
        return spanned(
            edges.left + (dx if "l" in moves else 0),
            edges.top + (dy if "t" in moves else 0),
            edges.right + (dx if "r" in moves else 0),
            edges.bottom + (dy if "b" in moves else 0),
            self.width,
            self.height,
        )


def spanned(x0: float, y0: float, x1: float, y1: float, width: int, height: int) -> Region | None:
    """The box between two corners, whole pixels, inside the picture; None without area."""
    left, right = sorted((_clamped(x0, width), _clamped(x1, width)))
    top, bottom = sorted((_clamped(y0, height), _clamped(y1, height)))
    if left == right or top == bottom:
        return None
    return Region(left, top, right, bottom)


def moved_within(region: Region, dx: int, dy: int, width: int, height: int) -> Region:
    """The box moved, stopped at the border of the picture."""
    dx = min(max(dx, -region.left), width - region.right)
    dy = min(max(dy, -region.top), height - region.bottom)
    return region.moved(dx, dy)


def resized_by(region: Region, dx: int, dy: int, width: int, height: int) -> Region:
    """The right and bottom edges moved, at least one pixel of box left."""
    right = min(max(region.right + dx, region.left + 1), width)
    bottom = min(max(region.bottom + dy, region.top + 1), height)
    return Region(region.left, region.top, right, bottom)


def from_numbers(left: int, top: int, box_width: int, box_height: int, picture: Region) -> Region:
    """A typed box: the place is kept, the size gives way at the border."""
    left = min(max(left, 0), picture.right - 1)
    top = min(max(top, 0), picture.bottom - 1)
    return Region(
        left,
        top,
        min(left + max(box_width, 1), picture.right),
        min(top + max(box_height, 1), picture.bottom),
    )


def middle_half(width: int, height: int) -> Region:
    """A box of half the sides in the middle of a picture."""
    left, top = width // 4, height // 4
    return Region(left, top, max(width - left, left + 1), max(height - top, top + 1))


def _clamped(value: float, limit: int) -> int:
    return min(max(round(value), 0), limit)
