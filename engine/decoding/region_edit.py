"""Box edits: the square a generator looks at around a box, and its pixels back into the box."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.decoding.compositing import feather, mixed
from engine.values.errors import BadInput
from engine.values.jobs import Pixels
from engine.values.layout import TokenLayout
from engine.values.region import Region, RegionF, editable_sites

BOX_SHARE = 3 / 4
"""Share of the context's side that the box's longer side takes.

The built-in model draws one object of 7 to 12 of its 16 token sites, so a box of 12 sites holds
any of them whole and leaves two sites of the picture on each side to fit in with.
"""

PLACEMENT = 1 / 2
"""Where the box lies in its context: 0 at the upper left, 1 at the lower right, 1/2 in the middle.

A generator that decodes from the upper left sees what lies there before it draws the box.
"""


@dataclass(frozen=True, slots=True)
class Context:
    """A square in image pixels, possibly beyond the picture's border."""

    left: float
    top: float
    side: float

    def model_box(self, region: Region, image_side: int) -> RegionF:
        """The box in pixels of the context resampled to image_side px."""
        scale = image_side / self.side
        edges = (
            (region.left - self.left) * scale,
            (region.top - self.top) * scale,
            (region.right - self.left) * scale,
            (region.bottom - self.top) * scale,
        )
        return RegionF(*(min(max(edge, 0.0), float(image_side)) for edge in edges))


def context_square(
    region: Region, width: int, height: int, sites: int, placement: float = PLACEMENT
) -> Context:
    """The square to look at for a box in a picture of width x height px.

    sites: token sites along the generator's picture. The box starts on a site border, lies where
    `placement` says (see PLACEMENT), give or take a site, and the square stays inside the picture,
    as far as these three go together.
    """
    longer_side = max(region.width, region.height)
    covers_all = region.contains(Region(0, 0, width, height))
    # A box over the whole picture has no surroundings to show.
    box_sites = sites if covers_all else max(1, round(BOX_SHARE * sites))
    site_px = longer_side / box_sites
    return Context(
        left=_start(region.left, region.width, width, site_px, sites, placement),
        top=_start(region.top, region.height, height, site_px, sites, placement),
        side=site_px * sites,
    )


def _start(
    box_start: int, box_px: int, picture_px: int, site_px: float, sites: int, placement: float
) -> float:
    """Where the square starts along one axis; the box lies `offset` sites behind that."""
    # The tolerances keep exact fits exact in spite of float division.
    side_px = sites * site_px
    fewest = math.ceil((box_start + side_px - picture_px) / site_px - 1e-6)
    most = math.floor(min(box_start, side_px - box_px) / site_px + 1e-6)
    offset = int(placement * (sites - math.ceil(box_px / site_px - 1e-6)))
    if fewest <= most:
        return box_start - min(max(offset, fewest), most) * site_px
    wished = box_start - offset * site_px
    if side_px > picture_px:
        return wished
    return min(max(wished, 0.0), picture_px - side_px)


def crop(image: Pixels, context: Context, image_side: int) -> Pixels:
    """(H, W, 3) -> (S, S, 3): the context resampled; beyond the border the edge pixels go on."""
    starts = (context.top, context.left)
    firsts = [max(math.floor(start + 1e-6), 0) for start in starts]
    lasts = [math.ceil(start + context.side - 1e-6) for start in starts]
    pixels = image[firsts[0] : lasts[0], firsts[1] : lasts[1]]
    # The longer axis first: a picture one pixel wide must not be padded to a full square.
    for axis in sorted((0, 1), key=lambda axis: -pixels.shape[axis]):
        start = starts[axis] - firsts[axis]
        pixels = _resampled_axis(pixels, axis, start, context.side, image_side)
    return pixels


def _resampled_axis(pixels: Pixels, axis: int, start: float, length: float, count: int) -> Pixels:
    """start .. start + length along one axis, possibly beyond its ends, resampled to `count`."""
    first = math.floor(start + 1e-6)
    last = max(math.ceil(start + length - 1e-6), first + 1)
    places = np.arange(first, last).clip(0, pixels.shape[axis] - 1)
    padded = pixels.take(places, axis=axis)
    height, width = padded.shape[:2]
    low = max(start - first, 0.0)
    high = min(low + length, last - first)
    box = (0.0, low, width, high) if axis == 0 else (low, 0.0, high, height)
    size = (width, count) if axis == 0 else (count, height)
    return _resized(padded, size, box, shrinks=count < length)


def _resized(
    pixels: Pixels, size: tuple[int, int], box: tuple[float, float, float, float], *, shrinks: bool
) -> Pixels:
    """`size` is (width, height). Lanczos keeps detail but rings when it enlarges."""
    kind = Image.Resampling.LANCZOS if shrinks else Image.Resampling.BICUBIC
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return np.array(picture.resize(size, kind, box=box))


@dataclass(frozen=True, slots=True, eq=False)
class BoxEdit:
    """A box on a picture as one generator sees it. `region` lies inside the picture."""

    image: Pixels
    region: Region
    context: Context
    image_side: int

    @classmethod
    def planned(
        cls,
        image: Pixels,
        region: Region,
        *,
        image_side: int,
        sites: int,
        placement: float = PLACEMENT,
    ) -> "BoxEdit":
        """The box is clipped to the picture; BadInput when nothing of it is left."""
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise BadInput("The picture must be 8-bit RGB.")
        height, width = image.shape[:2]
        inside = region.clipped(width, height)
        context = context_square(inside, width, height, sites, placement)
        return cls(image, inside, context, image_side)

    @property
    def cropped(self) -> Pixels:
        """(S, S, 3): what the generator sees."""
        return crop(self.image, self.context, self.image_side)

    def editable(self, layout: TokenLayout) -> NDArray[np.bool_]:
        """(L,) bool, True = regenerate."""
        box = self.context.model_box(self.region, self.image_side)
        return editable_sites(layout, self.image_side, box)

    def patch(self, decoded: Pixels, shown: NDArray[np.float32] | None = None) -> Pixels:
        """(S, S, 3) -> the box's (h, w, 3), faded into the picture inside the box.

        shown: (S, S) in 0..1, where the decoded picture counts (default: everywhere).
        """
        region = self.region
        height, width = self.image.shape[:2]
        weights = feather(region, width, height)
        if shown is not None:
            levels = np.rint(shown * 255).astype(np.uint8)
            weights = weights * self._from_model(levels).astype(np.float32) / np.float32(255)
        original = self.image[region.top : region.bottom, region.left : region.right]
        return mixed(original, self._from_model(decoded), weights)

    def _from_model(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The box's part of an (S, S[, 3]) picture at the box's own size."""
        box = self.context.model_box(self.region, self.image_side)
        size = (self.region.width, self.region.height)
        shrinks = self.image_side > self.context.side
        return _resized(pixels, size, (box.left, box.top, box.right, box.bottom), shrinks=shrinks)
