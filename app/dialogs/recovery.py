"""RecoveryBar: offers the work that a window left behind when it did not close properly."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.models.engine_sentences import in_window_language
from app.texts import tr
from app.theme import Colors, icon
from engine.document.recovery import Found


class RecoveryBar(QFrame):
    """Stays until it is answered. restore_asked, discard_asked: the answers."""

    restore_asked = Signal()
    discard_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error")
        self.setAccessibleName(tr("Unsaved work"))
        self._icon = QLabel(self)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.restore = QPushButton(tr("&Restore"), self)
        self.restore.setToolTip(tr("Go on where you stopped"))
        self.restore.clicked.connect(self.restore_asked)
        self.discard = QPushButton(tr("&Discard"), self)
        self.discard.setProperty("quiet", True)
        self.discard.setToolTip(tr("Forget that work for good"))
        self.discard.clicked.connect(self.discard_asked)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 7, 8, 7)
        line.setSpacing(10)
        line.addWidget(self._icon)
        line.addWidget(self.sentence, 1)
        line.addWidget(self.restore)
        line.addWidget(self.discard)
        self.hide()

    def offer(self, found: Found | None) -> None:
        """Ask whether it is to be restored; None takes the question away."""
        self.setVisible(found is not None)
        if found is not None:
            self.sentence.setText(question(found))
            self.sentence.setAccessibleName(self.sentence.text())

    def tint(self, colors: Colors) -> None:
        self._icon.setPixmap(icon("warning", colors).pixmap(20, 20))


def question(found: Found) -> str:
    """What is there to restore, in one or two sentences."""
    project = found.work.project
    held = []
    if project.edits:
        held.append(
            tr("1 edit")
            if len(project.edits) == 1
            else tr("{count} edits").format(count=len(project.edits))
        )
    if project.offer is not None:
        count = len(project.offer.options)
        held.append(
            tr("1 candidate") if count == 1 else tr("{count} candidates").format(count=count)
        )
    name = found.work.name or tr("New picture")
    told = tr(" with {held}").format(held=tr(" and ").join(held)) if held else ""
    asked = tr("Restore “{name}”{told}?").format(name=name, told=told)
    return (
        tr("Ellbox did not close properly. {asked} {notice}")
        .format(asked=asked, notice=in_window_language(found.notice))
        .strip()
    )
