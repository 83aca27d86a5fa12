"""MainWindow: puts canvas, panels and actions together and shows what the models hold."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from app.action_set import Actions
from app.actions import table
from app.canvas.access import Announcer
from app.canvas.lens import SURE, UNSURE, LensOverlay
from app.canvas.overlay import CompareOverlay
from app.canvas.painter import CanvasPainter
from app.canvas.several import SeveralBoxes
from app.canvas.stage import Stage
from app.canvas.view import CanvasView
from app.commands import FileCommands
from app.dialog_commands import DialogCommands
from app.dialogs.error import ErrorBar
from app.dialogs.recovery import RecoveryBar
from app.doers import Doers, Models
from app.export_commands import ExportCommands
from app.models.box_queue import BoxQueue
from app.models.box_rows import BoxRows
from app.models.comparison import Comparison, Look
from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.models.edits import EditsModel
from app.models.export import ExportModel
from app.models.guide import Guide
from app.models.hints import Situation, hint
from app.models.jobs import Trouble
from app.models.live import LiveRedraw
from app.models.preferences import Preferences
from app.models.pyramid import Pyramids
from app.models.recovery import Recovery
from app.models.thumbnails import Thumbnails
from app.models.timeline import BranchModel
from app.models.weights import WeightsModel
from app.panels.bars import AppearanceMenu, StatusLine, ToolBar, fill_menus
from app.panels.boxes import BoxesList
from app.panels.branches import Branches
from app.panels.candidates import CandidateStrip
from app.panels.compare import CompareBar
from app.panels.drag_out import DragOut
from app.panels.edits import EditsList
from app.panels.guide import GuideCard
from app.panels.inspector import Inspector
from app.panels.lens import AlternativesList, LensBar
from app.panels.prompt.card import PromptCard
from app.panels.prompt.field import PromptField
from app.panels.recent import RecentFiles, RecentMenu
from app.panels.start import StartCard
from app.panels.timeline.panel import TimelinePanel
from app.settings import Appearance, Settings
from app.texts import tr
from app.theme import apply_theme, current_colors, logo, wanted_colors

NOTICE_MS = 6000


class MainWindow(QMainWindow):
    """first_painted: once. closed: the window is gone."""

    first_painted = Signal()
    closed = Signal()

    def __init__(
        self,
        editor: Editor,
        documents: DocumentModel,
        comparison: Comparison,
        pyramids: Pyramids,
        preferences: Preferences,
        samples: tuple[Path, ...] = (),
    ) -> None:
        super().__init__()
        self.editor, self.documents, self.preferences = editor, documents, preferences
        self.comparison, self.pyramids = comparison, pyramids
        self.thumbnails = Thumbnails()
        self._close_agreed = False
        self._timeline_wanted = True
        self.view = CanvasView()
        self.live = LiveRedraw(editor, self)
        self.queue = BoxQueue(editor, documents, self)
        self.files = FileCommands(self, documents, preferences, lambda: self.painter.shown_image())
        self.exports = ExportCommands(self, editor, documents, self.view)
        self.dialogs = DialogCommands(self, editor, self.view, preferences)
        do = Doers(self, self.files, self.exports, self.dialogs, self.view)
        models = Models(editor, documents, self.live, self.queue, comparison)
        self.actions_table = Actions(table(do, models), self)
        self.dialogs.actions = self.actions_table
        self.addActions(self.actions_table.all())
        self._samples = samples
        self._build_panels(samples)
        self._build_bars()
        self._build_guide()
        self._connect()
        self._restore()
        self._retint()
        self._refresh()

    # -- building ---------------------------------------------------------------------------

    def _build_panels(self, samples: tuple[Path, ...]) -> None:
        actions = self.actions_table
        self.error_bar = ErrorBar()
        self.recovery_bar = RecoveryBar()
        self.prompt = PromptCard(
            self.editor,
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
        self.start_field = PromptField(
            self.editor.wishes, self.editor.measure, self.editor.remembered
        )
        self.start_field.generate_asked.connect(actions["generate"].trigger)
        self.recent = RecentFiles()
        self.recent.show_files(self.preferences.settings.recent)
        self.start = StartCard(
            self.editor,
            self.start_field,
            generate=actions["generate"],
            open_file=actions["open"],
            paste=actions["paste"],
            recent=self.recent,
            samples=samples,
        )
        self.compare = CompareBar(
            self.comparison,
            actions["before"],
            [actions[name] for name in ("wipe", "blink", "difference", "changes", "pin")],
        )
        self.lens_bar = LensBar(
            self.editor.lens,
            [actions[name] for name in ("redo_marked", "redo_weakest")],
            [actions["alternatives"]],
            unsure=QColor(*UNSURE),
            sure=QColor(*SURE),
        )
        self.alternatives = AlternativesList(self.editor.lens, self.editor.alternatives, self)
        self.stage = Stage(
            self.view,
            prompt=self.prompt,
            strip=self.strip,
            start=self.start,
            error=self.error_bar,
            compare=self.compare,
            lens=self.lens_bar,
            fit_strip=self.strip.fit_room,
        )
        self.timeline = TimelinePanel(
            self.editor, self.thumbnails, actions["play"], actions["branch"], actions["reopen"]
        )
        box_ids = ("whole", "middle", "add_box", "no_box", "fill_all")
        box_actions = [actions[name] for name in box_ids]
        self.box_rows = BoxRows(self.editor, self)
        self.boxes = BoxesList(self.editor, self.box_rows)
        self.branch_model = BranchModel(self.editor, self.thumbnails, self)
        self.branches = Branches(self.editor, self.branch_model, actions["pin"])
        self.edits_model = EditsModel(self.documents, self.editor, self)
        self.edits = EditsList(self.edits_model)
        self.inspector = Inspector(
            self.editor,
            box_actions,
            boxes=self.boxes,
            branches=self.branches,
            edits=self.edits,
        )
        self.painter = CanvasPainter(self.editor, self.pyramids, self.view, self.strip)
        self.several = SeveralBoxes(self.editor, self.view)
        self.overlay = CompareOverlay(self.comparison, self.pyramids, self.view)
        self.announcer = Announcer(self.editor, self.view)
        self.lens_overlay = LensOverlay(self.editor.lens, self.view)
        self._lay_out()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.recovery_bar)
        left.addWidget(self.stage, 1)
        left.addWidget(self.timeline)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.inspector)
        self.setCentralWidget(middle)

    def _build_bars(self) -> None:
        actions, settings = self.actions_table, self.preferences.settings
        fill_menus(self, actions)
        recent = RecentMenu(self, lambda: self.preferences.settings.recent, self.files.open)
        actions["recent"].setMenu(recent)
        appearance = AppearanceMenu(self, settings.appearance, self.set_appearance)
        self.preferences.changed.connect(lambda now: appearance.show_chosen(now.appearance))
        actions["appearance"].setMenu(appearance)
        self.tools = ToolBar(actions, self)
        self.addToolBar(self.tools)
        self.status = StatusLine(self)

    def _build_guide(self) -> None:
        self.guide = Guide(self.editor, self.documents, self)
        targets: dict[str, Callable[[], QWidget]] = {
            "canvas": lambda: self.view,
            "prompt": lambda: self.prompt,
            "candidates": lambda: self.strip,
            "timeline": lambda: self.timeline.strip,
            "branch": lambda: self.timeline.branch_button,
            "apply": lambda: self.strip.apply_button,
            "export": lambda: self.tools.widgetForAction(self.actions_table["export"]),
        }
        self.guide_card = GuideCard(self.guide, targets, self)
        self.guide.ended.connect(self._guided)

    def _connect(self) -> None:
        editor, documents = self.editor, self.documents
        editor.changed.connect(self._refresh)
        editor.offer_changed.connect(self.actions_table.refresh)
        editor.finished.connect(self.view.setFocus)
        self.live.changed.connect(self.actions_table.refresh)
        for changed in (self.queue.changed, editor.boxes.changed):
            changed.connect(self.actions_table.refresh)
        self.comparison.changed.connect(self._compared)
        editor.lens.changed.connect(self._lens_changed)
        self.lens_overlay.alternatives_asked.connect(self.alternatives.open_at)
        self.alternatives.closed.connect(self.view.setFocus)
        self.view.pointed.connect(self._show_hint)
        for model in (editor, documents):
            model.failed.connect(self.tell)
        for speaker in (editor, documents, self.queue, self.files):
            speaker.noticed.connect(self.notice)
        documents.name_changed.connect(self._refresh)
        documents.busy_changed.connect(self.status.busy.setText)
        documents.opened.connect(self.error_bar.hide)
        documents.written.connect(self.error_bar.hide)
        self.view.box_drawn.connect(self._box_drawn)
        self.view.view_changed.connect(self._show_zoom)
        self.view.drawing_changed.connect(self._refresh)
        self.view.painted.connect(lambda: QTimer.singleShot(0, self.first_painted.emit))
        self.strip.chosen.connect(editor.choosing.show)
        self.start.sample_chosen.connect(self.files.open)
        self.recent.chosen.connect(self.files.open)
        self.preferences.changed.connect(lambda now: self.recent.show_files(now.recent))
        self.error_bar.details_asked.connect(self.dialogs.show_details)
        for field in (self.prompt.field, self.start_field):
            field.left.connect(self.view.setFocus)
        editor.wishes.settings_changed.connect(self._remember_candidates)
        self.preferences.changed.connect(self._follow)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)

    def _restore(self) -> None:
        settings = self.preferences.settings
        self.setWindowIcon(logo())
        self.setAcceptDrops(True)
        self.setMinimumSize(820, 560)
        self.resize(1280, 820)
        if settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode()))
        self.editor.wishes.set_candidates(settings.candidates)
        self._follow(settings)

    def _follow(self, settings: Settings) -> None:
        """What is set for the window."""
        self.actions_table.set_keys(dict(settings.keys))
        self._show_hint()
        self.view.box.dims = settings.dim_outside
        self.view.sites.wanted = settings.outline_steps
        self.painter.show_inside()
        self.view.viewport().update()
        self._scheme_changed()

    def _retint(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.preferences.settings.appearance)
        colors = current_colors()
        self.actions_table.tint(colors)
        self.inspector.tint(colors)
        self.error_bar.tint(colors)
        self.recovery_bar.tint(colors)
        self.compare.tint(colors)
        self.painter.redraw()

    def _scheme_changed(self) -> None:
        # Also told when this window itself forced a scheme: then it is dressed already.
        if wanted_colors(self.preferences.settings.appearance) is not current_colors():
            self._retint()

    def offer_recovery(self, recovery: Recovery) -> None:
        """Have the work in this window kept aside, and offer what another one left."""
        recovery.see_view = self.view.seen
        recovery.view_wanted.connect(self.view.look_at)
        recovery.offered.connect(self.recovery_bar.offer)
        recovery.failed.connect(self.tell)
        recovery.noticed.connect(self.notice)
        self.recovery_bar.restore_asked.connect(lambda: self.files.unless_dirty(recovery.restore))
        self.recovery_bar.discard_asked.connect(recovery.discard)

    def offer_weights(self, weights: WeightsModel) -> None:
        """Have models shown, fetched and removed by the dialog of that name."""
        self.dialogs.weights = weights
        weights.noticed.connect(self.notice)

    def offer_exports(self, exports: ExportModel) -> None:
        """Have pictures and decodes written by the dialog of that name."""
        self.exports.model = exports
        self.drag_out = DragOut(
            self.tools.button("export"), lambda: exports.hand_out(self.drag_out.give)
        )
        exports.noticed.connect(self.notice)
        exports.failed.connect(self.tell)

    # -- showing ----------------------------------------------------------------------------

    def _refresh(self) -> None:
        self.actions_table.refresh()
        editor, mode = self.editor, self.editor.mode
        boxed = editor.region is not None
        floating = not self.view.drawing
        self.view.locked = mode is Mode.RUNNING
        self.timeline.setVisible(self._timeline_wanted and mode is not Mode.EMPTY)
        lone = mode is Mode.EDITING and not boxed and floating
        self.stage.show_floating(
            prompt=floating and mode is not Mode.EMPTY and (boxed or mode is not Mode.EDITING),
            strip=floating and mode in (Mode.RUNNING, Mode.CHOOSING),
            start=mode is Mode.EMPTY,
            compare=floating and not self.comparison.obstacle,
            hint=tr("Drag on the picture to draw a box") if lone else "",
        )
        self._show_hint()
        self.status.device.setText(editor.machine.device or editor.machine.absence)
        name = self.documents.name if self.documents.document is not None else tr("New picture")
        self.setWindowTitle(f"{name}[*] - Ellbox")
        self.setWindowModified(self.documents.dirty)
        self.setWindowFilePath("" if self.documents.path is None else str(self.documents.path))

    def _show_hint(self) -> None:
        now = Situation(
            self.editor.mode,
            boxed=self.editor.region is not None,
            wiping=self.comparison.look is Look.WIPE,
            comparable=not self.comparison.obstacle,
            lens=self.editor.lens.view is not None,
        )
        # Emptied, not hidden: the status bar hides and shows it itself when there is a notice.
        wanted = self.preferences.settings.hints
        self.status.hint.setText(hint(now, self.view.pointing) if wanted else "")

    def _compared(self) -> None:
        self.actions_table.refresh()
        self._show_hint()
        self.stage.place()

    def _lens_changed(self) -> None:
        self.actions_table.refresh()
        self._show_hint()
        self.stage.place()

    def _show_zoom(self) -> None:
        self.tools.show_zoom(self.view.scale_factor * self.devicePixelRatioF())

    def tell(self, trouble: Trouble) -> None:
        """An error, at the top of the canvas, until it is closed."""
        self.error_bar.tell(trouble)
        self.announcer.say(f"{trouble.sentence} {trouble.remedy}".strip(), urgent=True)

    def notice(self, sentence: str) -> None:
        """A passing remark in the status line."""
        self.statusBar().showMessage(f" {sentence}", NOTICE_MS)
        self.announcer.say(sentence)

    def _box_drawn(self, region: object) -> None:
        fresh = self.editor.region is None
        if region is None and self.editor.boxes.several:
            self.editor.boxes.let_go()
        else:
            self.editor.set_region(region)  # type: ignore[arg-type]
        self.painter.show_box()
        if region is not None and fresh:
            self.focus_prompt()

    # -- commands ---------------------------------------------------------------------------

    def toggle_inspector(self) -> None:
        self.inspector.setVisible(self.inspector.isHidden())

    def toggle_timeline(self) -> None:
        self._timeline_wanted = not self._timeline_wanted
        self._refresh()

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def play(self) -> None:
        self.timeline.play()

    def step_out(self) -> None:
        """Esc: the innermost thing only."""
        if self.view.abandon_drag() or self.editor.lens.step_back():
            return
        if self.editor.mode is Mode.CHOOSING:
            self.editor.choosing.dismiss()
        elif self.editor.boxes.several:
            self.editor.boxes.let_go()
        else:
            self.editor.set_region(None)

    def focus_prompt(self) -> None:
        field = self.start_field if self.editor.mode is Mode.EMPTY else self.prompt.field
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    def prompt_at_hand(self) -> bool:
        return self.prompt.isVisible()

    def show_alternatives(self) -> None:
        self.lens_overlay.ask_alternatives()

    def show_history(self) -> None:
        self.prompt.open_history()

    def take_guide(self) -> None:
        """On the picture that is open, or else on a sample."""
        if self.editor.mode is Mode.EMPTY and self._samples:
            self.files.open(self._samples[-1])
        self.guide.begin()

    def offer_guide(self) -> None:
        """The first time that Ellbox is opened."""
        if not self.preferences.settings.toured:
            self.take_guide()

    def _guided(self) -> None:
        self.preferences.keep(replace(self.preferences.settings, toured=True))
        self.view.setFocus()

    def set_appearance(self, appearance: Appearance) -> None:
        self.preferences.keep(replace(self.preferences.settings, appearance=appearance))

    def _remember_candidates(self) -> None:
        count = self.editor.wishes.candidates
        self.preferences.keep(replace(self.preferences.settings, candidates=count))

    # -- held keys, closing and drops -------------------------------------------------------

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        held = self.actions_table["before"].shortcut()
        if not event.isAutoRepeat() and QKeySequence(event.key()) == held:
            self.comparison.release()
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        # Another window has the keyboard: the key that is let go there is not told here.
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.comparison.release()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._close_agreed and self.documents.dirty:
            event.ignore()
            self.files.unless_dirty(self._close_now)
            return
        if self.documents.busy:
            # A file is being written: close when it lies on the disk.
            event.ignore()
            self.documents.busy_changed.connect(self._close_when_idle)
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.preferences.keep(replace(self.preferences.settings, geometry=geometry))
        self.closed.emit()
        event.accept()

    def _close_now(self) -> None:
        self._close_agreed = True
        self.close()

    def _close_when_idle(self, told: str) -> None:
        if not told:
            self.documents.busy_changed.disconnect(self._close_when_idle)
            self._close_now()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasImage() or any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files.take(event.mimeData(), tr("Dropped picture"))
        event.acceptProposedAction()
