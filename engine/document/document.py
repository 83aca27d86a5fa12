"""Document: the opened picture and the boxes redrawn on it, as one immutable value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.values.image import Picture, frozen
from engine.values.jobs import Pixels
from engine.values.region import Region
from engine.values.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """patch: (h, w, 3) uint8 of the region's size, read-only, already feathered into the picture.

    weights: sha256 by file name of what it was drawn with, as far as is known.
    Raises ValueError when patch and region differ in size.
    """

    region: Region
    patch: Pixels
    timeline: Timeline
    visible: bool = True
    weights: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.patch.shape != (self.region.height, self.region.width, 3):
            raise ValueError(f"patch {self.patch.shape} for the box {self.region.as_text()}")
        object.__setattr__(self, "patch", frozen(self.patch))

    def within(self, region: Region, step: int) -> tuple[Region, Pixels] | None:
        """Where the patch lies among every step-th pixel of a region, and its pixels there."""
        mine, its = self.region, region
        columns = _every(mine.left, mine.right, its.left, its.right, step)
        rows = _every(mine.top, mine.bottom, its.top, its.bottom, step)
        if not columns or not rows:
            return None
        left, top = (columns[0] - its.left) // step, (rows[0] - its.top) // step
        place = Region(left, top, left + len(columns), top + len(rows))
        across = slice(columns[0] - mine.left, columns[-1] - mine.left + 1, step)
        return place, self.patch[rows[0] - mine.top : rows[-1] - mine.top + 1 : step, across]


def _every(start: int, stop: int, low: int, high: int, step: int) -> range:
    """low, low + step, ... below high, of which those from start on and below stop."""
    first = low + max(-(-(start - low) // step), 0) * step
    return range(first, min(stop, high), step)


@dataclass(frozen=True, eq=False)  # no slots: the composed picture is kept beside the fields
class Document:
    """base: as opened, never changed. edits: in the order they were applied, later ones on top."""

    base: Picture
    edits: tuple[Edit, ...] = ()

    @cached_property
    def picture(self) -> Picture:
        """The base with every visible patch; outside their boxes the very bytes of the base."""
        shown = [(edit.region, edit.patch) for edit in self.edits if edit.visible]
        return self.base.with_patches(shown) if shown else self.base

    def forget_picture(self) -> None:
        """Give back the memory of `picture`, which is composed anew when it is asked for."""
        self.__dict__.pop("picture", None)

    def part(self, region: Region, step: int = 1) -> Picture:
        """Every step-th pixel, both ways, of a region inside; the rest is not composed."""
        rows = slice(region.top, region.bottom, step)
        pixels = self.base.pixels[rows, region.left : region.right : step]
        shown = (edit.within(region, step) for edit in self.edits if edit.visible)
        patches = [placed for placed in shown if placed is not None]
        part = replace(self.base, pixels=pixels)
        return part.with_patches(patches) if patches else part

    def applied(self, edit: Edit) -> "Document":
        """One edit more on top; old arrays are shared, not copied."""
        return replace(self, edits=(*self.edits, edit))

    def with_visibility(self, index: int, visible: bool) -> "Document":
        """The edit at `index` shown or hidden."""
        changed = replace(self.edits[index], visible=visible)
        return replace(self, edits=(*self.edits[:index], changed, *self.edits[index + 1 :]))
