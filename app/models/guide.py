"""Guide: the first three minutes, a stage after the other, each over when it was done once."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.texts import QT_TR_NOOP


@dataclass(frozen=True, slots=True)
class Facts:
    """What the stages look at. shown: the number of the shown candidate; back: an earlier step."""

    boxed: bool
    offered: bool
    shown: int
    back: bool
    options: int
    edits: int
    written: int


@dataclass(frozen=True, slots=True)
class Stage:
    """target: what it points at. done: from the facts at its start and those of now.

    keyed: one more sentence, about the keys of the actions.
    """

    target: str
    title: str
    text: str
    done: Callable[[Facts, Facts], bool]
    keyed: str = ""
    actions: tuple[str, ...] = ()


STAGES = (
    Stage(
        "canvas",
        QT_TR_NOOP("Draw a box"),
        QT_TR_NOOP(
            "Drag over the part of the picture that you want to change. Only what lies "
            "in the box is redrawn; every pixel outside stays as it is."
        ),
        lambda _, now: now.boxed,
    ),
    Stage(
        "prompt",
        QT_TR_NOOP("Say what shall be there"),
        QT_TR_NOOP("Type it here, in a few words such as: a red apple. Then press Return."),
        lambda _, now: now.offered,
    ),
    Stage(
        "candidates",
        QT_TR_NOOP("Choose among several"),
        QT_TR_NOOP(
            "Each square is one try; the first is the picture as it was. Click one to see it."
        ),
        lambda was, now: now.shown != was.shown,
        QT_TR_NOOP("Keys for it: {keys}."),
        ("previous", "next"),
    ),
    Stage(
        "timeline",
        QT_TR_NOOP("Go back in time"),
        QT_TR_NOOP("These are the steps in which it was drawn. Drag along them."),
        lambda _, now: now.back,
        QT_TR_NOOP("Keys for it: {keys}."),
        ("step_back", "step_on"),
    ),
    Stage(
        "branch",
        QT_TR_NOOP("Go on another way"),
        QT_TR_NOOP(
            "Change the prompt if you like, then press this: what was drawn up to this "
            "step stays, the rest is drawn anew. Nothing is lost; the branches are listed at the "
            "right."
        ),
        lambda was, now: now.options > was.options,
    ),
    Stage(
        "apply",
        QT_TR_NOOP("Keep one"),
        QT_TR_NOOP("Apply puts the shown picture in place, as one step of undo."),
        lambda was, now: now.edits > was.edits,
    ),
    Stage(
        "export",
        QT_TR_NOOP("Save the picture"),
        QT_TR_NOOP("Export writes PNG, JPEG or WebP. A PNG also carries how it was made."),
        lambda was, now: now.written > was.written,
    ),
)


class Guide(QObject):
    """changed: another stage, or none. ended: it was gone through or skipped."""

    changed = Signal()
    ended = Signal()

    def __init__(
        self, editor: Editor, documents: DocumentModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor, self._documents = editor, documents
        self._written = 0
        self._was = self.facts
        self.place: int | None = None
        for signal in (editor.changed, editor.region_changed, editor.offer_changed):
            signal.connect(self._look)
        documents.document_changed.connect(self._look)
        documents.written.connect(self._wrote)

    @property
    def facts(self) -> Facts:
        proposal, document = self._editor.proposal, self._documents.document
        return Facts(
            boxed=self._editor.region is not None,
            offered=self._editor.mode is Mode.CHOOSING,
            shown=0 if proposal is None else proposal.shown,
            back=proposal is not None and proposal.option is not None and not proposal.at_tip,
            options=0 if proposal is None else len(proposal.options),
            edits=0 if document is None else len(document.edits),
            written=self._written,
        )

    @property
    def stage(self) -> Stage | None:
        return None if self.place is None else STAGES[self.place]

    def begin(self) -> None:
        self._go(0)

    def next(self) -> None:
        """Whether or not it was done."""
        if self.place is not None:
            self._go(self.place + 1)

    def skip(self) -> None:
        """All that is left."""
        self._go(len(STAGES))

    def _go(self, place: int) -> None:
        self._was = self.facts
        self.place = place if place < len(STAGES) else None
        self.changed.emit()
        if self.place is None:
            self.ended.emit()

    def _wrote(self) -> None:
        self._written += 1
        self._look()

    def _look(self) -> None:
        if self.stage is not None and self.stage.done(self._was, self.facts):
            self.next()
