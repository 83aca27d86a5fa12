"""Hints: what the mouse and the keys that are held down do now, in one line."""

from dataclasses import dataclass
from enum import Enum, auto

from app.models.boxes import Grip
from app.models.editor import Mode

DOT = "  \N{MIDDLE DOT}  "


class Pointer(Enum):
    """What the mouse is doing on the canvas."""

    AWAY = auto()
    OVER_CANVAS = auto()
    DRAWING = auto()
    PANNING = auto()


@dataclass(frozen=True, slots=True)
class Pointing:
    """grip: the part of the box that is under the pointer or dragged. space, shift: held down."""

    pointer: Pointer = Pointer.AWAY
    grip: Grip | None = None
    space: bool = False
    shift: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a hint depends on. comparable: there is a picture as it was. lens: it is looked
    through."""

    mode: Mode
    boxed: bool = False
    wiping: bool = False
    comparable: bool = False
    lens: bool = False


def hint(now: Situation, pointing: Pointing) -> str:
    """One line, the likeliest next thing first."""
    if pointing.pointer is Pointer.PANNING:
        return "Drag to move the picture."
    if pointing.space:
        return "Drag to move the picture; let go of Space to draw."
    if pointing.pointer is Pointer.DRAWING:
        return _while_drawing(pointing)
    if now.mode is Mode.EMPTY:
        return "Type what you want to see and press Return, or open, drop or paste a photo."
    if now.mode is Mode.RUNNING:
        return "Esc stops and keeps what has been drawn so far."
    if now.wiping:
        return DOT.join(("Drag the line, or press , and .", "W ends the wipe"))
    if now.lens:
        return _through_lens()
    if now.mode is Mode.CHOOSING:
        return _while_choosing(pointing)
    return _while_editing(now, pointing)


def _while_drawing(pointing: Pointing) -> str:
    if pointing.grip is Grip.INSIDE:
        return DOT.join(("Let go to put the box here", "Esc leaves it where it was"))
    if pointing.grip is not None:
        return DOT.join(("Let go to keep this size", "Esc leaves it as it was"))
    if pointing.shift:
        return DOT.join(("Let go to keep the square", "without Shift: any shape"))
    return DOT.join(("Let go to keep the box", "Shift: square", "Esc: no box"))


def _through_lens() -> str:
    return DOT.join(
        (
            "Brush tokens, or arrows and Space",
            "R: redo these",
            "Shift+R: redo the weakest",
            "Alt+click, A: other tokens",
            "Esc: no marks, then no lens",
        )
    )


def _while_choosing(pointing: Pointing) -> str:
    over = pointing.pointer is Pointer.OVER_CANVAS
    first = ("Drag: apply this and draw the next box",) if over else ()
    return DOT.join(
        (
            *first,
            "0-9, Up, Down: candidates",
            "Left, Right: steps",
            "Return: apply",
            "M: more like this",
            "Esc: back",
        )
    )


def _while_editing(now: Situation, pointing: Pointing) -> str:
    compare = ("hold C: as it was",) if now.comparable else ()
    if pointing.grip is Grip.INSIDE:
        return DOT.join(("Drag to move the box", "arrows: by 1 px", "Shift+arrows: by 10 px"))
    if pointing.grip is not None:
        return DOT.join(("Drag to change the size", "Ctrl+arrows: by 1 px", "Ctrl+Shift: by 10 px"))
    if not now.boxed:
        start = ("Drag to draw a box", "Shift: square", "wheel: zoom", "Space: move the picture")
        return DOT.join((*start, *compare))
    if pointing.pointer is Pointer.OVER_CANVAS:
        more = ("Ctrl+drag: one box more", "click: no box", "wheel: zoom")
        return DOT.join(("Drag to draw another box", *more, *compare))
    keys = ("Type a prompt, Ctrl+Return generates", "arrows: move the box", "Ctrl+arrows: resize")
    return DOT.join((*keys, *compare))
