"""LiveRedraw: the box is redrawn while its prompt is being typed."""

from PySide6.QtCore import QObject, QTimer, Signal

from app.models.editor import Editor

PAUSE_MS = 220
"""How long typing has to rest; shorter than a thought, longer than the gap between two keys."""


class LiveRedraw(QObject):
    """changed: switched on or off. The latest wish wins: one that still runs is given up for it."""

    changed = Signal()

    def __init__(self, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(editor.asking.redraw)
        self.on = False
        editor.wishes.prompt_changed.connect(self._typed)
        # The prompt of another box has not been typed just now.
        editor.moments.switched.connect(self._pause.stop)

    def turn(self) -> None:
        """On or off; on, the prompt as it stands is drawn at once."""
        self.on = not self.on
        self._pause.stop()
        self.changed.emit()
        if self.on:
            self._editor.asking.redraw()

    def _typed(self) -> None:
        if self.on:
            self._pause.start()
