"""The candidate strip: the original as 0, then every candidate, live while it is being made."""

import math

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from app.action_set import plain_text, share_tooltip
from app.texts import tr
from app.theme import current_colors

TILE_PX = 64
GAP_PX = 4


class Tile(QAbstractButton):
    """One picture with its number; the frame and a bar below mark the one that is shown."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._image: QImage | None = None
        self._starred = False
        self.setCheckable(True)
        self.setFixedSize(TILE_PX, TILE_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_image(self, image: QImage | None) -> None:
        if image is not self._image:
            self._image = image
            self.update()

    def show_star(self, starred: bool) -> None:
        if starred is not self._starred:
            self._starred = starred
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(TILE_PX, TILE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = self.rect().adjusted(3, 3, -3, -3)
        rounded = QPainterPath()
        rounded.addRoundedRect(frame, 7, 7)
        painter.fillPath(rounded, QColor(colors.raised))
        if self._image is not None:
            painter.setClipPath(rounded)
            painter.drawImage(frame, self._image, _square_part(self._image))
            painter.setClipping(False)
        self._draw_number(painter, frame)
        if self._starred:
            _draw_star(painter, QPointF(frame.right() - 10, frame.top() + 11), 8)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            color = colors.accent if self.isChecked() or self.hasFocus() else colors.strong_border
            painter.setPen(QPen(QColor(color), 2.5 if self.isChecked() else 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 9, 9)

    def _draw_number(self, painter: QPainter, frame: QRect) -> None:
        badge = QRect(frame.left() + 3, frame.top() + 3, 17, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        checked = self.isChecked()
        painter.setBrush(QColor(current_colors().accent) if checked else QColor(15, 16, 18, 190))
        painter.drawRoundedRect(badge, 5, 5)
        font = self.font()
        font.setPixelSize(11)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(self._number))


class CandidateStrip(QFrame):
    """chosen: the number of a tile. for_shown: actions on the candidate that is shown."""

    chosen = Signal(int)

    def __init__(
        self,
        apply: QAction,
        back: QAction,
        for_shown: list[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(tr("Candidates"))
        self._tiles: list[Tile] = []
        self._room_px = 800
        self._row = QWidget(self)
        self._tiles_layout = QHBoxLayout(self._row)
        self._tiles_layout.setContentsMargins(0, 0, 0, 0)
        self._tiles_layout.setSpacing(GAP_PX)
        self._area = QScrollArea(self)
        self._area.setWidget(self._row)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.apply_button = self._button(apply, tr("Apply"), primary=True)
        self.back_button = self._button(back, tr("Back"), primary=False)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 8, 8, 8)
        line.setSpacing(8)
        line.addWidget(self._area)
        self._tools = [self._tool(action) for action in for_shown]
        grid = QGridLayout()
        grid.setSpacing(2)
        for place, tool in enumerate(self._tools):
            grid.addWidget(tool, place % 2, place // 2)
        line.addLayout(grid)
        line.addWidget(self.apply_button)
        line.addWidget(self.back_button)

    def _button(self, action: QAction, text: str, *, primary: bool) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("primary" if primary else "quiet", True)
        button.setAccessibleName(text)
        share_tooltip(action, button)
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        button.setEnabled(action.isEnabled())
        return button

    def _tool(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAccessibleName(plain_text(action.text()))
        return button

    @property
    def tiles(self) -> list[Tile]:
        return self._tiles

    def show_tiles(
        self, images: list[QImage | None], shown: int, tips: list[str], starred: set[int]
    ) -> None:
        """One tile an image, the first the original; None is a picture still to come.

        starred: numbers of the tiles with a star.
        """
        while len(self._tiles) > len(images):
            tile = self._tiles.pop()
            self._tiles_layout.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        while len(self._tiles) < len(images):
            self._add_tile(len(self._tiles))
        for number, (tile, image) in enumerate(zip(self._tiles, images, strict=True)):
            tile.show_image(image)
            tile.show_star(number in starred)
            tile.setChecked(number == shown)
            tile.setToolTip(tips[number])
            tile.setAccessibleDescription(tips[number])
        self.fit_room(self._room_px)
        if 0 <= shown < len(self._tiles):
            self._area.ensureWidgetVisible(self._tiles[shown])
        self.adjustSize()

    def fit_room(self, room_px: int) -> None:
        """Show as many tiles as a place of that width holds; the rest can be scrolled to."""
        self._room_px = room_px
        widgets = (self.apply_button, self.back_button, *self._tools[::2])
        around = sum(widget.sizeHint().width() + 8 for widget in widgets) + 24
        most = max((room_px - around) // (TILE_PX + GAP_PX), 2)
        wide = min(len(self._tiles), most) * (TILE_PX + GAP_PX) - GAP_PX
        self._area.setFixedSize(max(wide, TILE_PX), TILE_PX)
        self.adjustSize()

    def _add_tile(self, number: int) -> None:
        tile = Tile(number, self._row)
        tile.setAccessibleName(
            tr("Original") if number == 0 else tr("Candidate {number}").format(number=number)
        )
        tile.clicked.connect(lambda: self.chosen.emit(number))
        self._tiles.append(tile)
        self._tiles_layout.addWidget(tile)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The gaps between the tiles are no canvas.
        event.accept()


def _draw_star(painter: QPainter, center: QPointF, radius: float) -> None:
    """Five points, gold on a dark rim, so that it shows on any picture."""
    points = [
        center + QPointF(math.sin(turn), -math.cos(turn)) * (radius / (1, 2.3)[place % 2])
        for place in range(10)
        for turn in [place * math.pi / 5]
    ]
    painter.setPen(QPen(QColor(15, 16, 18, 200), 1.5))
    painter.setBrush(QColor("#ffc83d"))
    painter.drawPolygon(QPolygonF(points))


def _square_part(image: QImage) -> QRect:
    side = min(image.width(), image.height())
    return QRect(
        QPoint((image.width() - side) // 2, (image.height() - side) // 2), QSize(side, side)
    )
