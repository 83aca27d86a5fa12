"""Project: a document and everything that is open on it, as one immutable value."""

from dataclasses import dataclass

from engine.document.document import Document, Edit
from engine.values.jobs import Pixels
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """One picture on offer: the tip of a branch of tree number `tree`. `whole`: all steps done.

    starred: marked by hand.
    """

    tree: int
    tip: int
    patch: Pixels
    score: float
    whole: bool = True
    starred: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """The candidates of one box. shown: 0 is the original, 1.. the options; at: the snapshot shown.

    ground: what lies under the box, on the project's own base; None when no picture does.
    """

    generator: str
    region: Region | None
    ground: Document | None
    trees: tuple[Timeline, ...]
    options: tuple[Option, ...]
    shown: int
    at: int


@dataclass(frozen=True, slots=True)
class OpenBox:
    """A box that is not applied, and what is asked for it. region None: the whole picture.

    paused: left out when all boxes are filled. offer: its candidates, while another box is active.
    """

    region: Region | None
    prompt: str
    generator: str
    params: SamplingParams
    paused: bool = False
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class View:
    """zoom: screen pixels a picture pixel; x, y: the picture's point in the middle of the view."""

    zoom: float
    x: float
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """document None: nothing is open yet, though something may be on offer.

    active: the place among the boxes of the one that is worked on, whose candidates are `offer`;
    None when nothing is asked for now.
    """

    document: Document | None
    boxes: tuple[OpenBox, ...] = ()
    offer: Offer | None = None
    view: View | None = None
    active: int | None = 0

    @property
    def box(self) -> OpenBox | None:
        """The box that is worked on."""
        return self.boxes[self.active] if self.active is not None and self.boxes else None

    @property
    def edits(self) -> tuple[Edit, ...]:
        return () if self.document is None else self.document.edits
