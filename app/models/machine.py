"""Machine: what computes the pictures, and why it is that."""

from PySide6.QtCore import QObject, Signal

from app.texts import tr
from engine.values.computing import Computing, DeviceName
from engine.values.jobs import Described


class Machine(QObject):
    """changed: the engine told something else. computing: how it is to work.

    device and why: sentences. devices: those that are here. cores: of the processor.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.computing = Computing()
        self.device = self.why = ""
        self.devices: tuple[DeviceName, ...] = ()
        self.cores = 0

    def take(self, event: Described) -> None:
        self.device, self.why = event.device, event.why
        self.devices, self.cores = event.devices, event.cores
        self.changed.emit()

    @property
    def told(self) -> str:
        """What computes and why, in plain words."""
        if not self.device:
            return tr("The engine is still loading; then it tells here what it computes with.")
        return (
            tr("Pictures are computed by: {device}. {why}")
            .format(device=self.device, why=self.why)
            .strip()
        )
