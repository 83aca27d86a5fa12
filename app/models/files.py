"""File work that runs on the I/O thread: opening, saving and exporting."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.catalog import folder_of, model_folders
from engine.document.document import Document
from engine.document.export import export_animation
from engine.document.picture_file import open_picture, save_picture
from engine.document.project_file import open_project, save_project
from engine.document.recipe import recipe_of
from engine.values.errors import BadInput, EngineError
from engine.values.jobs import Pixels
from engine.values.region import Region

PROJECT_SUFFIX = ".ellbox"


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
    notice: str = ""


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
            recipe = recipe_of(request.document, digests_of(request.document))
            notice = save_picture(request.document.picture, request.path, recipe=recipe)
            return Exported(request.job, request.path, notice)
        case ExportAnimation():
            _export_animation(request)
            return Exported(request.job, request.path)


def open_document(path: Path) -> Document:
    """A project, or any picture as a document without edits."""
    if path.suffix.lower() == PROJECT_SUFFIX:
        return open_project(path)
    return Document(open_picture(path), ())


def digests_of(document: Document) -> dict[str, str]:
    """sha256 by file name of the weights behind the newest edit; empty when they are gone."""
    if not document.edits:
        return {}
    generator = document.edits[-1].timeline.head_run.generator
    try:
        return folder_of(generator, model_folders()).digests
    except EngineError:
        return {}


def _export_animation(request: ExportAnimation) -> None:
    frames = request.frames
    if request.ground is not None and request.region is not None:
        ground = request.ground.picture.rgb8
        frames = tuple(_pasted(ground, request.region, patch) for patch in frames)
    kind: Literal["webp", "gif"] = "webp" if request.path.suffix.lower() == ".webp" else "gif"
    export_animation(frames, request.path, kind)


def _pasted(ground: Pixels, region: Region, patch: Pixels) -> Pixels:
    picture = ground.copy()
    picture[region.top : region.bottom, region.left : region.right] = patch
    return picture
