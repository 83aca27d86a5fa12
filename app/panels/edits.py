"""The list of applied edits: show, hide and remove them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QListView

from app.models.edits import THUMBNAIL_PX, EditsModel
from app.texts import tr
from app.theme import current_colors

KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
LEAST_PX = 96


class EditsList(QListView):
    """Space or the box of a row hides and shows an edit, Del removes it."""

    def __init__(self, model: EditsModel) -> None:
        super().__init__()
        self._edits = model
        self.setModel(model)
        self.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(LEAST_PX)
        self.setAccessibleName(tr("Edits"))
        self.setToolTip(
            tr("What has been applied, the newest first; Space hides one, Del removes it")
        )
        model.modelReset.connect(self._choose_first)

    def sizeHint(self) -> QSize:
        """It grows where there is room, and asks for no more than is needed."""
        return QSize(super().sizeHint().width(), LEAST_PX)

    def _choose_first(self) -> None:
        self.setCurrentIndex(self._edits.index(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in KEYS[1:]:
            self._edits.remove(self.currentIndex())
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._edits.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(current_colors().muted))
            room = self.viewport().rect().adjusted(16, 0, -16, 0)
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(
                room, wrapped, tr("Boxes that you apply appear here, to hide or remove.")
            )
