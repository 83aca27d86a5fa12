"""Workspace: the middle of the window, with the canvas, what floats over it, and the panels."""

from pathlib import Path

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.action_set import Actions
from app.canvas.access import Announcer
from app.canvas.lens import SURE, UNSURE, LensOverlay
from app.canvas.overlay import CompareOverlay
from app.canvas.painter import CanvasPainter
from app.canvas.several import SeveralBoxes
from app.canvas.stage import Stage
from app.canvas.view import CanvasView
from app.dialogs.error import ErrorBar
from app.dialogs.recovery import RecoveryBar
from app.doers import Models
from app.models.box_rows import BoxRows
from app.models.editor import Mode
from app.models.edits import EditsModel
from app.models.pyramid import Pyramids
from app.models.thumbnails import Thumbnails
from app.models.timeline import BranchModel
from app.panels.boxes import BoxesList
from app.panels.branches import Branches
from app.panels.candidates import CandidateStrip
from app.panels.compare import CompareBar
from app.panels.edits import EditsList
from app.panels.inspector.inspector import Inspector
from app.panels.lens import AlternativesList, LensBar
from app.panels.prompt.card import PromptCard
from app.panels.prompt.field import PromptField
from app.panels.recent import RecentFiles
from app.panels.start import StartCard
from app.panels.timeline.panel import TimelinePanel
from app.texts import tr
from app.theme import Colors

BOX_ACTIONS = ("whole", "middle", "add_box", "no_box", "fill_all", "apply_all")


class Workspace(QWidget):
    """timeline_wanted: whether the timeline is to be seen where there is a picture."""

    def __init__(
        self,
        models: Models,
        pyramids: Pyramids,
        view: CanvasView,
        actions: Actions,
        samples: tuple[Path, ...],
    ) -> None:
        super().__init__()
        self._editor, self._comparison = models.editor, models.comparison
        self.view = view
        self.timeline_wanted = True
        self._build_cards(actions, samples)
        self._build_panels(models, actions)
        self.painter = CanvasPainter(self._editor, pyramids, view, self.strip)
        self.several = SeveralBoxes(self._editor, view)
        self.overlay = CompareOverlay(self._comparison, pyramids, view)
        self.announcer = Announcer(self._editor, view)
        self.lens_overlay = LensOverlay(self._editor.lens, view)
        self._lay_out()
        self._connect()

    def _build_cards(self, actions: Actions, samples: tuple[Path, ...]) -> None:
        """What floats over the canvas."""
        editor = self._editor
        self.error_bar = ErrorBar()
        self.recovery_bar = RecoveryBar()
        self.prompt = PromptCard(
            editor,
            generate=actions["generate"],
            cancel=actions["cancel"],
            live=actions["live"],
            history=actions["history"],
        )
        self.strip = CandidateStrip(
            actions["apply"],
            actions["back"],
            [actions[name] for name in ("star", "more", "save_candidate", "discard", "lens")],
        )
        self.start_field = PromptField(editor.wishes, editor.measure, editor.remembered)
        self.start_field.generate_asked.connect(actions["generate"].trigger)
        self.recent = RecentFiles()
        self.start = StartCard(
            editor,
            self.start_field,
            generate=actions["generate"],
            open_file=actions["open"],
            paste=actions["paste"],
            recent=self.recent,
            samples=samples,
        )
        self.compare = CompareBar(
            self._comparison,
            actions["before"],
            [actions[name] for name in ("wipe", "blink", "difference", "changes", "pin")],
        )
        self.lens_bar = LensBar(
            editor.lens,
            [actions[name] for name in ("redo_marked", "redo_weakest")],
            [actions["alternatives"]],
            unsure=QColor(*UNSURE),
            sure=QColor(*SURE),
        )
        self.alternatives = AlternativesList(editor.lens, editor.alternatives, self)
        self.stage = Stage(
            self.view,
            prompt=self.prompt,
            strip=self.strip,
            start=self.start,
            error=self.error_bar,
            compare=self.compare,
            lens=self.lens_bar,
            fit_strip=self.strip.fit_room,
            fit_prompt=self.prompt.fit_room,
            fit_start=self.start.fit_room,
        )

    def _build_panels(self, models: Models, actions: Actions) -> None:
        """What stands beside the canvas."""
        editor, thumbnails = self._editor, Thumbnails()
        self.timeline = TimelinePanel(
            editor,
            thumbnails,
            play=actions["play"],
            branch=actions["branch"],
            carry=actions["carry"],
            reopen=actions["reopen"],
        )
        self.box_rows = BoxRows(editor, self)
        self.boxes = BoxesList(editor, self.box_rows)
        self.branch_model = BranchModel(editor, thumbnails, self)
        self.branches = Branches(editor, self.branch_model, actions["pin"])
        self.edits_model = EditsModel(models.documents, editor, self)
        self.edits = EditsList(self.edits_model)
        self.inspector = Inspector(
            editor,
            [actions[name] for name in BOX_ACTIONS],
            boxes=self.boxes,
            branches=self.branches,
            edits=self.edits,
        )

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.recovery_bar)
        left.addWidget(self.stage, 1)
        left.addWidget(self.timeline)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.inspector)

    def _connect(self) -> None:
        self.strip.chosen.connect(self._editor.choosing.show)
        self.lens_overlay.alternatives_asked.connect(self.alternatives.open_at)
        for left in (self.alternatives.closed, self.prompt.field.left, self.start_field.left):
            left.connect(self.view.setFocus)
        for changed in (self._comparison.changed, self._editor.lens.changed):
            changed.connect(self.stage.place)

    def refresh(self) -> None:
        """Show what belongs to the state of the editor, and no more."""
        editor, mode = self._editor, self._editor.mode
        boxed = editor.region is not None
        floating = not self.view.drawing
        self.view.locked = mode is Mode.RUNNING
        self.timeline.setVisible(self.timeline_wanted and mode is not Mode.EMPTY)
        lone = mode is Mode.EDITING and not boxed and floating
        self.stage.show_floating(
            prompt=floating and mode is not Mode.EMPTY and (boxed or mode is not Mode.EDITING),
            strip=floating and mode in (Mode.RUNNING, Mode.CHOOSING),
            start=mode is Mode.EMPTY,
            compare=floating and not self._comparison.obstacle,
            hint=tr("Drag on the picture to draw a box") if lone else "",
        )

    def tint(self, colors: Colors) -> None:
        """After the colour scheme did."""
        for panel in (self.inspector, self.error_bar, self.recovery_bar, self.compare):
            panel.tint(colors)
        self.painter.redraw()
