"""DialogCommands: the dialogs that the window opens over itself."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from app.action_set import Actions
from app.dialogs.error import DetailsDialog
from app.dialogs.face_off import FaceOffDialog
from app.dialogs.keys import KeysDialog
from app.dialogs.settings import SettingsDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.dialogs.weights import WeightsDialog
from app.models.editor import Editor
from app.models.jobs import Trouble
from app.models.preferences import Preferences
from app.models.recovery import state_folder
from app.models.shortcuts import Shortcuts
from app.models.weights import WeightsModel
from app.texts import tr
from app.theme import logo


class DialogCommands(QObject):
    """window: the parent of dialogs. canvas: what gets the keyboard back.

    actions: the table of them, weights: the models to fetch; both are set once they are there.
    """

    def __init__(
        self, window: QWidget, editor: Editor, canvas: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(window)
        self._window, self._editor, self._canvas = window, editor, canvas
        self._preferences = preferences
        self.actions: Actions | None = None
        self.weights: WeightsModel | None = None

    def show_details(self, trouble: Trouble) -> None:
        self._open(DetailsDialog(trouble, self._window))

    def compare_generators(self) -> None:
        """Every generator that is ready redraws the box; one picture may be taken over."""
        self._editor.compare()
        dialog = FaceOffDialog(self._editor.face_off, self._window)
        dialog.chosen.connect(self._editor.put_on_offer)
        self._open(dialog)

    def show_weights(self) -> None:
        if self.weights is not None:
            self._open(WeightsDialog(self.weights, self._window))

    def show_settings(self) -> None:
        machine = self._editor.machine
        self._open(SettingsDialog(self._preferences, machine, state_folder(), self._window))

    def show_shortcuts(self) -> None:
        if self.actions is not None:
            sheet = ShortcutsDialog(self.actions.rows, self.actions.keys_of, self._window)
            sheet.change_asked.connect(self.change_keys)
            self._open(sheet)

    def change_keys(self) -> None:
        if self.actions is not None:
            editor = KeysDialog(self.actions.rows, self.actions.shortcuts, self._window)
            editor.changed.connect(self._keep_keys)
            self._open(editor)

    def _keep_keys(self, shortcuts: Shortcuts) -> None:
        self._preferences.keep(replace(self._preferences.settings, keys=shortcuts.stored))

    def show_about(self) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle(tr("About Ellbox"))
        box.setIconPixmap(logo().pixmap(64, 64))
        box.setText("<b>Ellbox</b>")
        device = self._editor.machine.device
        running = f"{device}\n" if device else ""
        licence = "" if self._editor.generator is None else self._editor.generator.licence
        told = tr("Draw a box, retype the prompt, go back to any step, and on from there.")
        licensed = tr("Model licence: {licence}").format(
            licence=licence or tr("see its model card")
        )
        box.setInformativeText(f"{told}\n\n{running}{licensed}")
        self._open(box)

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._canvas.setFocus)
        dialog.open()
