"""What the I/O thread exports: a picture and what belongs to it, or a decode step by step."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.texts import tr
from engine.catalog import folder_of, model_folders
from engine.document.color import to_srgb
from engine.document.document import Document
from engine.document.encoding import EVERYTHING, ExportOptions, Told
from engine.document.export import Animation, contact_sheet, export_animation
from engine.document.naming import free_path
from engine.document.outputs import WHOLE, Wish, write_output
from engine.document.picture_file import write_picture
from engine.document.xmp import Origin
from engine.values.errors import EngineError
from engine.values.image import Picture
from engine.values.jobs import Pixels
from engine.values.region import Region


@dataclass(frozen=True, slots=True, eq=False)
class Decode:
    """A picture of each step. With a ground and a region each is a patch of that picture."""

    frames: tuple[Pixels, ...]
    ground: Document | None = None
    region: Region | None = None

    def pictures(self) -> Iterator[Pixels]:
        """(H, W, 3) each, in sRGB: what was to be seen after each step."""
        if self.ground is None or self.region is None:
            return iter(self.frames)
        icc, region = self.ground.base.icc, self.region
        below = to_srgb(self.ground.picture.rgb8, icc)
        return (_pasted(below, region, to_srgb(patch, icc)) for patch in self.frames)


@dataclass(frozen=True, slots=True, eq=False)
class ExportPicture:
    """replace: whether a file of that name is written over, or a number goes into the name."""

    job: int
    document: Document
    path: Path
    wish: Wish = WHOLE
    replace: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class ExportDecode:
    """As a moving picture, or all steps side by side on one sheet."""

    job: int
    decode: Decode
    path: Path
    kind: Animation | Literal["sheet"]
    options: ExportOptions = EVERYTHING
    replace: bool = True


def export(request: ExportPicture | ExportDecode) -> tuple[Path, str]:
    """Writes the file, whole or not at all; where it lies, and what was left out."""
    path = request.path if request.replace else free_path(request.path)
    match request:
        case ExportPicture():
            document = request.document
            return path, write_output(document, path, request.wish, digests_of(document))
        case ExportDecode():
            return path, _write_decode(request, path)


def _write_decode(request: ExportDecode, path: Path) -> str:
    decode = request.decode
    if request.kind != "sheet":
        export_animation(decode.pictures(), path, request.kind)
        return ""
    names = [
        tr("Step {number}").format(number=number) if number else tr("Start")
        for number in range(len(decode.frames))
    ]
    origin: Origin = "generated" if decode.region is None else "composite"
    sheet = Picture(contact_sheet(decode.pictures(), names))
    return write_picture(sheet, path, Told(None, origin), request.options)


def digests_of(document: Document) -> dict[str, str]:
    """sha256 by file name of the weights behind the newest edit; empty when they are gone."""
    if not document.edits:
        return {}
    if document.edits[-1].weights:
        return dict(document.edits[-1].weights)
    generator = document.edits[-1].timeline.head_run.generator
    try:
        return folder_of(generator, model_folders()).digests
    except EngineError:
        return {}


def _pasted(ground: Pixels, region: Region, patch: Pixels) -> Pixels:
    picture = ground.copy()
    picture[region.top : region.bottom, region.left : region.right] = patch
    return picture
