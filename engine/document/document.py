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

    def applied(self, edit: Edit) -> "Document":
        """One edit more on top; old arrays are shared, not copied."""
        return replace(self, edits=(*self.edits, edit))

    def with_visibility(self, index: int, visible: bool) -> "Document":
        """The edit at `index` shown or hidden."""
        changed = replace(self.edits[index], visible=visible)
        return replace(self, edits=(*self.edits[:index], changed, *self.edits[index + 1 :]))
