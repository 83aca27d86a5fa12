"""Region: the user's box, and the only place where pixels become token sites."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.values.errors import BadInput
from engine.values.layout import Pyramid, Raster, TokenLayout


@dataclass(frozen=True, slots=True)
class Region:
    """Half-open box in integer image pixels: x right, y down, never empty.

    Raises BadInput for a box without area.
    """

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if self.right <= self.left or self.bottom <= self.top:
            raise BadInput(
                f"The box {self.as_text()} has no area.",
                "Draw a box at least one pixel wide and high.",
            )

    @classmethod
    def from_text(cls, text: str) -> "Region":
        """Of LEFT,TOP,RIGHT,BOTTOM; BadInput for anything else."""
        try:
            left, top, right, bottom = (int(edge) for edge in text.split(","))
        except ValueError as error:
            raise BadInput(
                f"The box {text!r} is not four whole numbers.", "Write LEFT,TOP,RIGHT,BOTTOM."
            ) from error
        return cls(left, top, right, bottom)

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def as_text(self) -> str:
        return f"{self.left},{self.top},{self.right},{self.bottom}"

    def clipped(self, width: int, height: int) -> "Region":
        """The part inside a picture of width x height px; BadInput when nothing is left."""
        inside = self.intersection(Region(0, 0, width, height))
        if inside is None:
            raise BadInput(
                f"The box {self.as_text()} lies outside the picture of {width} x {height} pixels.",
                "Draw the box on the picture.",
            )
        return inside

    def intersection(self, other: "Region") -> "Region | None":
        """What lies in both; None when nothing does."""
        left, right = max(self.left, other.left), min(self.right, other.right)
        top, bottom = max(self.top, other.top), min(self.bottom, other.bottom)
        return None if left >= right or top >= bottom else Region(left, top, right, bottom)

    def moved(self, dx: int, dy: int) -> "Region":
        return Region(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def contains(self, other: "Region") -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


@dataclass(frozen=True, slots=True)
class RegionF:
    """A box with float edges in pixels of a resampled picture (half open)."""

    left: float
    top: float
    right: float
    bottom: float


def raster_sites(
    region: Region | RegionF, image_side: int, height: int, width: int
) -> NDArray[np.bool_]:
    """(height, width) bool: sites of the raster that the box touches, rounded outwards."""
    rows = _span(region.top, region.bottom, image_side, height)
    columns = _span(region.left, region.right, image_side, width)
    sites = np.zeros((height, width), dtype=bool)
    sites[rows, columns] = True
    return sites


def _span(low: float, high: float, image_side: int, count: int) -> slice:
    # The tolerance keeps a box that ends on a site border, give or take float error, from
    # taking the next site as well.
    scale = count / image_side
    first = min(max(math.floor(low * scale + 1e-6), 0), count - 1)
    last = max(min(math.ceil(high * scale - 1e-6), count), first + 1)
    return slice(first, last)


def editable_sites(
    layout: TokenLayout, image_side: int, region: Region | RegionF
) -> NDArray[np.bool_]:
    """(L,) bool, True = regenerate: the sites of `layout` that the box touches, rounded outwards.

    `region` is in pixels of the generator's square picture of `image_side` px. In a pyramid this
    holds for the last scale; what of the scales before it is redrawn says pyramid_sites.
    """
    if isinstance(layout, Raster):
        return raster_sites(region, image_side, layout.height, layout.width).reshape(-1)
    if isinstance(layout, Pyramid):
        last = layout.sides[-1]
        return pyramid_sites(raster_sites(region, image_side, last, last), layout.sides)
    return np.ones(layout.length, dtype=bool)


def pyramid_sites(finest: NDArray[np.bool_], sides: tuple[int, ...]) -> NDArray[np.bool_]:
    """(H, H) bool of the last scale -> (L,) bool of all: coarser sites follow the larger half.

    A scale of one site belongs to the whole picture and stays unless all of it goes. The rule of
    VAR's in-painting (arXiv 2404.02905, section 5.4): coarse sites that the box only grazes stay,
    because they colour everything around it.
    """
    if finest.all():
        return np.ones(sum(side * side for side in sides), bool)
    scales = []
    for side in sides:
        weights = _bilinear(len(finest), side)
        kept = weights @ ((~finest).astype(np.float32) @ weights.T)
        scales.append((kept <= 0.5).reshape(-1) & (side > 1))
    return np.concatenate(scales)


def _bilinear(count: int, side: int) -> NDArray[np.float32]:
    """(side, count): row i mixes the two sites nearest to the centre of the i-th coarser site.

    Whether a half is met hangs on the last bit, so this rounds where the published masks do.
    """
    centres = (np.arange(side) + 0.5) * float(np.float32(count / side)) - 0.5
    centres = np.maximum(centres.astype(np.float32), 0)
    low = np.floor(centres).astype(int)
    share = (centres - low).astype(np.float32)
    weights = np.zeros((side, count), np.float32)
    weights[np.arange(side), np.minimum(low + 1, count - 1)] = share
    weights[np.arange(side), low] += 1 - share
    return weights
