"""Words the model knows, offered while one is being typed."""

from PySide6.QtCore import QPoint, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.texts import tr

COMPLETIONS_PX = 200
COMPLETIONS_SHOWN = 7


class Completions(QListView):
    """Words the model knows, below the field; the field keeps the keyboard. picked: one of them."""

    picked = Signal(str)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._words = QStringListModel(self)
        self.setModel(self._words)
        self.setObjectName("completions")
        self.setAccessibleName(tr("Words the model knows"))
        self.setAccessibleDescription(tr("Up and Down choose one, Tab takes it"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self.picked.emit(str(index.data())))
        self.hide()

    def offer(self, words: list[str], field: QWidget, x: int) -> None:
        """Show the words under the place `x` of the field, or above it where there is no room."""
        window = field.window()
        if self.parent() is not window:
            self.setParent(window)
        self._words.setStringList(words)
        self.setCurrentIndex(self._words.index(0))
        rows = sum(self.sizeHintForRow(row) for row in range(len(words)))
        self.resize(COMPLETIONS_PX, rows + 10)
        at = field.mapTo(window, QPoint(x, field.height() + 6))
        if at.y() + self.height() > window.height():
            at = field.mapTo(window, QPoint(x, -self.height() - 6))
        self.move(min(at.x(), window.width() - self.width() - 6), at.y())
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        row = (self.currentIndex().row() + by) % max(self._words.rowCount(), 1)
        self.setCurrentIndex(self._words.index(row))

    @property
    def word(self) -> str:
        return str(self.currentIndex().data())


def completions(before: str, vocabulary: tuple[str, ...]) -> tuple[str, list[str]]:
    """(the words begun, how they may go on): up to three words, so that "hot d" finds "hot dog"."""
    words = before.split(" ")
    for count in (3, 2, 1):
        begun = " ".join(words[-count:])
        if len(words) < count or len(begun.strip()) < 2:
            continue
        fitting = [word for word in vocabulary if word.startswith(begun.lower())]
        if fitting and begun.lower() not in fitting:
            return begun, fitting[:COMPLETIONS_SHOWN]
    return "", []
