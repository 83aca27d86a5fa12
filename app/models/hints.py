"""Hints: what the mouse and the keys that are held down do now, in one line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from app.models.boxes import Grip
from app.models.editor import Mode
from app.models.shortcuts import ARROWS, Shortcuts
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


def hint(now: Situation, pointing: Pointing, keys: Shortcuts) -> str:
    """One line, the likeliest next thing first; keys as they are set, and none that are not."""
    if pointing.pointer is Pointer.PANNING:
        return tr("Drag to move the picture.")
    if pointing.space:
        return tr("Drag to move the picture; let go of Space to draw.")
    if pointing.pointer is Pointer.DRAWING:
        return _joined(_while_drawing(now, pointing, keys))
    if now.mode is Mode.EMPTY:
        return tr("Type what you want to see and press Return, or open, drop or paste a photo.")
    if now.mode is Mode.RUNNING:
        return _keyed(tr("{keys} stops and keeps what has been drawn so far."), keys, "cancel")
    if now.wiping:
        return _joined(_while_wiping(keys))
    if now.lens:
        return _joined(_through_lens(keys))
    if now.mode is Mode.CHOOSING:
        return _joined(_while_choosing(pointing, keys))
    return _joined(_while_editing(now, pointing, keys))


def _joined(parts: Iterable[str]) -> str:
    return DOT.join(filter(None, parts))


def _keyed(text: str, keys: Shortcuts, *actions: str, place: int = 0) -> str:
    """With the keys of the actions; "" where these have none."""
    named = keys.told(*actions, place=place)
    return text.format(keys=named) if named else ""


def _while_drawing(now: Situation, pointing: Pointing, keys: Shortcuts) -> Iterator[str]:
    # Both step out of what is going on; the second's last key is the shorter one.
    leave = "back" if now.mode is Mode.CHOOSING else "no_box"
    if pointing.grip is Grip.INSIDE:
        yield tr("Let go to put the box here")
        yield _keyed(tr("{keys} leaves it where it was"), keys, leave, place=-1)
    elif pointing.grip is not None:
        yield tr("Let go to keep this size")
        yield _keyed(tr("{keys} leaves it as it was"), keys, leave, place=-1)
    elif pointing.shift:
        yield tr("Let go to keep the square")
        yield tr("without Shift: any shape")
    else:
        yield tr("Let go to keep the box")
        yield tr("Shift: square")
        yield _keyed(tr("{keys}: no box"), keys, leave, place=-1)


def _while_wiping(keys: Shortcuts) -> Iterator[str]:
    yield tr("Drag the line")
    yield _keyed(tr("{keys}: move it"), keys, "wipe_left", "wipe_right")
    yield _keyed(tr("{keys} ends the wipe"), keys, "wipe")


def _through_lens(keys: Shortcuts) -> Iterator[str]:
    yield tr("Brush tokens, or arrows and Space")
    yield _keyed(tr("{keys}: redo these"), keys, "redo_marked")
    yield _keyed(tr("{keys}: redo the weakest"), keys, "redo_weakest")
    yield _keyed(tr("Alt+click, {keys}: other tokens"), keys, "alternatives")
    yield _keyed(tr("{keys}: no marks, then no lens"), keys, "back")


def _while_choosing(pointing: Pointing, keys: Shortcuts) -> Iterator[str]:
    if pointing.pointer is Pointer.OVER_CANVAS:
        yield tr("Drag: apply this and draw the next box")
    yield _keyed(tr("{keys}: candidates"), keys, "previous", "next")
    yield _keyed(tr("{keys}: steps"), keys, "step_back", "step_on")
    yield _keyed(tr("{keys}: apply"), keys, "apply")
    yield _keyed(tr("{keys}: more like this"), keys, "more")
    yield _keyed(tr("{keys}: back"), keys, "back")


def _while_editing(now: Situation, pointing: Pointing, keys: Shortcuts) -> Iterator[str]:
    if pointing.grip is not None:
        inside = pointing.grip is Grip.INSIDE
        way = "move" if inside else "size"
        yield tr("Drag to move the box") if inside else tr("Drag to change the size")
        yield _keyed(tr("{keys}: by 1 px"), keys, *_four(way))
        yield _keyed(tr("{keys}: by 10 px"), keys, *_four(f"{way}10"))
        return
    if not now.boxed:
        yield tr("Drag to draw a box")
        yield tr("Shift: square")
        yield tr("wheel: zoom")
        yield tr("Space: move the picture")
    elif pointing.pointer is Pointer.OVER_CANVAS:
        yield tr("Drag to draw another box")
        yield tr("Ctrl+drag: one box more")
        yield tr("click: no box")
        yield tr("wheel: zoom")
    else:
        yield tr("Type a prompt")
        yield _keyed(tr("{keys} generates"), keys, "generate")
        yield _keyed(tr("{keys}: move the box"), keys, *_four("move"))
        yield _keyed(tr("{keys}: resize"), keys, *_four("size"))
    if now.comparable:
        yield _keyed(tr("hold {keys}: as it was"), keys, "before")


def _four(way: str) -> tuple[str, ...]:
    """The actions of a kind, one a direction."""
    return tuple(f"{way}_{arrow.lower()}" for arrow in ARROWS)
