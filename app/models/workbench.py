"""Workbench: what the models that act on the active box have before them."""

from dataclasses import dataclass

from app.models.decodes import Decodes
from app.models.document import DocumentModel
from app.models.moments import Moments
from app.models.offer import Offer
from app.models.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Workbench:
    """documents: the picture. wishes: what is asked. decodes: what is being made of it. offer: what
    came of it. moments: where the boxes are, and the way back to how all of this was."""

    documents: DocumentModel
    wishes: Wishes
    decodes: Decodes
    offer: Offer
    moments: Moments
