"""Scene: the box and what is on offer for it; with the document it makes one undo step."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.models.proposal import Proposal
from engine.document.document import Document
from engine.document.history import Part
from engine.values.image import Channels
from engine.values.region import Region
from engine.values.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """ground: the document under the box of the proposal; None for a whole picture."""

    region: Region | None = None
    proposal: Proposal | None = None
    ground: Document | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One step of undo. document None: no picture is open yet."""

    document: Document | None = None
    scene: Scene = Scene()


def parts(moment: Moment) -> Iterator[Part]:
    """What a moment holds in memory: pictures, patches and the tokens of steps."""
    for document in (moment.document, moment.scene.ground):
        if document is not None:
            yield from _document_parts(document)
    proposal = moment.scene.proposal
    if proposal is not None:
        yield from map(_tokens, proposal.trees)
        yield from (_pixels(option.patch) for option in proposal.options)
        if proposal.image is not None:
            yield _pixels(proposal.image)


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
