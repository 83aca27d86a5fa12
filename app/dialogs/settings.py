"""Every setting in one dialog, applied at once, with what computes and why in plain words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.models.machine import Machine
from app.models.preferences import Preferences
from app.settings import CACHE_MB, UNDO_MB, Settings
from app.texts import QT_TR_NOOP, tr

SIZE_PX = (620, 690)
LABEL_PX = 160
FIELD_PX = 30
TEXT_MARGIN_PX = 6
MARGIN_PX = 20
THEMES = (
    (QT_TR_NOOP("As the system has it"), "system"),
    (QT_TR_NOOP("Light"), "light"),
    (QT_TR_NOOP("Dark"), "dark"),
    (QT_TR_NOOP("High contrast"), "contrast"),
)
LANGUAGES = ((QT_TR_NOOP("As the system has it"), "system"), ("English", "en"), ("Deutsch", "de"))
DEVICES = (
    (QT_TR_NOOP("The fastest that is here"), "auto"),
    (QT_TR_NOOP("Graphics card (CUDA, ROCm)"), "cuda"),
    (QT_TR_NOOP("Apple graphics (Metal)"), "mps"),
    (QT_TR_NOOP("Processor"), "cpu"),
)
PRECISIONS = (
    (QT_TR_NOOP("Full: exact to resume"), "full"),
    (QT_TR_NOOP("Half: half the memory"), "half"),
)

Choices = Sequence[tuple[str, str]]


class SettingsDialog(QDialog):
    """Shows the settings as they are, whoever changes them, and keeps each change at once."""

    def __init__(
        self,
        preferences: Preferences,
        machine: Machine,
        keep_folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        """keep_folder: where work is kept aside while none is chosen."""
        super().__init__(parent)
        self._preferences, self._machine, self._keep_folder = preferences, machine, keep_folder
        self._shows: list[Callable[[Settings], None]] = []
        self.setWindowTitle(tr("Settings"))
        self.resize(*SIZE_PX)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, 12)
        self._column.setSpacing(8)
        self._look()
        self._canvas()
        self._computing()
        self._memory()
        self._lay_out()
        preferences.changed.connect(self._refresh)
        machine.changed.connect(self._refresh)
        self._refresh()

    # -- sections ---------------------------------------------------------------------------

    def _look(self) -> None:
        form = self._section(tr("Look"))
        self.theme = self._choice(
            tr("Theme"), tr("Colours of the whole window"), "appearance", THEMES
        )
        self.language = self._choice(
            tr("Language"), tr("From the next start on"), "language", LANGUAGES
        )
        self.hints = self._mark(
            tr("Say under the picture what mouse and keys do"), tr("The line of hints"), "hints"
        )
        self._row(form, tr("Theme"), self.theme)
        self._row(form, tr("Language"), self._noted(self.language, tr("from the next start on")))
        self._row(form, "", self.hints)

    def _canvas(self) -> None:
        form = self._section(tr("Canvas"))
        self.dim = self._mark(
            tr("Darken the picture outside the box"), tr("While a box is drawn"), "dim_outside"
        )
        self.outline = self._mark(
            tr("Outline what the shown step has drawn"),
            tr("While going through steps"),
            "outline_steps",
        )
        self._row(form, "", self.dim)
        self._row(form, "", self.outline)

    def _computing(self) -> None:
        form = self._section(tr("Computing"))
        self.device = self._choice(
            tr("Device"), tr("What computes the pictures"), "device", DEVICES
        )
        self.precision = self._choice(
            tr("Precision"),
            tr("Of the models' numbers; half may change draws"),
            "precision",
            PRECISIONS,
        )
        self.threads = self._number(
            tr("Processor cores"), tr("For the processor's work; 0: all but one"), "threads", (0, 1)
        )
        self.threads.setSpecialValueText(tr("All but one"))
        self.facts = QLabel(self)
        self.facts.setObjectName("plainWords")
        self.facts.setWordWrap(True)
        self.facts.setAccessibleName(tr("What computes and why"))
        self._row(form, tr("Device"), self.device)
        self._row(form, tr("Precision"), self.precision)
        self._row(form, tr("Processor cores"), self.threads)
        form.addRow(self.facts)

    def _memory(self) -> None:
        form = self._section(tr("Memory and safety"))
        self.undo = self._number(
            tr("Memory for undo"), tr("The oldest go first"), "undo_mb", UNDO_MB
        )
        self.cache = self._number(
            tr("Memory for steps"), tr("Pictures of steps kept at hand"), "cache_mb", CACHE_MB
        )
        for field in (self.undo, self.cache):
            field.setSuffix(" MB")
            field.setSingleStep(64)
        self.folder = QLineEdit(self)
        self.folder.setReadOnly(True)
        self.folder.setAccessibleName(tr("Folder for unsaved work"))
        self.folder.setToolTip(tr("Where unsaved work is kept aside, from the next start on"))
        choose = self._button(tr("Choose…"), tr("Choose the folder for unsaved work"))
        choose.clicked.connect(self._ask_folder)
        self.usual = self._button(tr("Default"), tr("Keep unsaved work in the usual folder"))
        self.usual.clicked.connect(lambda: self.keep(keep_folder=""))
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.folder, 1)
        place.addWidget(choose)
        place.addWidget(self.usual)
        self._row(form, tr("Undo"), self.undo)
        self._row(form, tr("Pictures of steps"), self.cache)
        self._row(form, tr("Unsaved work"), place)
        note = QLabel(tr("Unsaved work goes to another folder from the next start on."), self)
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        self._row(form, "", note)
        self._shows.append(self._show_folder)

    def _lay_out(self) -> None:
        inner = QWidget()
        self._column.addStretch(1)
        inner.setLayout(self._column)
        area = QScrollArea(self)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.reset = self._button(
            tr("Set all back"), tr("Every setting of this dialog as it was at first")
        )
        self.reset.clicked.connect(self._set_back)
        close = self._button(tr("Close"), tr("Everything is kept already"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 14)
        foot.addWidget(self.reset)
        foot.addStretch(1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area, 1)
        whole.addLayout(foot)

    # -- fields -----------------------------------------------------------------------------

    def _section(self, title: str) -> QFormLayout:
        label = QLabel(title, self)
        label.setProperty("role", "section")
        label.setContentsMargins(0, 8 if self._column.count() else 0, 0, 0)
        self._column.addWidget(label)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._column.addLayout(form)
        return form

    def _row(self, form: QFormLayout, text: str, field: QWidget | QHBoxLayout) -> None:
        label = QLabel(text, self)
        label.setFixedWidth(LABEL_PX)
        if text:
            label.setMinimumHeight(FIELD_PX)
        form.addRow(label, field)

    def _choice(self, name: str, tip: str, key: str, choices: Choices) -> QComboBox:
        box = QComboBox(self)
        for text, value in choices:
            box.addItem(tr(text), value)
        _describe(box, name, tip)
        box.activated.connect(lambda _: self.keep(**{key: box.currentData()}))
        self._shows.append(lambda now: box.setCurrentIndex(box.findData(getattr(now, key))))
        return box

    def _number(self, name: str, tip: str, key: str, limits: tuple[int, int]) -> QSpinBox:
        field = QSpinBox(self)
        field.setRange(*limits)
        field.setKeyboardTracking(False)
        field.lineEdit().setTextMargins(TEXT_MARGIN_PX, 0, 0, 0)
        _describe(field, name, tip)
        field.valueChanged.connect(lambda value: self.keep(**{key: value}))

        def show(now: Settings) -> None:
            with QSignalBlocker(field):
                field.setValue(getattr(now, key))

        self._shows.append(show)
        return field

    def _mark(self, text: str, tip: str, key: str) -> QCheckBox:
        box = QCheckBox(text, self)
        _describe(box, text, tip)
        box.clicked.connect(lambda on: self.keep(**{key: on}))
        self._shows.append(lambda now: box.setChecked(getattr(now, key)))
        return box

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        _describe(button, tip, tip)
        return button

    def _noted(self, field: QWidget, note: str) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(10)
        label = QLabel(note, self)
        label.setProperty("role", "muted")
        line.addWidget(field, 1)
        line.addWidget(label)
        return line

    # -- showing and keeping ----------------------------------------------------------------

    def _refresh(self) -> None:
        machine = self._machine
        self.threads.setMaximum(max(machine.cores, self._preferences.settings.threads, 1))
        here = ("auto", *machine.devices) if machine.devices else ("auto", "cpu")
        wanted = self._preferences.settings.device
        for place in range(self.device.count()):
            usable = self.device.itemData(place) in (*here, wanted)
            self.device.setItemData(place, None if usable else 0, Qt.ItemDataRole.UserRole - 1)
        self.facts.setText(machine.told)
        for show in self._shows:
            show(self._preferences.settings)

    def _show_folder(self, now: Settings) -> None:
        self.folder.setText(now.keep_folder or str(self._keep_folder))
        self.folder.setCursorPosition(0)
        self.usual.setEnabled(bool(now.keep_folder))

    def keep(self, **changed: Any) -> None:  # noqa: ANN401 - fields of Settings
        self._preferences.keep(replace(self._preferences.settings, **changed))

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Unsaved work"), self.folder.text())
        if chosen:
            self.keep(keep_folder=chosen)

    def _set_back(self) -> None:
        """What the window has learned, such as recent files and chosen keys, stays."""
        usual = Settings()
        names = (
            "appearance", "language", "hints", "dim_outside", "outline_steps", "device",
            "precision", "threads", "undo_mb", "cache_mb", "keep_folder",
        )  # fmt: skip
        self.keep(**{name: getattr(usual, name) for name in names})


def _describe(control: QWidget, name: str, tip: str) -> None:
    control.setAccessibleName(name)
    control.setToolTip(tip)
