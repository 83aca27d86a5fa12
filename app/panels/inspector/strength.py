"""Strength: how much of the box is drawn anew, on a slider that stops where it matters."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSlider, QLabel, QSlider, QVBoxLayout, QWidget

from app.models.reach import Reach
from app.models.strength_stops import EVENLY, moved, nearest
from app.models.wishes import Wishes
from app.panels.inspector.fields import whole_number
from app.texts import QT_TR_NOOP, tr
from engine.values.params import LEAST_STRENGTH

MEANING = QT_TR_NOOP("How much of the box is drawn anew; below 100 % some of what it shows stays")
PAGE_STOPS = 5
Action = QAbstractSlider.SliderAction
WALKS = {
    Action.SliderSingleStepAdd.value: 1,
    Action.SliderSingleStepSub.value: -1,
    Action.SliderPageStepAdd.value: PAGE_STOPS,
    Action.SliderPageStepSub.value: -PAGE_STOPS,
}


class StopSlider(QSlider):
    """Stays at its stops, whatever moves it: keys, wheel, a click beside the handle, a drag.

    A value that is set from outside may lie between two of them.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.stops = EVENLY
        self.actionTriggered.connect(self._snap)

    def _snap(self, action: int) -> None:
        wanted, value = self.sliderPosition(), self.value()
        if action in WALKS:
            wanted = moved(self.stops, value, WALKS[action])
        elif action == Action.SliderMove.value and not self.isSliderDown():
            # The wheel: its notches are finer than stops that lie far apart.
            wanted = moved(self.stops, value, 1 if wanted > value else -1)
        self.setSliderPosition(nearest(self.stops, wanted))


class Strength(QWidget):
    """How much of the box is drawn anew: a slider, and what that comes to.

    field: the same in percent, to be laid out by the owner as the other numbers are.
    """

    def __init__(self, wishes: Wishes, reach: Reach) -> None:
        super().__init__()
        self._wishes, self._reach = wishes, reach
        least, name = round(LEAST_STRENGTH * 100), tr("Strength")
        self.slider = StopSlider(self)
        self.slider.setRange(least, 100)
        self.slider.setAccessibleName(name)
        self.field = whole_number(least, 100, name, tr(MEANING))
        self.field.setSuffix(" %")
        self.told = QLabel(self)
        self.told.setProperty("role", "muted")
        self.told.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.slider)
        column.addWidget(self.told)
        self.slider.valueChanged.connect(self._chosen)
        self.field.valueChanged.connect(self._chosen)
        reach.changed.connect(self._refresh)
        self._refresh()

    def _chosen(self, percent: int) -> None:
        self._wishes.set_params(replace(self._wishes.params, strength=percent / 100))

    def _refresh(self) -> None:
        obstacle, percent = self._reach.obstacle, round(self._wishes.params.strength * 100)
        self.slider.stops = self._reach.stops
        for control in (self.slider, self.field):
            control.blockSignals(True)
            control.setValue(percent)
            control.blockSignals(False)
            control.setEnabled(not obstacle)
            control.setToolTip(obstacle or tr(MEANING))
        # Qt tells screen readers a slider's bare number.
        spoken = ", ".join(each for each in (self.field.text(), self._reach.told) if each)
        self.slider.setAccessibleDescription(obstacle or spoken)
        self.field.setAccessibleDescription(obstacle or self._reach.told)
        self.told.setText(obstacle or self._reach.told)
