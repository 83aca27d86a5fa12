"""Scene: the box and what is on offer for it; with the document it makes one undo step."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from app.models.proposal import Proposal
from engine.document.document import Document
from engine.document.history import Part
from engine.document.project import OpenBox, Option
from engine.values.image import Channels
from engine.values.region import Region
from engine.values.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """ground: the document under the box of the proposal; None for a whole picture.

    others: the boxes that wait, in order. place: where among them the active one stands, which
    `region` is. asked: the active box with what is asked for it.
    """

    region: Region | None = None
    proposal: Proposal | None = None
    ground: Document | None = None
    others: tuple[OpenBox, ...] = ()
    place: int = 0
    asked: OpenBox | None = None

    @property
    def settled(self) -> "Scene":
        """The boxes alone: nothing is on offer for the active one."""
        return replace(self, proposal=None, ground=None)


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One step of undo. document None: no picture is open yet."""

    document: Document | None = None
    scene: Scene = Scene()


def parts(moment: Moment) -> Iterator[Part]:
    """What a moment holds in memory: pictures, patches and the tokens of steps."""
    waiting = [box.offer for box in moment.scene.others if box.offer is not None]
    grounds = (moment.scene.ground, *(offer.ground for offer in waiting))
    for document in (moment.document, *grounds):
        if document is not None:
            yield from _document_parts(document)
    proposal = moment.scene.proposal
    for offer in waiting:
        yield from _candidate_parts(offer.trees, offer.options)
    if proposal is not None:
        yield from _candidate_parts(proposal.trees, proposal.options)
        if proposal.image is not None:
            yield _pixels(proposal.image)


def _candidate_parts(trees: tuple[Timeline, ...], options: tuple[Option, ...]) -> Iterator[Part]:
    yield from map(_tokens, trees)
    yield from (_pixels(option.patch) for option in options)


def _document_parts(document: Document) -> Iterator[Part]:
    yield _pixels(document.base.pixels)
    for edit in document.edits:
        yield _pixels(edit.patch)
        yield _tokens(edit.timeline)


def _pixels(pixels: Channels) -> Part:
    """A view counts as the array that it keeps alive."""
    whole: object = pixels if pixels.base is None else pixels.base
    return id(whole), whole.nbytes if isinstance(whole, np.ndarray) else pixels.nbytes


def _tokens(timeline: Timeline) -> Part:
    return id(timeline), sum(each.state.tokens.ids.nbytes for each in timeline.snapshots)
