"""The bar of the token lens, and the list of what else might have been drawn at one site."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QGuiApplication,
    QHideEvent,
    QIcon,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.action_set import plain_text
from app.models.alternatives import Alternative, Alternatives
from app.models.convert import to_qimage
from app.models.lens import Lens, percent, place_in_words
from app.texts import tr
from engine.values.jobs import Pixels

LEGEND_PX = QSize(48, 10)
PATCH_PX = 48
LIST_WIDTH_PX = 340
ROW_PX = PATCH_PX + 12


def opaque(color: QColor) -> QColor:
    return QColor(color.red(), color.green(), color.blue())


class Legend(QWidget):
    """The colours from unsure to sure."""

    def __init__(self, unsure: QColor, sure: QColor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unsure, self._sure = unsure, sure
        self.setFixedSize(LEGEND_PX)
        self.setAccessibleName(tr("Orange is unsure, blue is sure"))
        self.setToolTip(self.accessibleName())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ramp = QLinearGradient(0, 0, self.width(), 0)
        ramp.setColorAt(0, opaque(self._unsure))
        ramp.setColorAt(1, opaque(self._sure))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ramp)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)


class LensBar(QFrame):
    """Says what the lens sees at the place pointed at; hidden while the lens is off."""

    def __init__(
        self,
        lens: Lens,
        redraw: list[QAction],
        others: list[QAction],
        *,
        unsure: QColor,
        sure: QColor,
        parent: QWidget | None = None,
    ) -> None:
        """redraw: actions as buttons with text. others: as icons alone."""
        super().__init__(parent)
        self._lens = lens
        self.setObjectName("card")
        self.setAccessibleName(tr("Token lens"))
        line = QHBoxLayout()
        line.setSpacing(4)
        self.buttons = [self._button(action, with_text=True) for action in redraw]
        self.buttons += [self._button(action, with_text=False) for action in others]
        for button in self.buttons:
            line.addWidget(button)
        line.addStretch(1)
        self.told = QLabel(self)
        self.told.setAccessibleName(tr("What the lens sees"))
        # As wide as what is said can get, so that the bar does not jump with the pointer.
        place = tr("Row {row}, column {column}").format(row="00", column="00")
        widest = tr("{place}: {percent} sure").format(place=place, percent="< 1 %")
        self.told.setFixedWidth(self.told.fontMetrics().horizontalAdvance(widest))
        below = QHBoxLayout()
        below.setSpacing(8)
        below.setContentsMargins(6, 0, 0, 0)
        below.addWidget(self.told)
        below.addStretch(1)
        below.addWidget(self._muted(tr("Unsure")))
        below.addWidget(Legend(unsure, sure, self))
        below.addWidget(self._muted(tr("sure")))
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 12, 8)
        column.setSpacing(6)
        column.addLayout(line)
        column.addLayout(below)
        lens.changed.connect(self._refresh)
        self._refresh()

    def _button(self, action: QAction, *, with_text: bool) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAccessibleName(plain_text(action.text()))
        if with_text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("role", "muted")
        return label

    def _refresh(self) -> None:
        self.told.setText(self._lens.told)
        self.setVisible(self._lens.on and not self._lens.obstacle)
        self.adjustSize()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The gaps between the buttons are no canvas.
        event.accept()


class AlternativesList(QFrame):
    """The likeliest tokens of a site, to pick one from with mouse or keyboard.

    A picked one changes this token alone; what was drawn after it stays.
    """

    closed = Signal()

    def __init__(self, lens: Lens, alternatives: Alternatives, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._lens, self._alternatives = lens, alternatives
        self._found: tuple[Alternative, ...] = ()
        self._cell = 0
        self.setObjectName("card")
        self.setAccessibleName(tr("Other tokens for this site"))
        self.heading = QLabel(self)
        self.heading.setProperty("role", "section")
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Tokens, the likeliest first"))
        self.list.setIconSize(QSize(PATCH_PX, PATCH_PX))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._pick)
        self.list.itemActivated.connect(self._pick)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self.mark = QPushButton(self)
        self.mark.setAutoDefault(False)
        self.mark.clicked.connect(self._turn_mark)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        for widget in (self.heading, self.list, self.note, self.mark):
            column.addWidget(widget)
        alternatives.drawn.connect(self._show_pictures)

    def open_at(self, cell: int, place: QPoint) -> None:
        """place: in screen coordinates; moved so that all of it is on the screen."""
        view = self._lens.view
        if view is None:
            return
        self._cell, self._found = cell, self._alternatives.of(cell)
        self.heading.setText(place_in_words(view, cell))
        marked = cell in self._lens.marked
        self.mark.setText(tr("Unmark it") if marked else tr("Mark it to draw it anew"))
        timeline = self._lens.timeline
        whole = timeline is not None and timeline.head_snapshot.state.tokens.known.all()
        self.note.setText(
            tr("The one you pick changes this token alone; what was drawn after it stays.")
            if whole
            else tr("The one you pick takes its place, and the steps still to come are drawn.")
        )
        self.list.clear()
        for each in self._found:
            self.list.addItem(_row(each))
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(min(len(self._found), 5) * ROW_PX + 10)
        self.setFixedWidth(LIST_WIDTH_PX)
        self.adjustSize()
        screen = QGuiApplication.screenAt(place) or self.screen()
        room = screen.availableGeometry()
        x = min(place.x() + 8, room.right() - self.width())
        y = min(place.y() + 8, room.bottom() - self.height())
        self.move(max(x, room.left()), max(y, room.top()))
        self.show()
        self.list.setFocus()
        self._alternatives.ask(cell)

    def _show_pictures(self, pictures: list[Pixels]) -> None:
        if not self.isVisible():
            return
        for row, picture in enumerate(pictures[: self.list.count()]):
            image = to_qimage(picture).scaled(
                PATCH_PX,
                PATCH_PX,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self.list.item(row).setIcon(_icon(QPixmap.fromImage(image)))

    def _pick(self, item: QListWidgetItem) -> None:
        picked = self._found[self.list.row(item)]
        self.close()
        if not picked.shown:
            self._lens.put(self._cell, picked.token)

    def _turn_mark(self) -> None:
        self.close()
        self._lens.mark(self._cell, marked=self._cell not in self._lens.marked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._alternatives.stop()
        self.closed.emit()


def _row(each: Alternative) -> QListWidgetItem:
    """With a blank picture until its own is there, so that the text does not jump."""
    parts = [percent(each.chance), tr("token {number}").format(number=each.token)]
    if each.shown:
        parts.append(tr("as shown"))
    item = QListWidgetItem("  \N{MIDDLE DOT}  ".join(parts))
    blank = QPixmap(PATCH_PX, PATCH_PX)
    blank.fill(Qt.GlobalColor.transparent)
    item.setIcon(_icon(blank))
    item.setSizeHint(QSize(0, ROW_PX))
    return item


def _icon(pixmap: QPixmap) -> QIcon:
    """The same when its row is selected: a tint would falsify the colours."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
