"""What is drawn on the canvas: the picture, the preview in the box, the step's sites, the box."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.models.boxes import HANDLES, Grip, handle_place
from engine.values.region import Region

HANDLE_PX = 9.0
PIXELS_SHOW_FROM = 6.0
CHECKER_PX = 8


def rect_of(region: Region) -> QRectF:
    return QRectF(region.left, region.top, region.width, region.height)


class PictureItem(QGraphicsItem):
    """The picture, with halved copies for zooming out, made when first needed."""

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[QImage] = []
        self._size = (0, 0)
        self._ground: QColor | None = None
        self._checker = _checker_brush()
        self.checkered = True

    def set_image(self, image: QImage | None) -> None:
        self.prepareGeometryChange()
        self._ground = None
        self._levels = [] if image is None else [image]
        self._size = (0, 0) if image is None else (image.width(), image.height())
        self.update()

    def set_blank(self, width: int, height: int, color: QColor) -> None:
        """A plain field where a whole picture is going to appear."""
        self.prepareGeometryChange()
        self._levels, self._size, self._ground = [], (width, height), color
        self.update()

    def set_patch(self, region: Region, patch: QImage) -> None:
        """Replace one rectangle; only that rectangle is drawn again."""
        painter = QPainter(self._levels[0])
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(QPointF(region.left, region.top), patch)
        painter.end()
        del self._levels[1:]
        self.update(rect_of(region))

    @property
    def image(self) -> QImage | None:
        return self._levels[0] if self._levels else None

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self._size)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del widget
        whole = self.boundingRect()
        if self._ground is not None:
            painter.fillRect(whole, self._ground)
        if not self._levels:
            return
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        if self.checkered and self._levels[0].hasAlphaChannel():
            self._checker.setTransform(painter.worldTransform().inverted()[0])
            painter.fillRect(whole, self._checker)
        image = self._level(scale * painter.device().devicePixelRatio())
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, scale < PIXELS_SHOW_FROM and scale != 1.0
        )
        exposed = option.exposedRect.intersected(whole)
        factor_x = image.width() / max(self._size[0], 1)
        factor_y = image.height() / max(self._size[1], 1)
        source = QRectF(
            exposed.x() * factor_x,
            exposed.y() * factor_y,
            exposed.width() * factor_x,
            exposed.height() * factor_y,
        )
        painter.drawImage(exposed, image, source)

    def _level(self, scale: float) -> QImage:
        # The smallest copy that still has at least one pixel for each pixel on screen.
        index = 0
        while scale <= 0.5 and min(self._levels[index].size().toTuple()) > 64:
            index, scale = index + 1, scale * 2
            if index == len(self._levels):
                self._levels.append(_halved(self._levels[-1]))
        return self._levels[index]


class PreviewItem(QGraphicsItem):
    """The picture of a step or candidate, in place inside the box."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._rect = QRectF()

    def show_image(self, image: QImage | None, rect: QRectF) -> None:
        self.prepareGeometryChange()
        self._image, self._rect = image, rect
        self.setVisible(image is not None)
        self.update()

    @property
    def image(self) -> QImage | None:
        return self._image

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del widget
        if self._image is None:
            return
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, scale < PIXELS_SHOW_FROM and scale != 1.0
        )
        painter.drawImage(self._rect, self._image)


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
            painter.setPen(_cosmetic(color, width))
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
        margin = max(self._field.width(), self._field.height())
        return self._field.adjusted(-margin, -margin, margin, margin)

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
        painter.setPen(_cosmetic(QColor(0, 0, 0, 150), 3.5))
        painter.drawRect(box)
        painter.setPen(_cosmetic(QColor(255, 255, 255), 1.5))
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
        painter.setPen(_cosmetic(QColor(0, 0, 0, 170), 1.25))
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


def _cosmetic(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def _halved(image: QImage) -> QImage:
    return image.scaled(
        max(image.width() // 2, 1),
        max(image.height() // 2, 1),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _checker_brush() -> QBrush:
    tile = QPixmap(2 * CHECKER_PX, 2 * CHECKER_PX)
    tile.fill(QColor("#ffffff"))
    painter = QPainter(tile)
    painter.fillRect(0, 0, CHECKER_PX, CHECKER_PX, QColor("#d4d6da"))
    painter.fillRect(CHECKER_PX, CHECKER_PX, CHECKER_PX, CHECKER_PX, QColor("#d4d6da"))
    painter.end()
    return QBrush(tile)
