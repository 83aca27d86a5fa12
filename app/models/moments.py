"""Moments: the box and the offer as they are now, and the way back to how they were."""

from PySide6.QtCore import QObject, Signal

from app.models.document import DocumentModel
from app.models.offer import Offer
from app.models.scene import Scene
from engine.values.region import Region


class Moments(QObject):
    """moved: another moment, by a change, undo, redo or another picture.

    A change is made between `leave` and `arrive`; then undo comes back to what was left.
    """

    moved = Signal()

    def __init__(
        self, documents: DocumentModel, offer: Offer, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._documents, self._offer = documents, offer
        self._last_kind = ""
        self.region: Region | None = None
        documents.moved.connect(self._moved)

    @property
    def scene(self) -> Scene:
        """The box and what is on offer, as they are now."""
        return Scene(self.region, self._offer.proposal, self._offer.ground)

    def leave(self) -> None:
        """Before a change: undo is to come back to what is seen now."""
        self._documents.keep(self.scene)

    def arrive(self, kind: str = "") -> None:
        """After a change. Changes in a row of one kind that has a name are undone together."""
        if kind and kind == self._last_kind:
            self._documents.keep(self.scene)
            self.moved.emit()
        else:
            self._documents.push(self._documents.document, self.scene)
        self._last_kind = kind

    def _moved(self) -> None:
        scene = self._documents.scene
        self.region = scene.region
        self._last_kind = ""
        self._offer.put(scene.proposal, scene.ground)
        self.moved.emit()
