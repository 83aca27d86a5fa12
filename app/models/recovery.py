"""Recovery: keeps the work aside while it changes, and brings back what a dead window left."""

from collections.abc import Callable
from dataclasses import replace
from operator import is_
from pathlib import Path
from typing import Protocol

import platformdirs
from PySide6.QtCore import QObject, QTimer, Signal

from app.models.document import DocumentModel
from app.models.editor import Editor
from app.models.engine_sentences import in_window_language
from app.models.files import (
    DropWork,
    FileEvent,
    FindWork,
    ForgetWork,
    KeepWork,
    Kept,
    Looked,
    RecoveryEvent,
    RecoveryRequest,
    Resumed,
    ResumeWork,
)
from app.models.jobs import EngineLine, JobNumbers, Trouble
from app.models.stored_scene import boxes_of, offer_of
from app.texts import tr
from engine.document.document import Document
from engine.document.project import OpenBox, Project, View
from engine.document.recovery import Found, Work
from engine.values.jobs import EditRequest, Failed, Request

SOON_MS = 2000
"""How long a changed box or prompt may wait to be kept."""
AGAIN_MS = 30_000
"""After this time it is tried again where the disk did not take it."""


def state_folder() -> Path:
    """For journals and locks; of this user and machine."""
    return Path(platformdirs.user_state_dir("ellbox", appauthor=False))


class RecoveryLine(Protocol):
    """Where requests go; the answers come as events."""

    def submit(self, request: RecoveryRequest) -> None: ...


class KeptFirst:
    """An engine line that has the work kept before each decode is asked for."""

    def __init__(self, line: EngineLine, keep: Callable[[], None]) -> None:
        self._line, self._keep = line, keep

    def submit(self, request: Request) -> None:
        if isinstance(request, EditRequest):
            self._keep()
        self._line.submit(request)

    def cancel(self, job: int) -> None:
        self._line.cancel(job)


