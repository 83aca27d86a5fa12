"""Pictures in squares, as dialogs show them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap


def in_square(image: QImage | None, side: int, ground: QColor, ratio: float) -> QPixmap:
    """The whole picture in the middle of a plain square of `side` points, or the square alone.

    ratio: pixels of the screen a point.
    """
    side_px = round(side * ratio)
    square = QPixmap(side_px, side_px)
    square.fill(ground)
    if image is not None:
        fitted = image.scaled(
            QSize(side_px, side_px),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter = QPainter(square)
        painter.drawImage((side_px - fitted.width()) // 2, (side_px - fitted.height()) // 2, fitted)
        painter.end()
    square.setDevicePixelRatio(ratio)
    return square
