"""ExportModel: what can be exported now, under which name, and doing it with the last choice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QImage

from app.export_choice import ExportChoice, What
from app.models.convert import picture_to_qimage, to_qimage
from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.models.exporting import Decode
from app.models.jobs import EngineLine, JobNumbers, Trouble
from app.models.preferences import Preferences
from app.texts import QT_TR_NOOP, counted, tr
from engine.atomic_write import check_target
from engine.document.document import Document
from engine.document.encoding import ExportOptions
from engine.document.mask import mask_of
from engine.document.naming import file_name
from engine.document.outputs import Wish, origin_of
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.jobs import EngineEvent, Failed, Pixels, Previewed, PreviewRequest
from engine.values.region import Region
from engine.values.timeline import Timeline

PREVIEW_SIDE_PX = 480
"""At least, so that it stays sharp at twice the scale."""
PROMPT_CHARACTERS = 40
NO_STEPS = QT_TR_NOOP("There are no steps to show: no model has drawn here yet.")
_NAMES: dict[What, str] = {
    "box": QT_TR_NOOP("box"), "mask": QT_TR_NOOP("mask"), "layers": QT_TR_NOOP("layers"),
    "decode": QT_TR_NOOP("decode"), "sheet": QT_TR_NOOP("steps"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A decode to be shown: its steps and what was drawn on. frames: () while not all are drawn."""

    timeline: Timeline
    ground: Document | None
    region: Region | None
    frames: tuple[Pixels, ...] = ()

    @property
    def count(self) -> int:
        return len(self.timeline.path())


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What an export is made of. boxes: the open ones, () stands for those of the edits."""

    name: str
    document: Document | None
    boxes: tuple[Region, ...] = ()
    steps: Steps | None = None
    told: str = ""

    @property
    def all_boxes(self) -> tuple[Region, ...]:
        edits = () if self.document is None else self.document.edits
        return self.boxes or tuple(edit.region for edit in edits if edit.visible)

    def obstacle(self, what: What) -> str:
        """Why that cannot be exported; empty when it can."""
        if what in ("decode", "sheet"):
            return "" if self.steps is not None else tr(NO_STEPS)
        if self.document is None:
            return tr("No picture is open.")
        if what in ("box", "mask") and not self.all_boxes:
            return tr("There is no box: draw one first.")
        return ""

    def size_text(self, what: What) -> str:
        """`640 x 480 pixels`, and how many layers or steps."""
        if self.obstacle(what):
            return ""
        if what in ("decode", "sheet") and self.steps is not None:
            return tr("{count} pictures, one a step").format(count=self.steps.count)
        assert self.document is not None
        shown = self.all_boxes[-1] if what == "box" else self.document.base
        size = tr("{width} × {height} pixels").format(width=shown.width, height=shown.height)
        match what:
            case "mask":
                one, many = QT_TR_NOOP("1 box"), QT_TR_NOOP("{count} boxes")
                return f"{size}, {counted(one, many, len(self.all_boxes))}"
            case "layers":
                one, many = QT_TR_NOOP("1 layer"), QT_TR_NOOP("{count} layers")
                return f"{size}, {counted(one, many, 1 + len(self.document.edits))}"
        return size

    def preview(self, what: What) -> QImage | None:
        """What would be written, in small; None when there is nothing to see."""
        if self.obstacle(what):
            return None
        if what in ("decode", "sheet") and self.steps is not None and self.steps.frames:
            return _shrunk(Picture(self.steps.frames[-1]), None)
        if self.document is None:
            return None
        if what == "mask":
            return _small_mask(self.document.base, self.all_boxes)
        box = self.all_boxes[-1] if what == "box" else None
        return _shrunk(self.document.picture, box)

    def facts(self, what: What) -> dict[str, str]:
        """The words that a name's pattern may hold, and what each stands for."""
        timeline = self.steps.timeline if self.steps is not None else None
        if what == "picture":
            edited = self.document is not None and origin_of(self.document) == "composite"
            kind = self.told or (tr("edited") if edited else "")
        else:
            kind = " ".join(each for each in (self.told, tr(_NAMES[what])) if each)
        return {
            "name": Path(self.name or tr("picture")).stem,
            "what": kind,
            "prompt": "" if timeline is None else timeline.head_run.prompt[:PROMPT_CHARACTERS],
            "seed": "" if timeline is None else str(timeline.head_run.params.seed),
            "date": date.today().isoformat(),
        }


