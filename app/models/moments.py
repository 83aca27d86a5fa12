"""Moments: the boxes and the offer as they are now, and the way back to how they were."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.models.document import DocumentModel
from app.models.offer import Offer
from app.models.scene import Scene
from app.models.stored_scene import boxes_of, offer_of, proposal_of
from app.models.wishes import Wishes
from engine.document.project import OpenBox
from engine.values.region import Region


class Moments(QObject):
    """moved: another moment, by a change, undo, redo or another picture. switched: another box.

    A change is made between `leave` and `arrive`; then undo comes back to what was left.
    region: the active box. others: those that wait, in order. place: where it stands among them.
    paused: it is left out when all boxes are filled.
    """

    moved = Signal()
    switched = Signal()

    def __init__(
        self,
        documents: DocumentModel,
        offer: Offer,
        wishes: Wishes,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents, self._offer, self._wishes = documents, offer, wishes
        self._last_kind = ""
        self.region: Region | None = None
        self.others: tuple[OpenBox, ...] = ()
        self.place = 0
        self.paused = False
        documents.moved.connect(self._moved)
        documents.leaving.connect(self._keep_asked)

    @property
    def asked(self) -> OpenBox:
        """The active box with what is asked for it now."""
        wishes = self._wishes
        key = "" if wishes.generator is None else wishes.generator.key
        return OpenBox(self.region, wishes.prompt, key, wishes.params, self.paused)

    @property
    def scene(self) -> Scene:
        """The boxes and what is on offer, as they are now."""
        proposal, ground = self._offer.proposal, self._offer.ground
        return Scene(self.region, proposal, ground, self.others, self.place, self.asked)

    @property
    def boxes(self) -> tuple[OpenBox, ...]:
        """All boxes in order, the active one with what is on offer for it."""
        if self.region is None:
            return self.others
        scene = self.scene
        return boxes_of(scene, replace(self.asked, offer=offer_of(scene)))

    # -- going on, undo and redo ------------------------------------------------------------

    def leave(self) -> None:
        """Before a change: undo is to come back to what is seen now."""
        self._documents.keep(self.scene)

    def arrive(self, kind: str = "") -> None:
        """After a change. Changes in a row of one kind that has a name are undone together."""
        if kind and kind == self._last_kind:
            self.stay()
        else:
            self._documents.push(self._documents.document, self.scene)
        self._last_kind = kind

    def stay(self) -> None:
        """After a change that is no step of undo."""
        self._documents.keep(self.scene)
        self.moved.emit()

    def _keep_asked(self) -> None:
        self._documents.keep(replace(self._documents.scene, asked=self.asked))

    def _moved(self) -> None:
        scene = self._documents.scene
        another = (scene.others, scene.place) != (self.others, self.place)
        self.region, self.others, self.place = scene.region, scene.others, scene.place
        self.paused = scene.asked is not None and scene.asked.paused
        self._last_kind = ""
        self._offer.put(scene.proposal, scene.ground)
        if another and scene.asked is not None:
            self._ask(scene.asked)
        self.moved.emit()

    # -- one box for another ----------------------------------------------------------------

    def park(self) -> None:
        """The active box waits, with all that is asked and on offer for it; none is active."""
        if self.region is None:
            return
        self.others = self.boxes
        self.region, self.place, self.paused = None, len(self.others), False
        self._offer.clear()
        self._wishes.set_prompt("")
        self.switched.emit()

    def take(self, place: int) -> None:
        """The waiting box at `place` is active; its candidates lie on the picture as it is now.

        What another box has made of the picture meanwhile stays.
        """
        box = self.others[place]
        self.others = (*self.others[:place], *self.others[place + 1 :])
        self.region, self.place, self.paused = box.region, place, box.paused
        if box.offer is not None:
            ground = self._documents.document
            self._offer.put(proposal_of(box.offer, ground), ground)
        self._ask(box)

    def _ask(self, box: OpenBox) -> None:
        self._wishes.ask(box)
        self.switched.emit()
