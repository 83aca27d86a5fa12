"""Sampling: the generator, and how it is to draw."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.reach import Reach
from app.models.wishes import MAX_CANDIDATES, Wishes
from app.panels.inspector.fields import FIELD_PX, number, whole_number
from app.panels.inspector.strength import Strength
from app.texts import tr
from app.theme import Colors, current_colors, icon
from engine.values.params import MAX_SEED

ROWS_PX = 6


class Sampling(QWidget):
    """Generator, candidates, seed and how tokens are drawn."""

    def __init__(self, wishes: Wishes, reach: Reach) -> None:
        super().__init__()
        self._wishes = wishes
        self.generator = QComboBox(self)
        self.generator.setAccessibleName(tr("Generator"))
        self.generator.setToolTip(tr("Which model draws"))
        self.generator.activated.connect(self._choose)
        self.candidates = whole_number(
            1, MAX_CANDIDATES, tr("Candidates"), tr("Pictures made at once")
        )
        self.candidates.valueChanged.connect(wishes.set_candidates)
        self.seed = whole_number(
            0, MAX_SEED, tr("Seed"), tr("The same seed gives the same picture")
        )
        # All of the widest seed is to be read, in whatever font.
        self.seed.setMinimumWidth(0)
        self.dice = QToolButton(self)
        self.dice.setAccessibleName(tr("Draw a new seed"))
        self.dice.setToolTip(tr("Draw a new seed"))
        self.dice.clicked.connect(wishes.roll_seed)
        self.lock = QToolButton(self)
        self.lock.setCheckable(True)
        self.lock.setAccessibleName(tr("Keep the seed"))
        self.lock.setToolTip(tr("Keep this seed for the next pictures too"))
        self.lock.toggled.connect(wishes.set_seed_locked)
        self.temperature = number(
            0.0, 10.0, tr("Temperature"), tr("0: the likeliest; 1: as learnt")
        )
        self.top_k = whole_number(
            0, 1_000_000, tr("Top-k"), tr("Draw from the k likeliest; 0: off")
        )
        self.top_p = number(0.0, 1.0, tr("Top-p"), tr("Draw from the likeliest share; 1: off"))
        self.guidance = number(
            0.0, 50.0, tr("Guidance"), tr("How closely the prompt is followed; 1: off")
        )
        self.guidance.setSingleStep(0.5)
        self.strength = Strength(wishes, reach)
        for field in (self.seed, self.temperature, self.top_k, self.top_p, self.guidance):
            field.valueChanged.connect(self._typed)
        self._lay_out()
        wishes.settings_changed.connect(self._refresh)
        wishes.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(ROWS_PX)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(ROWS_PX)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignTop)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        seed = QHBoxLayout()
        seed.setSpacing(2)
        seed.addWidget(self.seed, 1)
        for button in (self.dice, self.lock):
            button.setFixedSize(FIELD_PX, FIELD_PX)
            seed.addWidget(button)
        tops = QHBoxLayout()
        tops.setSpacing(ROWS_PX)
        tops.addWidget(self.top_k, 1)
        tops.addWidget(self.top_p, 1)
        rows = (
            (tr("Model"), self.generator), (tr("Candidates"), self.candidates), (tr("Seed"), seed),
            (tr("Temperature"), self.temperature), (tr("Top-k, top-p"), tops),
            (tr("Guidance"), self.guidance), (tr("Strength"), self.strength.field),
        )  # fmt: skip
        for text, field in rows:
            label = QLabel(text, self)
            label.setProperty("role", "muted")
            label.setFixedHeight(FIELD_PX)
            form.addRow(label, field)
        whole.addLayout(form)
        whole.addWidget(self.strength)

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