class Recovery(QObject):
    """Applied edits are kept at once, boxes and prompts soon; one request at a time.

    offered: a Found that may be restored, or None. view_wanted: a View to be shown. failed:
    Trouble, once until it works again. noticed: a sentence.
    """

    offered = Signal(object)
    view_wanted = Signal(object)
    failed = Signal(object)
    noticed = Signal(str)

    def __init__(
        self,
        documents: DocumentModel,
        editor: Editor,
        line: RecoveryLine,
        numbers: JobNumbers,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents, self._editor = documents, editor
        self._line, self._numbers = line, numbers
        self._job: int | None = None
        self._due = self._keeping = self._troubled = False
        self._settled: tuple[type[ResumeWork | DropWork], Found] | None = None
        self._wanted: OpenBox | None = None
        self.found: Found | None = None
        self.see_view: Callable[[], View | None] = lambda: None
        self._at_rest = self._last = self._gathered()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.keep)
        self._connect()

    def _connect(self) -> None:
        documents, editor = self._documents, self._editor
        documents.gather = self.gather
        # Connected after the editor, which has taken the new moment's scene by then.
        documents.moved.connect(self._moved)
        documents.unpacked.connect(self._unpacked)
        documents.opened.connect(self._opened)
        documents.stored.connect(self._stored)
        editor.finished.connect(self.keep)
        for changed in (editor.changed, editor.offer_changed):
            changed.connect(self.keep_soon)
        editor.wishes.settings_changed.connect(self.keep_soon)
        editor.boxes.changed.connect(self.keep_soon)
        editor.wishes.changed.connect(self._wish_for_generator)

    # -- keeping ----------------------------------------------------------------------------

    def gather(self, document: Document | None) -> Project:
        """All that would be missed, as it is now. Arrays are shared, so this takes no time."""
        editor = self._editor
        scene = editor.scene
        if editor.running is not None and scene.proposal is None:
            # What was on offer comes back if the decode brings nothing.
            scene = replace(scene, proposal=editor.running.before)
        region = None if document is None else scene.region
        box = replace(editor.moments.asked, region=region)
        asked = region is not None or bool(box.prompt.strip())
        boxes = boxes_of(scene, box) if asked else scene.others
        active = scene.place if asked else None
        return Project(document, boxes, offer_of(scene), self.see_view(), active)

    def _gathered(self) -> Project:
        return self.gather(self._documents.document)

    def keep_soon(self) -> None:
        """Keep what changed, but not at every key and every pixel."""
        if not self._soon.isActive():
            self._soon.start(SOON_MS)

    def _moved(self) -> None:
        if self._documents.document is self._last.document:
            self.keep_soon()
        else:
            # At once, but after all that hear of the same move.
            self._soon.start(0)

    def keep(self) -> None:
        """Keep what changed; on the I/O thread, so it lies on the disk a moment later."""
        if self._job is not None:
            self._due = True
            return
        self._soon.stop()
        project = self._gathered()
        if same_work(project, self._last):
            return
        self._last = project
        self._keeping = True
        job = self._job = self._numbers.next()
        if self._nothing_to_lose(project):
            self._line.submit(ForgetWork(job))
        else:
            documents = self._documents
            self._line.submit(KeepWork(job, Work(project, documents.name, documents.path)))

    def _nothing_to_lose(self, project: Project) -> bool:
        empty = project.document is None and project.offer is None and self._editor.running is None
        return empty or same_work(project, self._at_rest)

    def _opened(self) -> None:
        """Nothing would be lost now, until something changes."""
        self._at_rest = self._gathered()

    def _stored(self, project: Project) -> None:
        """Nothing but what changed since it was gathered would be lost now."""
        self._at_rest = self._last = project
        self.keep_soon()

    def take(self, event: FileEvent | RecoveryEvent | Failed) -> bool:
        """One event of the I/O thread, on the GUI thread; False when it is not for us."""
        if event.job != self._job:
            return False
        self._job = None
        keeping, self._keeping = self._keeping, False
        match event:
            case Looked():
                self._offer(event.found)
            case Resumed():
                self._resumed(event)
            case Failed() if keeping:
                self._not_kept(event)
            case Failed():
                self.failed.emit(Trouble.of(event))
                self._last = Project(None)  # the own work may have made room already
                self.keep_soon()
            case Kept():
                if self._troubled:
                    self.noticed.emit(tr("Your work is kept aside again."))
                self._troubled = False
        self._go_on()
        return True

    def _go_on(self) -> None:
        """With what was asked meanwhile."""
        settled, self._settled = self._settled, None
        if settled is not None and settled[1] is self.found:
            self._settle(settled[0])
        if self._due:
            self._due = False
            self.keep()

    def _not_kept(self, event: Failed) -> None:
        """Told once: it is tried again and again."""
        self._last = Project(None)
        if not self._troubled:
            self.failed.emit(Trouble.of(event))
        self._troubled = True
        self._soon.start(AGAIN_MS)

    @property
    def busy(self) -> bool:
        """Whether an answer of the I/O thread is waited for."""
        return self._job is not None

    def stop(self) -> None:
        """The window goes."""
        self._soon.stop()

    # -- bringing back ----------------------------------------------------------------------

    def look(self) -> None:
        """At the start: is there anything to restore?"""
        self._job = self._numbers.next()
        self._line.submit(FindWork(self._job))

    def _offer(self, found: Found | None) -> None:
        self.found = found
        self.offered.emit(found)

    def restore(self) -> None:
        """What was found takes the place of what is open."""
        self._settle(ResumeWork)

    def discard(self) -> None:
        """What was found is not wanted; the next one, if there is any, is offered."""
        self._settle(DropWork)

    def _settle(self, request: type[ResumeWork | DropWork]) -> None:
        """At once, or after what is being kept just now; what is found then is asked about anew."""
        if self.found is None:
            return
        if self._job is not None:
            self._settled = request, self.found
            return
        self._job = self._numbers.next()
        self._line.submit(request(self._job, self.found))

    def _resumed(self, event: Resumed) -> None:
        self._offer(None)
        self._documents.restore(event.work)
        if event.notice:
            self.noticed.emit(in_window_language(event.notice))

    def _unpacked(self, work: Work) -> None:
        """A project was opened or restored: its wishes and its view come with it."""
        if work.project.box is not None:
            self._wanted = work.project.box
            self._editor.wishes.set_prompt(self._wanted.prompt)
            self._wish_for_generator()
        if work.project.view is not None:
            self.view_wanted.emit(work.project.view)

    def _wish_for_generator(self) -> None:
        """The model may still be loading when a project is opened; then this comes again."""
        wanted, wishes = self._wanted, self._editor.wishes
        if wanted is None or not wishes.generators:
            return
        self._wanted = None
        wishes.set_generator(wanted.generator)
        if wishes.generator is not None and wishes.generator.key == wanted.generator:
            wishes.set_params(wanted.params)


def same_work(one: Project, other: Project) -> bool:
    """Whether nothing that would be missed differs; where the view stands would not be."""
    if one.document is not other.document:
        return False
    if (one.boxes, one.active) != (other.boxes, other.active):
        return False
    mine, theirs = one.offer, other.offer
    if mine is None or theirs is None:
        return mine is theirs
    return (
        (mine.shown, mine.at) == (theirs.shown, theirs.at)
        and _identical(mine.trees, theirs.trees)
        and _identical(mine.options, theirs.options)
    )


def _identical(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))
