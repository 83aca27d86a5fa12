"""File work that runs on the I/O thread: opening, saving, exporting, and keeping work aside."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.models.exporting import ExportDecode, ExportPicture, export
from engine.document.document import Document, Edit
from engine.document.project import OpenBox, Project
from engine.document.project_file import open_project, save_project
from engine.document.project_lock import ProjectLock
from engine.document.project_record import Packer
from engine.document.recovery import Autosave, Found, Work
from engine.document.restored import open_as_document
from engine.values.errors import BadInput

PROJECT_SUFFIX = ".ellbox"


@dataclass(frozen=True, slots=True)
class OpenFile:
    job: int
    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class SaveProject:
    job: int
    project: Project
    path: Path


@dataclass(frozen=True, slots=True)
class LetGo:
    """What was open is not shown here any more: another window may have its project."""

    job: int


FileRequest = OpenFile | SaveProject | LetGo | ExportPicture | ExportDecode


@dataclass(frozen=True, slots=True, eq=False)
class KeepWork:
    job: int
    work: Work


@dataclass(frozen=True, slots=True)
class ForgetWork:
    """Nothing would be lost now."""

    job: int


@dataclass(frozen=True, slots=True)
class FindWork:
    """Ask for the newest work that a dead window left."""

    job: int


@dataclass(frozen=True, slots=True, eq=False)
class ResumeWork:
    """Go on with what was found, in place of the own work."""

    job: int
    found: Found


@dataclass(frozen=True, slots=True, eq=False)
class DropWork:
    """What was found is not wanted."""

    job: int
    found: Found


RecoveryRequest = KeepWork | ForgetWork | FindWork | ResumeWork | DropWork


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    job: int
    project: Project
    path: Path

    @property
    def document(self) -> Document:
        assert self.project.document is not None, "open_document refuses such a project"
        return self.project.document

    @property
    def is_project(self) -> bool:
        return self.path.suffix.lower() == PROJECT_SUFFIX


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    job: int
    project: Project
    path: Path


@dataclass(frozen=True, slots=True)
class Exported:
    job: int
    path: Path
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    job: int


FileEvent = Opened | Saved | Gone | Exported


@dataclass(frozen=True, slots=True)
class Kept:
    """The work is on the disk, or is not needed there any more."""

    job: int


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """found: None when no dead window left anything, or nothing more."""

    job: int
    found: Found | None


@dataclass(frozen=True, slots=True, eq=False)
class Resumed:
    """work: its path is gone when another window has that project. notice: says so."""

    job: int
    work: Work
    notice: str = ""


RecoveryEvent = Kept | Looked | Resumed
Emit = Callable[[FileEvent | RecoveryEvent], None]


class FileRunner:
    """Does file work in order, on whatever thread calls `run`; `close` comes after that thread.

    state: the folder for journals and locks.
    """

    def __init__(self, state: Path) -> None:
        self._packer = Packer()
        self._autosave = Autosave(state / "recovery", self._packer)
        self._lock = ProjectLock(state / "locks")
        self._kept = False

    def run(
        self,
        request: FileRequest | RecoveryRequest,
        emit: Emit,
        cancelled: Callable[[], bool],  # noqa: ARG002 - a file is written whole or not at all
    ) -> None:
        if isinstance(request, FileRequest):
            try:
                emit(self._done(request))
            except OSError as error:
                path = "" if isinstance(request, LetGo) else request.path
                raise BadInput(
                    f"{path} cannot be read or written: {error.strerror or error}.",
                    "Choose another folder or file.",
                ) from error
        else:
            emit(self._recovered(request))

    def close(self, *, safe: bool) -> None:
        """safe: nothing is to be offered at the next start."""
        if safe:
            self._autosave.forget()
        self._autosave.close()
        self._lock.release()

    def _done(self, request: FileRequest) -> FileEvent:
        match request:
            case OpenFile():
                return Opened(request.job, self._open(request.path), request.path)
            case SaveProject():
                self._save(request)
                return Saved(request.job, request.project, request.path)
            case LetGo():
                self._lock.release()
                return Gone(request.job)
            case ExportPicture() | ExportDecode():
                return Exported(request.job, *export(request))

    def _open(self, path: Path) -> Project:
        """A project, or any picture."""
        if path.suffix.lower() != PROJECT_SUFFIX:
            opened = opened_picture(path)
            self._lock.release()
            return opened
        with self._lock.taking(path):
            opened = open_project(path, self._packer)
            if opened.document is None:
                raise BadInput(f"{path.name} holds no picture.", "Open another file.")
        return opened

    def _save(self, request: SaveProject) -> None:
        with self._lock.taking(request.path):
            save_project(request.project, request.path, self._packer)
        if self._kept:
            work = Work(request.project, request.path.name, request.path, safe=True)
            # The work is safe already: if this fails, the next start offers it once too often.
            with contextlib.suppress(BadInput):
                self._autosave.keep(work)

    def _recovered(self, request: RecoveryRequest) -> RecoveryEvent:
        match request:
            case KeepWork():
                self._keep(request.work)
                return Kept(request.job)
            case ForgetWork():
                self._autosave.forget()
                self._kept = False
                return Kept(request.job)
            case FindWork():
                return Looked(request.job, self._autosave.find())
            case DropWork():
                request.found.session.remove()
                return Looked(request.job, self._autosave.find())
            case ResumeWork():
                return self._resume(request)

    def _keep(self, work: Work) -> None:
        self._kept = True
        self._autosave.keep(work)

    def _resume(self, request: ResumeWork) -> Resumed:
        work = request.found.work
        self._autosave.resume(request.found)
        self._kept = True
        if work.path is None:
            self._lock.release()
            return Resumed(request.job, work)
        try:
            self._lock.take(work.path)
        except BadInput as held:
            self._lock.release()
            return Resumed(request.job, replace(work, path=None), str(held))
        return Resumed(request.job, work)


def opened_picture(path: Path) -> Project:
    """Any picture; one that Ellbox exported with its newest edit, the box and what was asked."""
    document = open_as_document(path)
    return Project(document, tuple(map(_asked, document.edits)))


def _asked(edit: Edit) -> OpenBox:
    run = edit.timeline.head_run
    return OpenBox(run.region, run.prompt, run.generator, run.params)
