"""BoxTool: presses, moves and releases of the left button become a box."""

from dataclasses import dataclass

from app.models.boxes import Drag, Grip, grip_at
from engine.values.region import Region

START_PX = 3.0
REACH_PX = 9.0


@dataclass(frozen=True, slots=True)
class Press:
    """The left button is down; dragged: it has moved far enough to be meant."""

    drag: Drag
    before: Region | None
    dragged: bool = False


class BoxTool:
    """A small state machine in image pixels; `scale` is screen pixels an image pixel."""

    def __init__(self) -> None:
        self._press: Press | None = None

    @property
    def active(self) -> bool:
        return self._press is not None

    @property
    def dragging(self) -> bool:
        return self._press is not None and self._press.dragged

    @property
    def grip(self) -> Grip | None:
        """The part of the box that is dragged; None for a new box."""
        return None if self._press is None else self._press.drag.grip

    def hover(self, region: Region | None, x: float, y: float, scale: float) -> Grip | None:
        return None if region is None else grip_at(region, x, y, REACH_PX / scale)

    def press(
        self, region: Region | None, x: float, y: float, *, scale: float, size: tuple[int, int]
    ) -> None:
        grip = self.hover(region, x, y, scale)
        taken = region if grip is not None else None
        self._press = Press(Drag(x, y, *size, taken, grip), region)

    def move(self, x: float, y: float, *, scale: float, square: bool) -> Region | None:
        """The box at this moment, or None while the pointer has hardly moved."""
        if self._press is None:
            return None
        drag = self._press.drag
        if max(abs(x - drag.x), abs(y - drag.y)) * scale >= START_PX:
            self._press = Press(drag, self._press.before, dragged=True)
        if not self._press.dragged:
            return None
        return drag.at(x, y, square=square)

    def release(self) -> tuple[bool, bool]:
        """(was it a drag, was it on empty canvas); the tool is idle again."""
        press, self._press = self._press, None
        if press is None:
            return (False, False)
        return (press.dragged, press.drag.grip is None)

    def abandon(self) -> Region | None:
        """Esc in the middle of a drag: the box as it was before."""
        press, self._press = self._press, None
        return None if press is None else press.before
