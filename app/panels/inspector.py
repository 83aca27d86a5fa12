"""The inspector at the right: the box in numbers, the model, sampling, and the branches."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.boxes import from_numbers
from app.models.editor import Editor, Mode
from app.models.wishes import MAX_CANDIDATES, Wishes
from app.texts import QT_TR_NOOP, tr
from app.theme import Colors, current_colors, icon
from engine.values.params import MAX_SEED
from engine.values.region import Region

WIDTH_PX = 264
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
REMOVES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
OWN_KEYS: dict[type[QWidget], tuple[Qt.Key, ...]] = {
    QAbstractSpinBox: (*ENTERS, *MOVES),
    QComboBox: (*MOVES, Qt.Key.Key_Space),
    QAbstractItemView: (*ENTERS, *MOVES, *REMOVES, Qt.Key.Key_Space),
}
"""What the window's keys leave to the control that has the keyboard."""
FIELD_PX = 30
TEXT_MARGIN_PX = 6


class BoxNumbers(QWidget):
    """Left, top, width and height of the box, to read and to type."""

    def __init__(self, editor: Editor, actions: list[QAction]) -> None:
        super().__init__()
        self._editor = editor
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        names = (
            ("X", tr("Left edge")),
            ("Y", tr("Top edge")),
            ("W", tr("Width")),
            ("H", tr("Height")),
        )
        self.fields = [self._field(letter, name) for letter, name in names]
        for place, field in enumerate(self.fields):
            grid.addWidget(field, place // 2, place % 2)
        row = QHBoxLayout()
        row.setSpacing(2)
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(action.text().replace("&", ""))
            row.addWidget(button)
        row.addStretch(1)
        grid.addLayout(row, 2, 0, 1, 2)
        editor.region_changed.connect(self._refresh)
        editor.changed.connect(self._refresh)
        self._refresh()

    def _field(self, letter: str, name: str) -> QSpinBox:
        field = QSpinBox(self)
        field.setPrefix(f"{letter}  ")
        field.setAccessibleName(tr("{name} of the box").format(name=name))
        field.setToolTip(tr("{name} of the box in pixels").format(name=name))
        field.setKeyboardTracking(False)
        field.lineEdit().setTextMargins(TEXT_MARGIN_PX, 0, 0, 0)
        field.valueChanged.connect(self._typed)
        return field

    def _typed(self) -> None:
        size = self._editor.picture_size
        if size is not None and self._editor.region is not None:
            left, top, width, height = (field.value() for field in self.fields)
            picture = Region(0, 0, *size)
            self._editor.set_region(from_numbers(left, top, width, height, picture))

    def _refresh(self) -> None:
        region, size = self._editor.region, self._editor.picture_size
        usable = region is not None and size is not None and self._editor.mode is Mode.EDITING
        values = (0, 0, 0, 0)
        if region is not None:
            values = (region.left, region.top, region.width, region.height)
        limits = (0, 0, 0, 0) if size is None else (size[0], size[1], size[0], size[1])
        for field, value, limit in zip(self.fields, values, limits, strict=True):
            field.blockSignals(True)
            field.setRange(0, max(limit, value))
            field.setValue(value)
            field.blockSignals(False)
            field.setEnabled(usable)
            # What cannot be typed now gives its room to the lists below.
            field.setVisible(usable or not self._editor.boxes.several)


class Sampling(QWidget):
    """Generator, candidates, seed and how tokens are drawn."""

    def __init__(self, wishes: Wishes) -> None:
        super().__init__()
        self._wishes = wishes
        self.generator = QComboBox(self)
        self.generator.setAccessibleName(tr("Generator"))
        self.generator.setToolTip(tr("Which model draws"))
        self.generator.activated.connect(self._choose)
        self.candidates = _whole_number(
            1, MAX_CANDIDATES, tr("Candidates"), tr("Pictures made at once")
        )
        self.candidates.valueChanged.connect(wishes.set_candidates)
        self.seed = _whole_number(
            0, MAX_SEED, tr("Seed"), tr("The same seed gives the same picture")
        )
        self.dice = QToolButton(self)
        self.dice.setAccessibleName(tr("Draw a new seed"))
        self.dice.setToolTip(tr("Draw a new seed"))
        self.dice.clicked.connect(wishes.roll_seed)
        self.lock = QToolButton(self)
        self.lock.setCheckable(True)
        self.lock.setAccessibleName(tr("Keep the seed"))
        self.lock.setToolTip(tr("Keep this seed for the next pictures too"))
        self.lock.toggled.connect(wishes.set_seed_locked)
        self.temperature = _number(
            0.0, 10.0, tr("Temperature"), tr("0: the likeliest; 1: as learnt")
        )
        self.top_k = _whole_number(
            0, 1_000_000, tr("Top-k"), tr("Draw from the k likeliest; 0: off")
        )
        self.top_p = _number(0.0, 1.0, tr("Top-p"), tr("Draw from the likeliest share; 1: off"))
        self.guidance = _number(
            0.0, 50.0, tr("Guidance"), tr("How closely the prompt is followed; 1: off")
        )
        self.guidance.setSingleStep(0.5)
        for field in (self.seed, self.temperature, self.top_k, self.top_p, self.guidance):
            field.valueChanged.connect(self._typed)
        self._lay_out()
        wishes.settings_changed.connect(self._refresh)
        wishes.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        seed = QHBoxLayout()
        seed.setSpacing(2)
        seed.addWidget(self.seed, 1)
        seed.addWidget(self.dice)
        seed.addWidget(self.lock)
        rows = (
            (tr("Model"), self.generator), (tr("Candidates"), self.candidates), (tr("Seed"), seed),
            (tr("Temperature"), self.temperature), (tr("Top-k"), self.top_k),
            (tr("Top-p"), self.top_p),
            (tr("Guidance"), self.guidance),
        )  # fmt: skip
        for text, field in rows:
            label = QLabel(text, self)
            label.setProperty("role", "muted")
            label.setMinimumHeight(FIELD_PX)
            form.addRow(label, field)

    def tint(self, colors: Colors) -> None:
        self.dice.setIcon(icon("dice", colors))
        self._show_lock()

    def _show_lock(self) -> None:
        self.lock.setIcon(icon("lock" if self.lock.isChecked() else "unlock", current_colors()))

    def _choose(self, place: int) -> None:
        self._wishes.set_generator(str(self.generator.itemData(place)))

    def _typed(self) -> None:
        self._wishes.set_params(
            replace(
                self._wishes.params,
                seed=self.seed.value(),
                temperature=self.temperature.value(),
                top_k=self.top_k.value(),
                top_p=self.top_p.value(),
                guidance_scale=self.guidance.value(),
            )
        )

    def _refresh(self) -> None:
        self._refresh_generators()
        params = self._wishes.params
        for field, value in (
            (self.seed, params.seed),
            (self.temperature, params.temperature),
            (self.top_k, params.top_k),
            (self.top_p, params.top_p),
            (self.guidance, params.guidance_scale),
            (self.candidates, self._wishes.candidates),
        ):
            field.blockSignals(True)
            field.setValue(value)  # type: ignore[arg-type]
            field.blockSignals(False)
        self.lock.setChecked(self._wishes.seed_locked)
        self._show_lock()

    def _refresh_generators(self) -> None:
        keys = [spec.key for spec in self._wishes.generators]
        shown = [self.generator.itemData(i) for i in range(self.generator.count())]
        if keys != shown:
            self.generator.clear()
            for spec in self._wishes.generators:
                self.generator.addItem(spec.title, spec.key)
        if not keys and self.generator.count() == 0:
            self.generator.setPlaceholderText(tr("Loading"))
        self.generator.setEnabled(bool(keys))
        if self._wishes.generator is not None:
            self.generator.setCurrentIndex(keys.index(self._wishes.generator.key))


class Inspector(QFrame):
    """All sections, one below the other; several boxes are listed below the numbers of one. The
    last is what there is to see: branches of what is on offer, or else the applied edits."""

    def __init__(
        self,
        editor: Editor,
        box_actions: list[QAction],
        *,
        boxes: QWidget,
        branches: QWidget,
        edits: QWidget,
    ) -> None:
        super().__init__()
        self._editor = editor
        self.setObjectName("inspector")
        self.setAccessibleName(tr("Inspector"))
        self.setFixedWidth(WIDTH_PX)
        self.box = BoxNumbers(editor, box_actions)
        self.sampling = Sampling(editor.wishes)
        self._boxes, self._branches, self._edits = boxes, branches, edits
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(8)
        self._titles = {}
        for title, section, stretch in (
            (QT_TR_NOOP("Box"), self.box, 0),
            (QT_TR_NOOP("Sampling"), self.sampling, 0),
            (QT_TR_NOOP("Branches"), branches, 1),
            (QT_TR_NOOP("Edits"), edits, 1),
        ):
            label = QLabel(tr(title))
            label.setProperty("role", "section")
            label.setContentsMargins(0, 0 if section is self.box else 8, 0, 0)
            self._titles[title] = label
            column.addWidget(label)
            column.addWidget(section, stretch)
        column.insertWidget(column.indexOf(self.box) + 1, boxes)
        area = QScrollArea(self)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._keep_keys = KeepKeys(self)
        self._keep_keys.watch(self)
        editor.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        offered = self._editor.mode in (Mode.RUNNING, Mode.CHOOSING)
        for title, section in (("Branches", self._branches), ("Edits", self._edits)):
            shown = (section is self._branches) is offered
            section.setVisible(shown)
            self._titles[title].setVisible(shown)
        self._boxes.setVisible(self._editor.boxes.several)

    def tint(self, colors: Colors) -> None:
        self.sampling.tint(colors)


def _whole_number(low: int, high: int, name: str, tip: str) -> QSpinBox:
    field = QSpinBox()
    field.setRange(low, high)
    _describe(field, name, tip)
    return field


def _number(low: float, high: float, name: str, tip: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(low, high)
    field.setDecimals(2)
    field.setSingleStep(0.05)
    _describe(field, name, tip)
    return field


class KeepKeys(QObject):
    """Keys that mean something in a field or list do nothing else in the window meanwhile."""

    def watch(self, inside: QWidget) -> None:
        for kind in OWN_KEYS:
            for control in inside.findChildren(kind):
                control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return super().eventFilter(watched, event)
        own = next((keys for kind, keys in OWN_KEYS.items() if isinstance(watched, kind)), ())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in own:
            event.accept()
            return True
        return super().eventFilter(watched, event)


def _describe(field: QAbstractSpinBox, name: str, tip: str) -> None:
    field.setAccessibleName(name)
    field.setToolTip(f"{name}: {tip[0].lower()}{tip[1:]}")
    field.setKeyboardTracking(False)
    field.lineEdit().setTextMargins(TEXT_MARGIN_PX, 0, 0, 0)
    field.setMinimumWidth(60)
