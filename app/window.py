"""MainWindow: menus, workspace and status line, and what the actions do in them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from app.action_set import Actions
from app.actions import table
from app.canvas.view import CanvasView
from app.commands import FileCommands
from app.dialog_commands import DialogCommands
from app.doers import Doers, Models
from app.export_commands import ExportCommands
from app.models.box_queue import BoxQueue
from app.models.comparison import Comparison, Look
from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.models.export import ExportModel
from app.models.guide import Guide
from app.models.hints import Situation, hint
from app.models.jobs import Trouble
from app.models.live import LiveRedraw
from app.models.preferences import Preferences
from app.models.pyramid import Pyramids
from app.models.recovery import Recovery
from app.models.weights import WeightsModel
from app.panels.bars import AppearanceMenu, StatusLine, ToolBar, fill_menus
from app.panels.drag_out import DragOut
from app.panels.guide import GuideCard
from app.panels.recent import RecentMenu
from app.settings import Appearance, Settings
from app.texts import tr
from app.theme import apply_theme, current_colors, logo, wanted_colors
from app.workspace import Workspace
from engine.document.document import Document

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
        self.comparison, self._samples = comparison, samples
        self._let_go: Document | None = None
        self._closing = False
        self.view = CanvasView()
        self.live = LiveRedraw(editor, self)
        self.queue = BoxQueue(editor, documents, self)
        self.files = FileCommands(
            self, documents, preferences, lambda: self.workspace.painter.shown_image()
        )
        self.exports = ExportCommands(self, editor, documents, self.view)
        self.dialogs = DialogCommands(self, editor, self.view, preferences)
        do = Doers(self, self.files, self.exports, self.dialogs, self.view)
        models = Models(editor, documents, self.live, self.queue, comparison)
        self.actions_table = Actions(table(do, models), self)
        self.dialogs.actions = self.actions_table
        self.addActions(self.actions_table.all())
        self.workspace = Workspace(models, pyramids, self.view, self.actions_table, samples)
        self.setCentralWidget(self.workspace)
        self._build_bars()
        self._build_guide()
        self._connect()
        self._restore()
        self._retint()
        self._refresh()

    # -- building ---------------------------------------------------------------------------

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
            "prompt": lambda: self.workspace.prompt,
            "candidates": lambda: self.workspace.strip,
            "timeline": lambda: self.workspace.timeline.strip,
            "branch": lambda: self.workspace.timeline.branch_button,
            "apply": lambda: self.workspace.strip.apply_button,
            "export": lambda: self.tools.widgetForAction(self.actions_table["export"]),
        }
        self.guide_card = GuideCard(self.guide, targets, self.actions_table, self)
        self.guide.ended.connect(self._guided)

    def _connect(self) -> None:
        editor, documents, space = self.editor, self.documents, self.workspace
        for changed in (editor.changed, documents.name_changed, self.view.drawing_changed):
            changed.connect(self._refresh)
        for changed in (editor.offer_changed, editor.boxes.changed, self.live.changed):
            changed.connect(self.actions_table.refresh)
        self.queue.changed.connect(self.actions_table.refresh)
        for changed in (self.comparison.changed, editor.lens.changed):
            changed.connect(self.actions_table.refresh)
            changed.connect(self._show_hint)
        self.view.pointed.connect(self._show_hint)
        for model in (editor, documents, self.comparison):
            model.failed.connect(self.tell)
        for speaker in (editor, editor.boxes, documents, self.queue, self.files):
            speaker.noticed.connect(self.notice)
        documents.busy_changed.connect(self._show_busy)
        for done in (documents.opened, documents.written):
            done.connect(space.error_bar.hide)
        editor.finished.connect(self.view.setFocus)
        self.view.box_drawn.connect(self._box_drawn)
        self.view.view_changed.connect(self._show_zoom)
        self.view.painted.connect(lambda: QTimer.singleShot(0, self.first_painted.emit))
        for chosen in (space.start.sample_chosen, space.recent.chosen):
            chosen.connect(self.files.open)
        space.error_bar.details_asked.connect(self.dialogs.show_details)
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
        self.workspace.recent.show_files(settings.recent)
        self.view.box.dims = settings.dim_outside
        self.view.sites.wanted = settings.outline_steps
        self.workspace.painter.show_inside()
        self.view.viewport().update()
        self._scheme_changed()

    def _retint(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.preferences.settings.appearance)
        colors = current_colors()
        self.actions_table.tint(colors)
        self.workspace.tint(colors)

    def _scheme_changed(self) -> None:
        # Also told when this window itself forced a scheme: then it is dressed already.
        if wanted_colors(self.preferences.settings.appearance) is not current_colors():
            self._retint()

    def offer_recovery(self, recovery: Recovery) -> None:
        """Have the work in this window kept aside, and offer what another one left."""
        bar = self.workspace.recovery_bar
        recovery.see_view = self.view.seen
        recovery.view_wanted.connect(self.view.look_at)
        recovery.offered.connect(bar.offer)
        recovery.failed.connect(self.tell)
        recovery.noticed.connect(self.notice)
        bar.restore_asked.connect(lambda: self.files.unless_dirty(recovery.restore))
        bar.discard_asked.connect(recovery.discard)

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
        self.workspace.refresh()
        self._show_hint()
        machine = self.editor.machine
        self.status.device.setText(machine.device or machine.absence)
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
        told = hint(now, self.view.pointing, self.actions_table.shortcuts) if wanted else ""
        self.status.hint.setText(told)

    def _show_zoom(self) -> None:
        self.tools.show_zoom(self.view.scale_factor * self.devicePixelRatioF())

    def tell(self, trouble: Trouble) -> None:
        """An error, at the top of the canvas, until it is closed."""
        self.workspace.error_bar.tell(trouble)
        self.workspace.announcer.say(trouble.told, urgent=True)

    def notice(self, sentence: str) -> None:
        """A passing remark in the status line."""
        self.statusBar().showMessage(f" {sentence}", NOTICE_MS)
        self.workspace.announcer.say(sentence)

    def _box_drawn(self, region: object) -> None:
        fresh = self.editor.region is None
        if region is None and self.editor.boxes.several:
            self.editor.boxes.let_go()
        else:
            self.editor.set_region(region)  # type: ignore[arg-type]
        self.workspace.painter.show_box()
        if region is not None and fresh:
            self.focus_prompt()

    # -- commands ---------------------------------------------------------------------------

    def toggle_inspector(self) -> None:
        inspector = self.workspace.inspector
        inspector.setVisible(inspector.isHidden())

    def toggle_timeline(self) -> None:
        self.workspace.timeline_wanted = not self.workspace.timeline_wanted
        self._refresh()

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def play(self) -> None:
        self.workspace.timeline.play()

    def step_out(self) -> None:
        """Esc: the innermost thing only."""
        if self.view.abandon_drag() or self.editor.lens.step_back():
            return
        if self.editor.carrying.carried is not None:
            self.editor.carrying.turn()
        elif self.editor.mode is Mode.CHOOSING:
            self.editor.choosing.dismiss()
        elif self.editor.boxes.several:
            self.editor.boxes.let_go()
        else:
            self.editor.set_region(None)

    def focus_prompt(self) -> None:
        space = self.workspace
        field = space.start_field if self.editor.mode is Mode.EMPTY else space.prompt.field
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    def prompt_at_hand(self) -> bool:
        return self.workspace.prompt.isVisible()

    def show_alternatives(self) -> None:
        self.workspace.lens_overlay.ask_alternatives()

    def show_history(self) -> None:
        self.workspace.prompt.open_history()

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
        if self.documents.dirty and self.documents.document is not self._let_go:
            event.ignore()
            self.files.unless_dirty(self._close_now)
            return
        self._closing = bool(self.documents.busy)
        if self._closing:
            # A file is being written: close when it lies on the disk.
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.preferences.keep(replace(self.preferences.settings, geometry=geometry))
        self.closed.emit()
        event.accept()

    def _close_now(self) -> None:
        """Whatever is not saved of the picture as it is now may be lost; what comes later not."""
        self._let_go = self.documents.document
        self.close()

    def _show_busy(self, told: str) -> None:
        self.status.busy.setText(told)
        if self._closing and not told:
            self.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasImage() or any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files.take(event.mimeData(), tr("Dropped picture"))
        event.acceptProposedAction()
