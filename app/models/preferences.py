"""Preferences: the settings as they are now."""

from PySide6.QtCore import QObject, Signal

from app.settings import Settings


class Preferences(QObject):
    """changed: Settings that are to be kept."""

    changed = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings

    def keep(self, settings: Settings) -> None:
        if settings != self.settings:
            self.settings = settings
            self.changed.emit(settings)
