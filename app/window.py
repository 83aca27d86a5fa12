"""MainWindow: puts canvas, panels and actions together and shows what the models hold."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSizePolicy,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions, plain_text, table
from app.canvas.painter import CanvasPainter
from app.canvas.stage import Stage
from app.canvas.view import CanvasView
from app.dialogs import paths
from app.dialogs.error import DetailsDialog, ErrorBar
from app.dialogs.shortcuts import ShortcutsDialog
from app.models.convert import to_picture
from app.models.document import DocumentModel
from app.models.editor import Editor, Mode
from app.models.jobs import Trouble
from app.models.timeline import BranchModel
from app.panels.candidates import CandidateStrip
from app.panels.inspector import Inspector
from app.panels.prompt import PromptCard, PromptField
from app.panels.start import StartCard
from app.panels.timeline import TimelinePanel
from app.settings import Appearance, Settings
from app.theme import apply_theme, current_colors, logo, wanted_colors
from engine.document.document import Document

TOOLBAR = (
    "open", "save", "export", "-", "undo", "redo", "-", "whole", "middle", "stretch",
    "zoom_out", "zoom", "zoom_in", "fit", "-", "timeline", "inspector",
)  # fmt: skip
HINTS = {
    Mode.EMPTY: "Type what you want to see and press Return, or open, drop or paste a photo.",
    Mode.EDITING: "Drag on the picture to draw a box. The wheel zooms, Space and drag pans.",
    Mode.RUNNING: "Esc stops.",
    Mode.CHOOSING: "0-9 choose, Left and Right scrub the steps, Return applies, Esc goes back.",
}
BOX_HINT = (
    "Type a prompt and press Ctrl+Return. Arrows move the box (Shift: 10 px), Ctrl+arrows resize."
)
NOTICE_MS = 6000
ICON_PX = 20


class MainWindow(QMainWindow):
    """first_painted: once. settings_changed: Settings to be kept. closed: the window is gone."""

    first_painted = Signal()
    settings_changed = Signal(object)
    closed = Signal()

    def __init__(
        self,
        editor: Editor,
        documents: DocumentModel,
        settings: Settings,
        samples: tuple[Path, ...] = (),
    ) -> None:
        super().__init__()
        self.editor, self.documents, self.settings = editor, documents, settings
        self._close_agreed = False
        self._timeline_wanted = True
        self._after_saved: Callable[[], None] | None = None
        self.view = CanvasView()
        self.actions_table = Actions(table(self, editor, documents), self)
        self.addActions(self.actions_table.all())
        self._build_panels(samples)
        self._build_bars()
        self._connect()
        self._restore()
        self._retint()
        self._refresh()

    # -- building ---------------------------------------------------------------------------

    def _build_panels(self, samples: tuple[Path, ...]) -> None:
        actions = self.actions_table
        self.error_bar = ErrorBar()
        self.prompt = PromptCard(self.editor, actions["generate"], actions["cancel"])
        self.strip = CandidateStrip(actions["apply"], actions["back"])
        self.start_field = PromptField(self.editor)
        self.start_field.generate_asked.connect(actions["generate"].trigger)
        self.start = StartCard(
            self.editor,
            self.start_field,
            generate=actions["generate"],
            open_file=actions["open"],
            paste=actions["paste"],
            samples=samples,
        )
        self.stage = Stage(
            self.view,
            prompt=self.prompt,
            strip=self.strip,
            start=self.start,
            error=self.error_bar,
            fit_strip=self.strip.fit_room,
        )
        self.timeline = TimelinePanel(
            self.editor, actions["play"], actions["branch"], actions["reopen"]
        )
        box_actions = [actions[name] for name in ("whole", "middle", "no_box")]
        self.branch_model = BranchModel(self.editor, self)
        self.inspector = Inspector(self.editor, self.branch_model, box_actions)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.stage, 1)
        left.addWidget(self.timeline)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.inspector)
        self.setCentralWidget(middle)
        self.painter = CanvasPainter(self.editor, self.documents, self.view, self.strip)

    def _build_bars(self) -> None:
        for row in self.actions_table.rows:
            if row.menu:
                menu = self._menu(row.menu)
                if row.id == "-":
                    menu.addSeparator()
                else:
                    menu.addAction(self.actions_table[row.id])
        self._build_submenus()
        bar = QToolBar("Tools", self)
        bar.setMovable(False)
        bar.setIconSize(QSize(ICON_PX, ICON_PX))
        bar.setAccessibleName("Tools")
        for name in TOOLBAR:
            if name == "-":
                bar.addSeparator()
            elif name == "stretch":
                spacer = QWidget()
                spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
                bar.addWidget(spacer)
            elif name == "zoom":
                self.zoom_label = QLabel("100%")
                self.zoom_label.setMinimumWidth(46)
                self.zoom_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
                self.zoom_label.setProperty("role", "muted")
                self.zoom_label.setAccessibleName("Zoom")
                bar.addWidget(self.zoom_label)
            else:
                bar.addAction(self.actions_table[name])
                bar.widgetForAction(self.actions_table[name]).setAccessibleName(
                    plain_text(self.actions_table[name].text())
                )
        self.addToolBar(bar)
        self.hint = QLabel()
        self.busy = QLabel()
        self.device = QLabel()
        for label, name in ((self.hint, "Hint"), (self.busy, "Files"), (self.device, "Device")):
            label.setAccessibleName(name)
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        status = self.statusBar()
        status.setSizeGripEnabled(False)
        status.addWidget(self.hint, 1)
        status.addPermanentWidget(self.busy)
        status.addPermanentWidget(self.device)

    def _menu(self, title: str) -> QMenu:
        for action in self.menuBar().actions():
            if action.text() == title and action.menu() is not None:
                return action.menu()  # type: ignore[return-value]
        menu = self.menuBar().addMenu(title)
        menu.setToolTipsVisible(False)
        return menu

    def _build_submenus(self) -> None:
        self._recent = QMenu(self)
        self.actions_table["recent"].setMenu(self._recent)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._appearances = QMenu(self)
        self.actions_table["appearance"].setMenu(self._appearances)
        group = QActionGroup(self)
        choices: tuple[tuple[str, Appearance], ...] = (
            ("Follow the &system", "system"), ("&Light", "light"), ("&Dark", "dark"),
        )  # fmt: skip
        for text, appearance in choices:
            action = self._appearances.addAction(text)
            action.setCheckable(True)
            action.setChecked(self.settings.appearance == appearance)
            action.triggered.connect(lambda _=False, a=appearance: self.set_appearance(a))
            group.addAction(action)

    def _fill_recent(self) -> None:
        self._recent.clear()
        for name in self.settings.recent:
            action = self._recent.addAction(Path(name).name)
            action.setToolTip(name)
            action.triggered.connect(lambda _=False, n=name: self.open(Path(n)))
        if not self.settings.recent:
            self._recent.addAction("Nothing yet").setEnabled(False)

    def _connect(self) -> None:
        editor, documents = self.editor, self.documents
        editor.changed.connect(self._refresh)
        editor.offer_changed.connect(self.actions_table.refresh)
        editor.failed.connect(self.tell)
        editor.noticed.connect(self.notice)
        editor.finished.connect(self.view.setFocus)
        documents.failed.connect(self.tell)
        documents.noticed.connect(self.notice)
        documents.name_changed.connect(self._refresh)
        documents.busy_changed.connect(self._show_busy)
        documents.opened.connect(self._remember)
        documents.written.connect(self._remember)
        documents.saved.connect(self._saved)
        self.view.box_drawn.connect(self._box_drawn)
        self.view.view_changed.connect(self._show_zoom)
        self.view.drawing_changed.connect(self._refresh)
        self.view.painted.connect(lambda: QTimer.singleShot(0, self.first_painted.emit))
        self.strip.chosen.connect(editor.show)
        self.start.sample_chosen.connect(self.open)
        self.error_bar.details_asked.connect(self._show_details)
        for field in (self.prompt.field, self.start_field):
            field.left.connect(self.view.setFocus)
        editor.settings_changed.connect(self._remember_candidates)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)

    def _restore(self) -> None:
        self.setWindowIcon(logo())
        self.setAcceptDrops(True)
        self.setMinimumSize(820, 560)
        self.resize(1280, 820)
        if self.settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self.settings.geometry.encode()))
        self.editor.set_candidates(self.settings.candidates)

    def _retint(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.settings.appearance)
        colors = current_colors()
        self.actions_table.tint(colors)
        self.inspector.tint(colors)
        self.error_bar.tint(colors)
        self.painter.redraw()

    def _scheme_changed(self) -> None:
        # Also told when this window itself forced a scheme: then it is dressed already.
        if wanted_colors(self.settings.appearance) is not current_colors():
            self._retint()

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
            hint="Drag on the picture to draw a box" if lone else "",
        )
        self.hint.setText(BOX_HINT if mode is Mode.EDITING and boxed else HINTS[mode])
        self.device.setText(editor.device or "Loading the model\N{HORIZONTAL ELLIPSIS}")
        name = self.documents.name or "New picture"
        self.setWindowTitle(f"{name}[*] - Ellbox")
        self.setWindowModified(self.documents.dirty)
        self.setWindowFilePath("" if self.documents.path is None else str(self.documents.path))
        self._describe_canvas()

    def _describe_canvas(self) -> None:
        region, size = self.editor.region, self.editor.picture_size
        told = "No picture" if size is None else f"Picture of {size[0]} by {size[1]} pixels"
        if region is not None:
            told += (
                f", box of {region.width} by {region.height} pixels at {region.left}, {region.top}"
            )
        self.view.setAccessibleName("Canvas")
        self.view.setAccessibleDescription(told)

    def _show_zoom(self) -> None:
        self.zoom_label.setText(f"{self.view.scale_factor * self.devicePixelRatioF():.0%}")

    def _show_busy(self, told: str) -> None:
        self.busy.setText(told)

    def tell(self, trouble: Trouble) -> None:
        """An error, at the top of the canvas, until it is closed."""
        self.error_bar.tell(trouble)

    def notice(self, sentence: str) -> None:
        """A passing remark in the status line."""
        self.statusBar().showMessage(f" {sentence}", NOTICE_MS)

    def _show_details(self, trouble: Trouble) -> None:
        dialog = DetailsDialog(trouble, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _box_drawn(self, region: object) -> None:
        fresh = self.editor.region is None
        self.editor.set_region(region)  # type: ignore[arg-type]
        self.painter.show_box()
        if region is not None and fresh:
            self.focus_prompt()

    # -- commands ---------------------------------------------------------------------------

    def new(self) -> None:
        self._unless_dirty(self.documents.close)

    def ask_open(self) -> None:
        path = paths.ask_open(self, self.settings.folder)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        self._unless_dirty(lambda: self.documents.open(path))

    def save(self) -> None:
        if self.documents.path is None:
            self.ask_save_as()
        else:
            self.documents.save(self.documents.path)

    def ask_save_as(self) -> None:
        path = paths.ask_project(self, self._suggested(".ellbox"))
        if path is None:
            self._after_saved = None
        else:
            self.documents.save(path)

    def ask_export(self) -> None:
        path = paths.ask_export(self, self._suggested(".png"))
        if path is not None:
            self.documents.export(path)

    def ask_export_animation(self) -> None:
        path = paths.ask_animation(self, self._suggested(".gif"))
        if path is not None:
            self.export_animation(path)

    def export_animation(self, path: Path) -> None:
        """Every step of the shown candidate, in its place in the picture."""
        frames = self.editor.frames()
        if frames:
            self.documents.export_animation(
                path, frames, self.editor.ground, self.editor.proposal_region
            )

    def frames_at_hand(self) -> bool:
        return bool(self.editor.frames())

    def _suggested(self, suffix: str) -> str:
        stem = Path(self.documents.name or "picture").stem
        if suffix == ".png" and self.documents.name.endswith(".png"):
            stem = f"{stem} edited"
        return str(Path(self.settings.folder) / f"{stem}{suffix}")

    def copy(self) -> None:
        image = self.painter.shown_image()
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            self.notice("Copied the picture.")

    def paste(self) -> None:
        board = QGuiApplication.clipboard()
        urls = [url for url in board.mimeData().urls() if url.isLocalFile()]
        if urls:
            self.open(Path(urls[0].toLocalFile()))
        elif not board.image().isNull():
            self._adopt_image(board.image(), "Pasted picture")
        else:
            self.notice("There is no picture on the clipboard.")

    def _adopt_image(self, image: QImage, name: str) -> None:
        document = Document(to_picture(image), ())
        self._unless_dirty(lambda: self.documents.adopt(document, name))

    def fit(self) -> None:
        self.view.fit()

    def actual_size(self) -> None:
        self.view.actual_size()

    def zoom_in(self) -> None:
        self.view.zoom_in()

    def zoom_out(self) -> None:
        self.view.zoom_out()

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
        if self.view.abandon_drag():
            return
        if self.editor.mode is Mode.CHOOSING:
            self.editor.dismiss()
        else:
            self.editor.set_region(None)

    def focus_prompt(self) -> None:
        field = self.start_field if self.editor.mode is Mode.EMPTY else self.prompt.field
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    def show_shortcuts(self) -> None:
        dialog = ShortcutsDialog(self.actions_table.rows, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_about(self) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("About Ellbox")
        box.setIconPixmap(logo().pixmap(64, 64))
        box.setText("<b>Ellbox</b>")
        running = f"{self.editor.device}\n" if self.editor.device else ""
        licence = "" if self.editor.generator is None else self.editor.generator.licence
        box.setInformativeText(
            "Draw a box, retype the prompt, go back to any step, and on from there.\n\n"
            f"{running}Model licence: {licence or 'see its model card'}"
        )
        box.open()

    def set_appearance(self, appearance: Appearance) -> None:
        self._keep(replace(self.settings, appearance=appearance))
        self._retint()

    # -- what is remembered -----------------------------------------------------------------

    def _keep(self, settings: Settings) -> None:
        if settings != self.settings:
            self.settings = settings
            self.settings_changed.emit(settings)

    def _remember(self, path: Path) -> None:
        self._keep(self.settings.with_recent(path))
        self.error_bar.hide()

    def _remember_candidates(self) -> None:
        self._keep(replace(self.settings, candidates=self.editor.candidates))

    # -- unsaved work, closing --------------------------------------------------------------

    def _unless_dirty(self, go_on: Callable[[], None]) -> None:
        """Do it, after asking what to do with unsaved work."""
        if not self.documents.dirty:
            go_on()
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Unsaved work")
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(
            f"Save the changes to \N{LEFT DOUBLE QUOTATION MARK}{self.documents.name}"
            "\N{RIGHT DOUBLE QUOTATION MARK} first?"
        )
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        box.buttonClicked.connect(lambda pressed: self._decided(box.standardButton(pressed), go_on))
        box.open()

    def _decided(self, answer: QMessageBox.StandardButton, go_on: Callable[[], None]) -> None:
        if answer == QMessageBox.StandardButton.Discard:
            go_on()
        elif answer == QMessageBox.StandardButton.Save:
            self._after_saved = go_on
            self.save()

    def _saved(self) -> None:
        go_on, self._after_saved = self._after_saved, None
        if go_on is not None:
            go_on()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._close_agreed and self.documents.dirty:
            event.ignore()
            self._unless_dirty(self._close_now)
            return
        if self.documents.busy:
            # A file is being written: close when it lies on the disk.
            event.ignore()
            self.documents.busy_changed.connect(self._close_when_idle)
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self._keep(replace(self.settings, geometry=geometry))
        self.closed.emit()
        event.accept()

    def _close_now(self) -> None:
        self._close_agreed = True
        self.close()

    def _close_when_idle(self, told: str) -> None:
        if not told:
            self.documents.busy_changed.disconnect(self._close_when_idle)
            self._close_now()

    # -- drops ------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasImage() or any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data = event.mimeData()
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.open(Path(files[0]))
        elif data.hasImage():
            self._adopt_image(QImage(data.imageData()), "Dropped picture")
        event.acceptProposedAction()
