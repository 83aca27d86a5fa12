"""Box edits with tokens that have no places: the whole context is drawn, the box pasted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.decoding.region_edit import BoxEdit
from engine.generators.base import Surroundings
from engine.values.jobs import Pixels
from engine.values.region import Region, RegionF

GRID_SITES = 16
RING_SHARE = 1 / 12
"""Width of the ring around the box, whose colours are compared, in sides of the context."""
FEWEST_RING_PX = 64


@dataclass(frozen=True, slots=True, eq=False)
class BlendedEdit(BoxEdit):
    """A BoxEdit that brings what was drawn to the colours of what lies around the box."""

    @classmethod
    def around(cls, image: Pixels, region: Region, *, image_side: int) -> "BlendedEdit":
        """As planned, with the margins that a box on a grid of GRID_SITES would have."""
        edit = BoxEdit.planned(image, region, image_side=image_side, sites=GRID_SITES)
        return cls(edit.image, edit.region, edit.context, edit.image_side)

    @property
    def surroundings(self) -> Surroundings:
        """What a generator without places needs to know of the box."""
        return Surroundings(self.cropped, self._shown)

    def patch(self, decoded: Pixels, shown: NDArray[np.float32] | None = None) -> Pixels:
        matched = matched_colours(decoded, self.cropped, self._ring)
        # Named, because a dataclass with slots is made anew and forgets the class that super means.
        return BoxEdit.patch(self, matched, shown)

    @property
    def _shown(self) -> NDArray[np.float32]:
        box = self.context.model_box(self.region, self.image_side)
        return coverage(box, self.image_side)

    @property
    def _ring(self) -> NDArray[np.bool_]:
        """(S, S) bool: what lies around the box, but not in it."""
        box = self.context.model_box(self.region, self.image_side)
        wide = RING_SHARE * self.image_side
        around = RegionF(box.left - wide, box.top - wide, box.right + wide, box.bottom + wide)
        ring: NDArray[np.bool_] = (coverage(around, self.image_side) > 0) & (self._shown == 0)
        return ring


def coverage(box: RegionF, side: int) -> NDArray[np.float32]:
    """(side, side) in 0..1: how much of each pixel a box covers."""
    pixels = np.arange(side, dtype=np.float32)
    columns = np.clip(np.minimum(box.right, pixels + 1) - np.maximum(box.left, pixels), 0, 1)
    rows = np.clip(np.minimum(box.bottom, pixels + 1) - np.maximum(box.top, pixels), 0, 1)
    covered: NDArray[np.float32] = (rows[:, None] * columns[None]).astype(np.float32)
    return covered


def matched_colours(drawn: Pixels, original: Pixels, ring: NDArray[np.bool_]) -> Pixels:
    """`drawn` moved, each channel by as many levels as it differs from the original on the ring.

    Tokenizers of few tokens miss tints, which shows at the seam. The median does not heed a thing
    that reaches into the ring; a spread would (it once halved every contrast on plain grounds). All
    (S, S, 3) uint8; ring (S, S) bool; too small a ring says nothing and changes nothing.
    """
    if ring.sum() < FEWEST_RING_PX:
        return drawn
    apart = original[ring].astype(np.int16) - drawn[ring]
    moved = drawn.astype(np.float32) + np.median(apart, axis=0)
    matched: Pixels = np.rint(moved).clip(0, 255).astype(np.uint8)
    return matched