class ExportModel(QObject):
    """failed: Trouble. noticed: a sentence. Files are written by the document's own line."""

    failed = Signal(object)
    noticed = Signal(str)

    def __init__(
        self,
        editor: Editor,
        documents: DocumentModel,
        preferences: Preferences,
        line: EngineLine,
        numbers: JobNumbers,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._documents, self._preferences = editor, documents, preferences
        self._line, self._numbers = line, numbers
        self._awaited: dict[int, Callable[[tuple[Pixels, ...]], None]] = {}
        self._handed: TemporaryDirectory[str] | None = None

    @property
    def choice(self) -> ExportChoice:
        """As the last time."""
        return self._preferences.settings.export

    # -- what there is ----------------------------------------------------------------------

    def source(self) -> Source:
        """The open picture, its boxes, and the steps on offer or else of the newest edit."""
        documents = self._documents
        document = documents.document
        if document is None:
            return Source(documents.name, None, steps=self._steps(None))
        boxes = (each.region for each in documents.gather(document).boxes)
        active = self._editor.region
        # The active one comes last: it is the one that "the box" means.
        found = [box for box in boxes if box is not None and box != active]
        open_boxes = (*found, *(() if active is None else (active,)))
        return Source(documents.name, document, open_boxes, self._steps(document))

    def candidate(self) -> Source:
        """The picture as applying the shown candidate would make it."""
        editor = self._editor
        document, region = editor.choosing.shown_document, editor.proposal_region
        proposal = editor.proposal
        told = "" if proposal is None else tr("candidate {number}").format(number=proposal.shown)
        boxes = () if region is None else (region,)
        return Source(self._documents.name, document, boxes, self._steps(document), told)

    def _steps(self, document: Document | None) -> Steps | None:
        offer = self._editor.offer
        if self._editor.mode is Mode.CHOOSING and offer.proposal is not None:
            proposal = offer.proposal
            if proposal.option is None:
                return None
            tree = proposal.trees[proposal.option.tree]
            whole = tree.at(proposal.option.tip)
            return Steps(whole, offer.ground, proposal.region, offer.frames())
        if document is None or not document.edits:
            return None
        edit = document.edits[-1]
        region = None if edit.timeline.head_run.region is None else edit.region
        below = None if region is None else replace(document, edits=document.edits[:-1])
        return Steps(edit.timeline, below, region)

    def target(self, choice: ExportChoice, source: Source) -> Path:
        """Where the file would be written, were the name free. BadInput for a bad pattern."""
        name = file_name(choice.name, source.facts(choice.what))
        return Path(self.folder(choice)) / f"{name}{choice.suffix}"

    def folder(self, choice: ExportChoice) -> str:
        """The one chosen, else that of the last file, else that for pictures."""
        places = QStandardPaths.StandardLocation.PicturesLocation
        last = choice.folder or self._preferences.settings.folder
        return last or QStandardPaths.writableLocation(places)

    def obstacle(self, choice: ExportChoice, source: Source) -> str:
        """Why it cannot be exported so, in a sentence with a remedy; empty when it can."""
        nothing = source.obstacle(choice.what)
        if nothing:
            return nothing
        try:
            check_target(self.target(choice, source))
        except BadInput as bad:
            return Trouble.of(bad).told
        return ""

    # -- doing it ---------------------------------------------------------------------------

    def export(self, choice: ExportChoice, source: Source) -> None:
        """Write it, and remember the choice for the next time."""
        self._preferences.keep(replace(self._preferences.settings, export=choice))
        obstacle = self.obstacle(choice, source)
        if obstacle:
            self.failed.emit(Trouble(obstacle))
            return
        path, document = self.target(choice, source), source.document
        match choice.what:
            case "decode" | "sheet":
                assert source.steps is not None
                self._with_frames(
                    source.steps, lambda frames: self._write_decode(choice, source, frames, path)
                )
            case what:
                wish = Wish(what, options_of(choice), source.boxes)
                self._documents.export(path, document, wish, replace=choice.replace)

    def again(self) -> None:
        """Once more with the last choice, of what is open now, without a question."""
        self.export(self.choice, self.source())

    def hand_out(self, hand: Callable[[Path], None]) -> None:
        """The picture as a file of its own for another program, as the last choice has pictures.

        hand: takes the path once the file lies on the disk; `close` removes it.
        """
        choice = replace(self.choice, what="picture")
        source = self.source()
        if source.document is None:
            return
        if self._handed is None:
            self._handed = TemporaryDirectory(prefix="ellbox-", ignore_cleanup_errors=True)
        name = file_name(choice.name, source.facts("picture"))
        path = Path(self._handed.name) / f"{name}{choice.suffix}"
        wish = Wish("picture", options_of(choice))
        self._documents.export(path, source.document, wish, hand=hand)

    def close(self) -> None:
        """After the last file was written."""
        if self._handed is not None:
            self._handed.cleanup()

    def _write_decode(
        self, choice: ExportChoice, source: Source, frames: tuple[Pixels, ...], path: Path
    ) -> None:
        assert source.steps is not None
        decode = Decode(frames, source.steps.ground, source.steps.region)
        self._documents.export_decode(
            path,
            decode,
            "sheet" if choice.what == "sheet" else choice.film,
            options_of(choice),
            replace=choice.replace,
        )

    def _with_frames(self, steps: Steps, go_on: Callable[[tuple[Pixels, ...]], None]) -> None:
        if steps.frames:
            go_on(steps.frames)
            return
        job = self._numbers.next()
        self._awaited[job] = go_on
        run = steps.timeline.head_run
        states = tuple(snapshot.state for snapshot in steps.timeline.path())
        image = None if steps.ground is None else steps.ground.picture.rgb8
        self.noticed.emit(tr("Drawing {count} steps…").format(count=len(states)))
        self._line.submit(PreviewRequest.of(job, run, states, image))

    def take(self, event: EngineEvent) -> bool:
        """One event of the engine; False when it belongs to another job."""
        if event.job not in self._awaited:
            return False
        match event:
            case Previewed():
                self._awaited.pop(event.job)(event.pictures)
            case Failed():
                del self._awaited[event.job]
                self.failed.emit(Trouble.of(event))
        return True


def options_of(choice: ExportChoice) -> ExportOptions:
    return ExportOptions(
        quality=choice.quality,
        depth=choice.depth or None,
        icc=choice.icc,
        exif=choice.exif,
        recipe=choice.recipe,
        mark=choice.mark,
    )


def _shrunk(picture: Picture, box: Region | None) -> QImage:
    """Every n-th pixel: quick, whatever the size of the picture."""
    pixels = picture.pixels
    if box is not None:
        inside = box.clipped(picture.width, picture.height)
        pixels = pixels[inside.top : inside.bottom, inside.left : inside.right]
    step = max(min(pixels.shape[:2]) // PREVIEW_SIDE_PX, 1)
    return picture_to_qimage(Picture(pixels[::step, ::step, :3], icc=picture.icc))


def _small_mask(base: Picture, boxes: tuple[Region, ...]) -> QImage:
    step = max(min(base.height, base.width) // PREVIEW_SIDE_PX, 1)
    mask = mask_of(base.width, base.height, boxes)[::step, ::step]
    return to_qimage(np.repeat(mask[..., None], 3, axis=2))
