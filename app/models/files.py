"""File work that runs on the I/O thread: opening, saving and exporting."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from engine.document.document import Document
from engine.document.export import export_animation
from engine.document.picture_file import open_picture, save_picture
from engine.document.project_file import open_project, save_project
from engine.document.recipe import Recipe
from engine.values.errors import BadInput
from engine.values.jobs import Pixels
from engine.values.region import Region

PROJECT_SUFFIX = ".ellbox"
ANIMATION_SIDE_PX = 1024
LAST_FRAME_REPEATS = 6


@dataclass(frozen=True, slots=True)
class OpenFile:
    job: int
    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class SaveProject:
    job: int
    document: Document
    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class ExportPicture:
    job: int
    document: Document
    path: Path
    recipe: Recipe | None


@dataclass(frozen=True, slots=True, eq=False)
class ExportAnimation:
    """Frames are patches; with a ground and a region each is pasted into that picture."""

    job: int
    frames: tuple[Pixels, ...]
    path: Path
    ground: Document | None = None
    region: Region | None = None


FileRequest = OpenFile | SaveProject | ExportPicture | ExportAnimation


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    job: int
    document: Document
    path: Path

    @property
    def is_project(self) -> bool:
        return self.path.suffix.lower() == PROJECT_SUFFIX


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    job: int
    document: Document
    path: Path


@dataclass(frozen=True, slots=True)
class Exported:
    job: int
    path: Path


FileEvent = Opened | Saved | Exported


class FileRunner:
    """Does file work in order, on whatever thread calls `run`."""

    def run(
        self,
        request: FileRequest,
        emit: Callable[[FileEvent], None],
        cancelled: Callable[[], bool],  # noqa: ARG002 - a file is written whole or not at all
    ) -> None:
        try:
            emit(_done(request))
        except OSError as error:
            raise BadInput(
                f"{request.path} cannot be read or written: {error.strerror or error}.",
                "Choose another folder or file.",
            ) from error


def _done(request: FileRequest) -> FileEvent:
    match request:
        case OpenFile():
            return Opened(request.job, open_document(request.path), request.path)
        case SaveProject():
            save_project(request.document, request.path)
            return Saved(request.job, request.document, request.path)
        case ExportPicture():
            save_picture(request.document.picture, request.path, recipe=request.recipe)
            return Exported(request.job, request.path)
        case ExportAnimation():
            _export_animation(request)
            return Exported(request.job, request.path)


def open_document(path: Path) -> Document:
    """A project, or any picture as a document without edits."""
    if path.suffix.lower() == PROJECT_SUFFIX:
        return open_project(path)
    return Document(open_picture(path), ())


def _export_animation(request: ExportAnimation) -> None:
    frames = request.frames
    if request.ground is not None and request.region is not None:
        ground = request.ground.picture.rgb8
        frames = tuple(_pasted(ground, request.region, patch) for patch in frames)
    frames = tuple(_within(frame, ANIMATION_SIDE_PX) for frame in frames)
    held = (*frames, *(frames[-1] for _ in range(LAST_FRAME_REPEATS)))
    kind = "webp" if request.path.suffix.lower() == ".webp" else "gif"
    export_animation(held, request.path, kind)


def _pasted(ground: Pixels, region: Region, patch: Pixels) -> Pixels:
    picture = ground.copy()
    picture[region.top : region.bottom, region.left : region.right] = patch
    return picture


def _within(picture: Pixels, side_px: int) -> Pixels:
    if max(picture.shape[:2]) <= side_px:
        return picture
    image = Image.fromarray(picture)
    image.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    return np.asarray(image)
