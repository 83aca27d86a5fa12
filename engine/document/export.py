"""The decode as something to show: an animation or a contact sheet."""

import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.atomic_write import write_whole
from engine.document.video import encode_mp4
from engine.values.errors import BadInput
from engine.values.jobs import Pixels

Animation = Literal["gif", "webp", "apng", "mp4"]
SUFFIXES: dict[Animation, tuple[str, ...]] = {
    "gif": (".gif",),
    "webp": (".webp",),
    "apng": (".png", ".apng"),
    "mp4": (".mp4",),
}

FRAME_MS = 120
LAST_FRAME_MS = 1500
FRAME_SIDE_PX = 1024
CELL_SIDE_PX = 256
PALETTE_SIDE_PX = 96
GAP_PX = 4
NAME_PX = 12
_ENCODINGS: dict[Animation, tuple[str, dict[str, object]]] = {
    "gif": ("GIF", {"disposal": 1}),
    "webp": ("WEBP", {"lossless": True}),
    "apng": ("PNG", {}),
}
"""Pillow's names and options."""
_GROUND = 32
_INK = 220


def export_animation(pictures: Iterable[Pixels], path: Path, kind: Animation) -> None:
    """A looping animation or a film, the last picture held; sides of at most FRAME_SIDE_PX.

    Pictures that are made one by one are never all in memory, however large they are.
    """
    frames = [_within(picture, FRAME_SIDE_PX) for picture in pictures]
    if not frames:
        raise BadInput("There are no steps to show.", "Generate a picture first.")
    durations = [FRAME_MS] * (len(frames) - 1) + [LAST_FRAME_MS]
    if kind == "mp4":
        write_whole(path, encode_mp4([np.asarray(frame) for frame in frames], durations))
        return
    if kind == "gif":
        frames = _in_one_palette(frames)
    name, options = _ENCODINGS[kind]
    file = io.BytesIO()
    frames[0].save(
        file,
        name,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        **options,
    )
    write_whole(path, file.getvalue())


def _in_one_palette(frames: Sequence[Image.Image]) -> list[Image.Image]:
    """The 256 colours that serve all frames best: much quicker than a palette for each frame.

    Without dithering, which would stir up pixels beside those that change.
    """
    small = [frame.copy() for frame in frames]
    for each in small:
        each.thumbnail((PALETTE_SIDE_PX, PALETTE_SIDE_PX), Image.Resampling.NEAREST)
    width, height = small[0].size
    together = Image.new("RGB", (width, height * len(small)))
    for number, each in enumerate(small):
        together.paste(each, (0, number * height))
    palette = together.quantize(256, Image.Quantize.MEDIANCUT)
    return [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]


def contact_sheet(pictures: Iterable[Pixels], names: Sequence[str] = ()) -> Pixels:
    """All pictures in reading order on dark grey, each within CELL_SIDE_PX, with names below."""
    cells = [np.asarray(_within(picture, CELL_SIDE_PX)) for picture in pictures]
    if not cells:
        raise BadInput("There are no steps to show.", "Generate a picture first.")
    if names:
        cells = [_named(cell, name) for cell, name in zip(cells, names, strict=True)]
    columns = math.ceil(math.sqrt(len(cells)))
    rows = math.ceil(len(cells) / columns)
    height = max(cell.shape[0] for cell in cells) + GAP_PX
    width = max(cell.shape[1] for cell in cells) + GAP_PX
    sheet = np.full((rows * height + GAP_PX, columns * width + GAP_PX, 3), _GROUND, np.uint8)
    for number, cell in enumerate(cells):
        top = number // columns * height + GAP_PX
        left = number % columns * width + GAP_PX
        sheet[top : top + cell.shape[0], left : left + cell.shape[1]] = cell
    return sheet


def _named(cell: Pixels, name: str) -> Pixels:
    """The cell on a strip wide enough for its name."""
    font = ImageFont.load_default(NAME_PX)
    width = max(cell.shape[1], math.ceil(font.getlength(name)) + 2 * GAP_PX)
    ground = Image.new("RGB", (width, cell.shape[0] + 2 * NAME_PX), (_GROUND,) * 3)
    ground.paste(Image.fromarray(cell))
    place = (GAP_PX, cell.shape[0] + NAME_PX // 3)
    ImageDraw.Draw(ground).text(place, name, fill=(_INK,) * 3, font=font)
    return np.asarray(ground)


def _within(picture: Pixels, side_px: int) -> Image.Image:
    image = Image.fromarray(picture)
    image.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    return image
