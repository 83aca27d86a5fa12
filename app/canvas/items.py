"""What is drawn on the canvas: the picture, the preview in the box, the step's sites, the box."""

from enum import IntEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.tiles import Tiles
from app.models.boxes import HANDLES, Grip, handle_place
from app.models.pyramid import Pyramid
from app.models.sources import Source
from engine.values.region import Region

HANDLE_PX = 9.0
CHECKER_PX = 8


def rect_of(region: Region) -> QRectF:
    return QRectF(region.left, region.top, region.width, region.height)


def with_room(field: QRectF) -> QRectF:
    """The picture's rectangle with room around it for what has its size in screen pixels."""
    margin = max(field.width(), field.height())
    return field.adjusted(-margin, -margin, margin, margin)


class Height(IntEnum):
    """What lies over what on the canvas; the picture itself lies at 0."""

    WAITING_BOXES = 1
    PREVIEW = 2
    LENS = 3
    COMPARED = 4
    OUTLINES = 5
    NUMBERS = 6
    DIVIDER = 7


class PictureItem(QGraphicsItem):
    """The picture, or a plain field where one is going to appear."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._tiles: Tiles | None = None
        self._rect = QRectF()
        self._ground: QColor | None = None
        self._checker = _checker_brush()
        self.checkered = True

    def set_source(self, source: Source | None, rect: QRectF | None = None) -> None:
        """rect: where to, in scene coordinates; default, as large as it is."""
        self.prepareGeometryChange()
        self._ground = None
        self._tiles = None if source is None else Tiles(source)
        size = QRectF() if source is None else QRectF(0, 0, source.width, source.height)
        self._rect = size if rect is None else rect
        self.update()

    def set_blank(self, width: int, height: int, color: QColor) -> None:
        """A plain field where a whole picture is going to appear."""
        self.set_source(None, QRectF(0, 0, width, height))
        self._ground = color

    def renew(self, source: Source, region: Region) -> None:
        """The same picture with other pixels in a region; only that is drawn again."""
        if self._tiles is not None:
            self._tiles.renew(source, region)
            self.update(rect_of(region))

    def put_pyramid(self, pyramid: Pyramid) -> None:
        """Of the source that is shown."""
        if self._tiles is not None:
            self._tiles.put_pyramid(pyramid)
            self.update()

    @property
    def tiles(self) -> Tiles | None:
        return self._tiles

    @property
    def source(self) -> Source | None:
        return None if self._tiles is None else self._tiles.source

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del widget
        exposed = option.exposedRect.intersected(self._rect)
        if self._ground is not None:
            painter.fillRect(exposed, self._ground)
        if self._tiles is None or exposed.isEmpty():
            return
        source = self._tiles.source
        if self.checkered and source.has_alpha:
            self._checker.setTransform(painter.worldTransform().inverted()[0])
            painter.fillRect(exposed, self._checker)
        # From here on in the source's own pixels.
        to_source = QTransform.fromScale(
            source.width / self._rect.width(), source.height / self._rect.height()
        ).translate(-self._rect.left(), -self._rect.top())
        painter.setWorldTransform(to_source.inverted()[0], combine=True)
        # Unlike the world's, the device's transform has the pixel ratio of the screen in it.
        scale = option.levelOfDetailFromTransform(painter.deviceTransform())
        self._tiles.draw(painter, to_source.mapRect(exposed), scale)
        if not self._tiles.whole:
            self.update()


class PreviewItem(PictureItem):
    """The picture of a step or candidate, in place inside the box."""

    def show_source(self, source: Source | None, rect: QRectF) -> None:
        self.set_source(source, rect)
        self.setVisible(source is not None)


class SitesItem(QGraphicsItem):
    """Outlines the sites that the shown step has filled."""

    def __init__(self, color: QColor) -> None:
        super().__init__()
        self.color = color
        self.wanted = True
        self._path = QPainterPath()

    def set_path(self, path: QPainterPath) -> None:
        self.prepareGeometryChange()
        self._path = path
        self.setVisible(self.wanted and not path.isEmpty())
        self.update()

    def boundingRect(self) -> QRectF:
        return self._path.boundingRect().adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del option, widget
        for color, width in ((QColor(0, 0, 0, 120), 3.5), (self.color, 1.75)):
            painter.setPen(outline_pen(color, width))
            painter.drawPath(self._path)


class BoxItem(QGraphicsItem):
    """The box: outside dimmed, a light line on a dark one, and eight handles."""

    def __init__(self) -> None:
        super().__init__()
        self._region: Region | None = None
        self._field = QRectF()
        self.editable = self.dims = True
        self.drawing = False
        self.hovered: Grip | None = None

    def set_box(self, region: Region | None, field: QRectF, *, editable: bool) -> None:
        """field: the picture's rectangle, which is dimmed outside the box."""
        self.prepareGeometryChange()
        self._region, self._field, self.editable = region, field, editable
        self.setVisible(region is not None)
        self.update()

    @property
    def region(self) -> Region | None:
        return self._region

    def boundingRect(self) -> QRectF:
        return with_room(self._field)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del widget
        if self._region is None:
            return
        box = rect_of(self._region)
        if self.editable and self.dims:
            self._dim(painter, box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(outline_pen(QColor(0, 0, 0, 150), 3.5))
        painter.drawRect(box)
        painter.setPen(outline_pen(QColor(255, 255, 255), 1.5))
        painter.drawRect(box)
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        if self.editable:
            self._draw_handles(painter, scale)
        if self.drawing:
            self._draw_size(painter, box, scale)

    def _dim(self, painter: QPainter, box: QRectF) -> None:
        outside = QPainterPath()
        outside.addRect(self._field)
        inside = QPainterPath()
        inside.addRect(box)
        painter.fillPath(outside.subtracted(inside), QColor(0, 0, 0, 110 if self.drawing else 64))

    def _draw_handles(self, painter: QPainter, scale: float) -> None:
        assert self._region is not None
        room = min(self._region.width, self._region.height) * scale
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(outline_pen(QColor(0, 0, 0, 170), 1.25))
        for grip in HANDLES:
            corner = len(grip.value) == 2
            if not corner and room < 4 * HANDLE_PX:
                continue
            side = HANDLE_PX / scale * (1.25 if grip is self.hovered else 1.0)
            x, y = handle_place(grip, self._region)
            painter.setBrush(QColor(255, 255, 255))
            spot = QRectF(x - side / 2, y - side / 2, side, side)
            painter.drawRoundedRect(spot, side / 4, side / 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_size(self, painter: QPainter, box: QRectF, scale: float) -> None:
        assert self._region is not None
        told = f"{self._region.width} \N{MULTIPLICATION SIGN} {self._region.height}"
        painter.save()
        painter.translate(box.bottomRight())
        painter.scale(1 / scale, 1 / scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(painter.fontMetrics().boundingRect(told)).adjusted(-8, -4, 8, 4)
        room.moveTopRight(QPointF(0, 9))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 21, 24, 215))
        painter.drawRoundedRect(room, 6, 6)
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, told)
        painter.restore()


def outline_pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """width: in screen pixels, however far the picture is zoomed."""
    pen = QPen(color, width, style)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def _checker_brush() -> QBrush:
    tile = QPixmap(2 * CHECKER_PX, 2 * CHECKER_PX)
    tile.fill(QColor("#ffffff"))
    painter = QPainter(tile)
    painter.fillRect(0, 0, CHECKER_PX, CHECKER_PX, QColor("#d4d6da"))
    painter.fillRect(CHECKER_PX, CHECKER_PX, CHECKER_PX, CHECKER_PX, QColor("#d4d6da"))
    painter.end()
    return QBrush(tile)
