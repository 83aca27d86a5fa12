"""The guide on screen: a frame around what a stage is about, and a card beside it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.action_set import Actions
from app.models.guide import STAGES, Guide, Stage
from app.texts import tr
from app.theme import current_colors

CARD_PX = 320
GAP_PX = 14
REACH_PX = 4
FRAME_PX = 3


class GuideCard(QFrame):
    """targets: the widgets that the stages point at, by name; those not seen are not framed."""

    def __init__(
        self,
        guide: Guide,
        targets: Mapping[str, Callable[[], QWidget]],
        actions: Actions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._guide, self._targets, self._window = guide, targets, window
        self._actions = actions
        self.frame = _Frame(window)
        self._watched: QWidget | None = None
        self.setObjectName("card")
        self.setAccessibleName(tr("Guide"))
        self.setFixedWidth(CARD_PX)
        self.count = QLabel(self)
        self.count.setProperty("role", "muted")
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.skip = QPushButton(tr("Skip the rest"), self)
        self.skip.setProperty("quiet", True)
        self.skip.setAccessibleName(tr("Skip the rest of the guide"))
        self.skip.setToolTip(tr("The guide can be taken again from the Help menu"))
        self.skip.clicked.connect(guide.skip)
        self.on = QPushButton(tr("Next"), self)
        self.on.setProperty("primary", True)
        self.on.setAccessibleName(tr("Next part of the guide"))
        self.on.setToolTip(tr("Go on, whether or not you have tried it"))
        self.on.clicked.connect(guide.next)
        self._lay_out()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self.place)
        window.installEventFilter(self)
        guide.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.count)
        buttons.addStretch(1)
        buttons.addWidget(self.skip)
        buttons.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 14, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addSpacing(4)
        column.addLayout(buttons)

    def _refresh(self) -> None:
        stage, place = self._guide.stage, self._guide.place
        self.setVisible(stage is not None)
        self._watch(None if stage is None else self._targets[stage.target]())
        if stage is None or place is None:
            self.frame.hide()
            return
        self._tell(stage, place)
        # What it points at may be shown by the very change that began this stage.
        self._settle.start(0)

    def _tell(self, stage: Stage, place: int) -> None:
        self.count.setText(tr("{place} of {count}").format(place=place + 1, count=len(STAGES)))
        title, text = tr(stage.title), tr(stage.text)
        keys = self._actions.shortcuts.told(*stage.actions)
        if keys:
            text = f"{text} {tr(stage.keyed).format(keys=keys)}"
        self.title.setText(title)
        self.text.setText(text)
        self.setAccessibleDescription(f"{title}. {text}")
        self.on.setText(tr("Done") if place + 1 == len(STAGES) else tr("Next"))

    def _watch(self, target: QWidget | None) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
        self._watched = target
        if target is not None:
            target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if event.type() in kinds and self._guide.stage is not None:
            self._settle.start(0)
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """Beside what it is about, inside the window; in the middle where that is not seen."""
        window, target = self._window, self._watched
        if target is None:
            return
        self.adjustSize()
        room = window.rect().adjusted(GAP_PX, GAP_PX, -GAP_PX, -GAP_PX)
        seen = target.isVisible()
        self.frame.setVisible(seen)
        if seen:
            around = self._place_of(target)
            self.frame.setGeometry(around.adjusted(-REACH_PX, -REACH_PX, REACH_PX, REACH_PX))
            self.move(beside(around, self.size(), room, self._others(around)))
        else:
            self.move(room.center() - self.rect().center())
        self.frame.raise_()
        self.raise_()

    def _others(self, around: QRect) -> list[QRect]:
        """What else stages are about, and may be wanted now; not what is around or inside."""
        places = [self._place_of(find()) for find in self._targets.values() if find().isVisible()]
        return [each for each in places if not each.contains(around) and not around.contains(each)]

    def _place_of(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._window, QPoint()), widget.size())


class _Frame(QWidget):
    """A line around something, that lets the mouse through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current_colors().accent), FRAME_PX))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 8, 8)


def beside(around: QRect, card: QSize, room: QRect, others: Sequence[QRect] = ()) -> QPoint:
    """Above, below, right or left of it, whichever has room and covers the fewest others.

    Right and left of it they end at the same height. Where no side has room, it is put into the
    upper left corner.
    """
    wide, high = card.width(), card.height()
    x = min(max(around.center().x() - wide // 2, room.left()), room.right() - wide)
    y = min(max(around.bottom() + 1 - high, room.top()), room.bottom() - high)
    sides = (
        QPoint(x, around.top() - GAP_PX - high),
        QPoint(x, around.bottom() + GAP_PX),
        QPoint(around.right() + GAP_PX, y),
        QPoint(around.left() - GAP_PX - wide, y),
    )
    fitting = [corner for corner in sides if room.contains(QRect(corner, card))]
    if not fitting:
        return around.topLeft() + QPoint(GAP_PX, GAP_PX)
    return min(fitting, key=lambda c: sum(QRect(c, card).intersects(o) for o in others))
