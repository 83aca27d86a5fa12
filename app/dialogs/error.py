"""Errors: a bar with one sentence and a remedy, and a dialog with details to copy."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.jobs import Trouble, without_home
from app.texts import tr
from app.theme import Colors, icon


class ErrorBar(QFrame):
    """Stays until it is closed or the next error comes. details_asked: Trouble."""

    details_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error")
        self.setAccessibleName(tr("Error"))
        self._trouble = Trouble("")
        self._icon = QLabel(self)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.details = QPushButton(tr("Details"), self)
        self.details.setProperty("quiet", True)
        self.details.setAccessibleName(tr("Details of the error"))
        self.details.setToolTip(tr("See the details and copy them"))
        self.details.clicked.connect(lambda: self.details_asked.emit(self._trouble))
        self.close_button = QToolButton(self)
        self.close_button.setAccessibleName(tr("Close the error"))
        self.close_button.setToolTip(tr("Close this message"))
        self.close_button.clicked.connect(self.hide)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 7, 8, 7)
        line.setSpacing(10)
        line.addWidget(self._icon)
        line.addWidget(self.sentence, 1)
        line.addWidget(self.details)
        line.addWidget(self.close_button)
        self.hide()

    def tell(self, trouble: Trouble) -> None:
        self._trouble = trouble
        self.sentence.setText(trouble.told)
        # Without a traceback there is still a sentence to copy.
        self.details.setVisible(bool(trouble.sentence))
        self.show()

    def tint(self, colors: Colors) -> None:
        self._icon.setPixmap(icon("warning", colors).pixmap(20, 20))
        self.close_button.setIcon(icon("back", colors))


class DetailsDialog(QDialog):
    """The whole text of an error, to copy into a report."""

    def __init__(self, trouble: Trouble, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Details of the error"))
        self.resize(680, 420)
        said = QLabel(trouble.told, self)
        said.setWordWrap(True)
        text = QPlainTextEdit(without_home(trouble.details), self)
        text.setReadOnly(True)
        text.setAccessibleName(tr("Details"))
        text.setAccessibleDescription(tr("What happened inside, for a report"))
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        copy = QPushButton(tr("Copy"), self)
        copy.setAccessibleName(tr("Copy the details"))
        copy.setToolTip(tr("Copy the details to the clipboard"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(trouble.report))
        close = QPushButton(tr("Close"), self)
        close.setAccessibleName(tr("Close"))
        close.setToolTip(tr("Close the details"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(12)
        column.addWidget(said)
        column.addWidget(text, 1)
        column.addLayout(buttons)
