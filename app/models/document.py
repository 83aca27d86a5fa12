"""DocumentModel: the open document, its undo history, and its files."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.models.engine_sentences import in_window_language
from app.models.exporting import Decode, ExportDecode, ExportPicture
from app.models.files import (
    PROJECT_SUFFIX,
    Exported,
    FileEvent,
    FileRequest,
    LetGo,
    Opened,
    OpenFile,
    RecoveryEvent,
    Saved,
    SaveProject,
)
from app.models.jobs import JobNumbers, Trouble
from app.models.scene import Moment, Scene, parts
from app.models.stored_scene import scene_of
from app.texts import QT_TR_NOOP, tr
from engine.document.document import Document, Edit
from engine.document.encoding import EVERYTHING, ExportOptions
from engine.document.export import Animation
from engine.document.history import LIMIT_BYTES, History
from engine.document.outputs import WHOLE, Wish
from engine.document.project import Project
from engine.document.recovery import Work
from engine.values.image import Picture
from engine.values.jobs import Failed

GENERATED = QT_TR_NOOP("Generated picture")


class FileLine(Protocol):
    """Where file work goes; the answers come as events."""

    def submit(self, request: FileRequest) -> None: ...


def generated_document(edit: Edit) -> Document:
    """A document whose whole picture was generated: its one edit covers an empty base."""
    return Document(Picture(np.zeros_like(edit.patch)), (edit,))


class DocumentModel(QObject):
    """Undo is a list of moments: a document and the scene on it.

    document_changed: other pixels or none. moved: another moment, by whatever way. leaving: undo or
    redo is about to go from this one. name_changed: name, path or dirty mark. busy_changed: what
    the I/O thread does ("" when idle). opened: a path was read. unpacked: Work that was read.
    written: a path was written; stored: the Project that was. noticed: a sentence. failed: Trouble.
    """

    document_changed = Signal()
    moved = Signal()
    leaving = Signal()
    name_changed = Signal()
    busy_changed = Signal(str)
    opened = Signal(object)
    written = Signal(object)
    saved = Signal()
    unpacked = Signal(object)
    stored = Signal(object)
    noticed = Signal(str)
    failed = Signal(object)

    def __init__(self, line: FileLine, numbers: JobNumbers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self._numbers = numbers
        self._history = History(Moment(), parts=parts)
        self.undo_bytes = LIMIT_BYTES
        self._clean: Document | None = None
        self._jobs: dict[int, str] = {}
        self._handed: dict[int, Callable[[Path], None]] = {}
        self._opening: int | None = None
        self._saving: set[int] = set()
        self.path: Path | None = None
        self.name = ""
        self.gather: Callable[[Document | None], Project] = Project
        """Asked at each save: the document with all that is open on it."""

    @property
    def document(self) -> Document | None:
        return self._history.present.document

    @property
    def scene(self) -> Scene:
        """The scene of this moment, as it was when the moment began or was last kept."""
        return self._history.present.scene

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def dirty(self) -> bool:
        return self.document is not self._clean

    @property
    def busy(self) -> str:
        return next(iter(self._jobs.values()), "")

    def open(self, path: Path) -> None:
        """Read a picture or project; the newest wish wins."""
        told = tr("Opening {name}").format(name=path.name)
        self._opening = self._submit(lambda job: OpenFile(job, path), told)

    def adopt(self, document: Document, name: str, *, clean: bool = False) -> None:
        """A new document in place of the open one, with an empty history."""
        self._leave()
        self.path, self.name = None, name
        self._clean = document if clean else None
        self._move(History(Moment(document), parts=parts))

    def restore(self, work: Work) -> None:
        """A project with all that was open on it, in place of the open one."""
        project = work.project
        self._saving.clear()
        self.path, self.name = work.path, work.name
        self._clean = project.document if work.safe else None
        self._move(History(Moment(project.document, scene_of(project)), parts=parts))
        self.unpacked.emit(work)

    def close(self) -> None:
        self._leave()
        self.path, self.name, self._clean = None, "", None
        self._move(History(Moment(), parts=parts))

    def _leave(self) -> None:
        """What is still being saved of the open picture names it no more."""
        self._saving.clear()
        self._line.submit(LetGo(self._numbers.next()))

    def push(self, document: Document | None, scene: Scene | None = None) -> None:
        """One undo step; without a scene the boxes stay and nothing is on offer."""
        scene = self.scene.settled if scene is None else scene
        if self.document is None:
            self.name = tr(GENERATED)
        history = self._history.limited(self.undo_bytes)
        self._move(history.pushed(Moment(document, scene)))

    def keep(self, scene: Scene) -> None:
        """Another scene in this moment: what undo comes back to, without a step of its own."""
        self._history = self._history.replaced(Moment(self.document, scene))

    def undo(self) -> None:
        if self.can_undo:
            self.leaving.emit()
            self._move(self._history.undone())

    def redo(self) -> None:
        if self.can_redo:
            self.leaving.emit()
            self._move(self._history.redone())

    def _move(self, history: History[Moment]) -> None:
        before, self._history = self.document, history.limited(self.undo_bytes)
        if self.document is not before:
            if before is not None:
                before.forget_picture()
            self.document_changed.emit()
        self.moved.emit()
        self.name_changed.emit()

    def save(self, path: Path) -> None:
        """Write the project file; the dirty mark goes when it lies on the disk."""
        document = self.document
        if document is not None:
            target = path if path.suffix else path.with_suffix(PROJECT_SUFFIX)
            project = self.gather(document)
            told = tr("Saving {name}").format(name=target.name)
            self._saving.add(self._submit(lambda job: SaveProject(job, project, target), told))

    def export(
        self,
        path: Path,
        document: Document | None = None,
        wish: Wish = WHOLE,
        *,
        replace: bool = True,
        hand: Callable[[Path], None] | None = None,
    ) -> None:
        """Write the picture, or what else is wished of it; by default with all that it can carry.

        document: another one than that which is open. replace: whether a file that is there is
        written over, or the new one gets a number. hand: takes the path of a file that is for
        another program and not to be remembered.
        """
        document = self.document if document is None else document
        if document is not None:
            job = self._submit(
                lambda job: ExportPicture(job, document, path, wish, replace),
                tr("Exporting {name}").format(name=path.name),
            )
            if hand is not None:
                self._handed[job] = hand

    def export_decode(
        self,
        path: Path,
        decode: Decode,
        kind: Animation | Literal["sheet"],
        options: ExportOptions = EVERYTHING,
        *,
        replace: bool = True,
    ) -> None:
        """Write the steps of a decode as a moving picture, or side by side on a sheet."""
        self._submit(
            lambda job: ExportDecode(job, decode, path, kind, options, replace),
            tr("Exporting {name}").format(name=path.name),
        )

    def _submit(self, request: "RequestOfJob", told: str) -> int:
        job = self._numbers.next()
        self._jobs[job] = told
        self.busy_changed.emit(self.busy)
        self._line.submit(request(job))
        return job

    def take(self, event: FileEvent | RecoveryEvent | Failed) -> None:
        """One event of the I/O thread, on the GUI thread."""
        self._jobs.pop(event.job, None)
        match event:
            case Opened():
                self._take_opened(event)
            case Saved():
                self._take_saved(event)
            case Exported():
                self._take_exported(event)
            case Failed():
                self._saving.discard(event.job)
                self._handed.pop(event.job, None)
                self.failed.emit(Trouble.of(event))
        self.busy_changed.emit(self.busy)

    def _take_exported(self, event: Exported) -> None:
        hand = self._handed.pop(event.job, None)
        if hand is not None:
            hand(event.path)
            return
        self.written.emit(event.path)
        told = tr("Exported {path}.").format(path=event.path)
        self.noticed.emit(f"{told} {in_window_language(event.notice)}".strip())

    def _take_opened(self, event: Opened) -> None:
        if event.job != self._opening:
            return
        path = event.path if event.is_project else None
        self.restore(Work(event.project, event.path.name, path, safe=True))
        self.opened.emit(event.path)
        if event.document.base.notice:
            self.noticed.emit(in_window_language(event.document.base.notice))
        elif path is None and event.document.edits:
            told = tr("{name} brought its recipe: box, prompt and steps.")
            self.noticed.emit(told.format(name=event.path.name))

    def _take_saved(self, event: Saved) -> None:
        self.noticed.emit(tr("Saved {path}").format(path=event.path))
        self.written.emit(event.path)
        if event.job not in self._saving:
            # Another picture took its place: saving that one to this path would destroy the file.
            return
        self._saving.discard(event.job)
        self._clean = event.project.document
        self.path, self.name = event.path, event.path.name
        self.name_changed.emit()
        self.stored.emit(event.project)
        self.saved.emit()


class RequestOfJob(Protocol):
    def __call__(self, job: int) -> FileRequest: ...
