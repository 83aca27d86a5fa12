"""Hints: what the mouse and the keys that are held down do now, in one line."""

from dataclasses import dataclass
from enum import Enum, auto

from app.models.boxes import Grip
from app.models.editor import Mode
from app.texts import tr

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
        return tr("Drag to move the picture.")
    if pointing.space:
        return tr("Drag to move the picture; let go of Space to draw.")
    if pointing.pointer is Pointer.DRAWING:
        return _while_drawing(pointing)
    if now.mode is Mode.EMPTY:
        return tr("Type what you want to see and press Return, or open, drop or paste a photo.")
    if now.mode is Mode.RUNNING:
        return tr("Esc stops and keeps what has been drawn so far.")
    if now.wiping:
        return DOT.join((tr("Drag the line, or press , and ."), tr("W ends the wipe")))
    if now.lens:
        return _through_lens()
    if now.mode is Mode.CHOOSING:
        return _while_choosing(pointing)
    return _while_editing(now, pointing)


def _while_drawing(pointing: Pointing) -> str:
    if pointing.grip is Grip.INSIDE:
        return DOT.join((tr("Let go to put the box here"), tr("Esc leaves it where it was")))
    if pointing.grip is not None:
        return DOT.join((tr("Let go to keep this size"), tr("Esc leaves it as it was")))
    if pointing.shift:
        return DOT.join((tr("Let go to keep the square"), tr("without Shift: any shape")))
    return DOT.join((tr("Let go to keep the box"), tr("Shift: square"), tr("Esc: no box")))


def _through_lens() -> str:
    return DOT.join(
        (
            tr("Brush tokens, or arrows and Space"),
            tr("R: redo these"),
            tr("Shift+R: redo the weakest"),
            tr("Alt+click, A: other tokens"),
            tr("Esc: no marks, then no lens"),
        )
    )


def _while_choosing(pointing: Pointing) -> str:
    over = pointing.pointer is Pointer.OVER_CANVAS
    first = (tr("Drag: apply this and draw the next box"),) if over else ()
    return DOT.join(
        (
            *first,
            tr("0-9, Up, Down: candidates"),
            tr("Left, Right: steps"),
            tr("Return: apply"),
            tr("M: more like this"),
            tr("Esc: back"),
        )
    )


def _while_editing(now: Situation, pointing: Pointing) -> str:
    compare = (tr("hold C: as it was"),) if now.comparable else ()
    if pointing.grip is Grip.INSIDE:
        return DOT.join(
            (tr("Drag to move the box"), tr("arrows: by 1 px"), tr("Shift+arrows: by 10 px"))
        )
    if pointing.grip is not None:
        return DOT.join(
            (tr("Drag to change the size"), tr("Ctrl+arrows: by 1 px"), tr("Ctrl+Shift: by 10 px"))
        )
    if not now.boxed:
        start = (
            tr("Drag to draw a box"),
            tr("Shift: square"),
            tr("wheel: zoom"),
            tr("Space: move the picture"),
        )
        return DOT.join((*start, *compare))
    if pointing.pointer is Pointer.OVER_CANVAS:
        more = (tr("Ctrl+drag: one box more"), tr("click: no box"), tr("wheel: zoom"))
        return DOT.join((tr("Drag to draw another box"), *more, *compare))
    keys = (
        tr("Type a prompt, Ctrl+Return generates"),
        tr("arrows: move the box"),
        tr("Ctrl+arrows: resize"),
    )
    return DOT.join((*keys, *compare))
