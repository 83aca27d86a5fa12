"""Glance: a step under the mouse, larger, without going there."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

SIDE_PX = 192
GAP_PX = 6


class Glance(QFrame):
    """A card above a point of the window; it lets the mouse through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.picture = QLabel(self)
        self.told = QLabel(self)
        self.told.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(4)
        for label in (self.picture, self.told):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self.hide()

    def show_step(self, image: QImage, told: str, above: QPoint) -> None:
        """above: a point of the window, which the card is centred on."""
        ratio = self.devicePixelRatioF()
        side = round(SIDE_PX * ratio)
        scaled = image.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(scaled))
        self.told.setText(told)
        self.adjustSize()
        most = self.window().width() - self.width() - GAP_PX
        x = min(max(above.x() - self.width() // 2, GAP_PX), most)
        self.move(x, above.y() - self.height() - GAP_PX)
        self.raise_()
        self.show()
