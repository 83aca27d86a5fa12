"""What can be made of a document: the picture, its box, a mask, or layers for another program."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from engine.atomic_write import write_whole
from engine.document.document import Document
from engine.document.encoding import EVERYTHING, ExportOptions, Told
from engine.document.mask import encode_mask, mask_of
from engine.document.openraster import encode_openraster
from engine.document.picture_file import write_picture
from engine.document.recipe import recipe_of
from engine.document.xmp import Origin
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.region import Region

What = Literal["picture", "box", "mask", "layers"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be written and how; boxes: the open ones, () stands for those of the edits."""

    what: What = "picture"
    options: ExportOptions = EVERYTHING
    boxes: tuple[Region, ...] = ()


WHOLE = Wish()
"""The picture with all that it can carry."""


def write_output(document: Document, path: Path, wish: Wish, weights: Mapping[str, str]) -> str:
    """Writes one file, whole or not at all; returns what was left out. BadInput when it cannot be.

    weights: sha256 by file name of those behind the newest edit. A box carries no recipe, which
    would need the picture around it.
    """
    match wish.what:
        case "picture":
            recipe = recipe_of(document, weights)
            told = Told(recipe, origin_of(document))
            return write_picture(document.picture, path, told, wish.options)
        case "box":
            box = _lone(boxes_of(document, wish))
            cut = cropped(document.picture, box)
            origin = origin_of(document) if _shows_edits(document, box) else None
            return write_picture(cut, path, Told(None, origin), wish.options)
        case "mask":
            _check_suffix(path, ".png")
            base = document.base
            mask = mask_of(base.width, base.height, boxes_of(document, wish))
            write_whole(path, encode_mask(mask))
        case "layers":
            _check_suffix(path, ".ora")
            write_whole(path, encode_openraster(document))
    return ""


def boxes_of(document: Document, wish: Wish) -> tuple[Region, ...]:
    """Those that are wished for, else those of the edits that are seen."""
    return wish.boxes or tuple(edit.region for edit in document.edits if edit.visible)


def origin_of(document: Document) -> Origin | None:
    """What a model drew of the picture as it is seen: all, a part, or nothing (None)."""
    seen = [edit for edit in document.edits if edit.visible]
    if any(edit.timeline.head_run.region is None for edit in seen):
        return "generated"
    return "composite" if seen else None


def cropped(picture: Picture, box: Region) -> Picture:
    """The part of the picture inside the box, with all its bits; BadInput when there is none."""
    inside = box.clipped(picture.width, picture.height)
    pixels = picture.pixels[inside.top : inside.bottom, inside.left : inside.right]
    return replace(picture, pixels=pixels)


def _shows_edits(document: Document, box: Region) -> bool:
    return any(
        edit.visible
        and edit.region.left < box.right
        and box.left < edit.region.right
        and edit.region.top < box.bottom
        and box.top < edit.region.bottom
        for edit in document.edits
    )


def _lone(boxes: Iterable[Region]) -> Region:
    """The newest box."""
    found = tuple(boxes)
    if not found:
        raise BadInput("There is no box to cut out.", "Draw a box first.")
    return found[-1]


def _check_suffix(path: Path, suffix: str) -> None:
    if path.suffix.lower() != suffix:
        raise BadInput(f"{path.name} does not end in {suffix}.", "Name the file accordingly.")
