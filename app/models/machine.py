"""Machine: what computes the pictures, and why it is that."""

from PySide6.QtCore import QObject, Signal

from app.models.engine_sentences import in_window_language
from app.models.jobs import EngineLine, JobNumbers
from app.texts import tr
from engine.values.computing import Computing, DeviceName
from engine.values.jobs import Described, DescribeRequest


class Machine(QObject):
    """changed: the engine told something else. computing: how it is to work.

    device and why: sentences, empty until the engine has told them. devices: those that are here.
    cores: of the processor. absence: why there is no model to draw with, while there is none.
    """

    changed = Signal()

    def __init__(
        self, line: EngineLine, numbers: JobNumbers, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._line, self._numbers = line, numbers
        self._job: int | None = None
        self.computing = Computing()
        self.absence = tr("The model is still loading.")
        self.device = self.why = ""
        self.devices: tuple[DeviceName, ...] = ()
        self.cores = 0

    def describe(self) -> None:
        """Ask what runs where; the answer makes the window ready."""
        self._job = self._numbers.next()
        self._line.submit(DescribeRequest(self._job, self.computing))

    def settle(self, computing: Computing) -> None:
        """Have the engine work so from its next job on."""
        if computing != self.computing:
            self.computing = computing
            self.describe()

    def take(self, event: Described) -> None:
        if not event.generators:
            self.absence = tr("No model is installed; install Ellbox again.")
        self.device, self.why = map(in_window_language, (event.device, event.why))
        self.devices, self.cores = event.devices, event.cores
        self.changed.emit()

    def give_up(self, job: int) -> bool:
        """Whether a failed job was the question what runs where."""
        if job != self._job:
            return False
        self.absence = tr("The model could not be loaded.")
        self.changed.emit()
        return True

    @property
    def told(self) -> str:
        """What computes and why, in plain words."""
        if not self.device:
            return self.absence
        return (
            tr("Pictures are computed by: {device}. {why}")
            .format(device=self.device, why=self.why)
            .strip()
        )
