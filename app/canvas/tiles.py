"""Tiles: draws any part of a large picture at any scale, at a cost that the screen sets.

Above half size, squares of the picture are converted once and kept, bounded by bytes. Below, the
pyramid's level with at least one pixel for each pixel on screen is drawn. What is not made yet is
shown coarse: a tile by the pyramid, a level by every n-th pixel of the picture.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from app.models.pyramid import Packed, Pyramid, shrunk
from app.models.sources import Source, around, packed, shared, whole_of
from engine.values.region import Region

TILE_PX = 512
RIM_PX = 1
"""Pixels of its neighbours around a tile: smooth drawing then shows no seams."""
LIMIT_BYTES = 192 * 2**20
PIXELS_SHOW_FROM = 2.0
STRIP_PX, LONE_STRIPS_PX = 64, 4_000_000
"""Qt draws smoothly on several threads and waits for them, which takes long while a decode has
the processor. It draws lower strips than 96 lines alone; only very large windows are worth more.
"""
EXACT_PX = 1_000_000
"""As many pixels are halved on the spot."""
TILES_SECONDS = 0.004
"""Of each frame, for new tiles."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """image: drawn at a place of the picture, its pixels `side` px wide; inner: what it is for."""

    image: QImage
    left: int
    top: int
    side: int
    inner: QRectF


class Tiles:
    """Keeps what was converted; a change of a region costs the tiles under it only."""

    def __init__(self, source: Source, limit_bytes: int = LIMIT_BYTES) -> None:
        self._source = source
        self._limit_bytes = limit_bytes
        self._known: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._held_bytes = 0
        self._levels: list[QImage] = []
        self.pyramid: Pyramid | None = None
        self.stale: Region | None = None
        """Where the pyramid shows what was there before."""
        self.whole = True
        """False after a frame that left tiles to be made: draw again soon."""
        self._until = 0.0
        self._stand_in: tuple[tuple[Region, int], QImage] | None = None

    @property
    def source(self) -> Source:
        return self._source

    @property
    def held_bytes(self) -> int:
        return self._held_bytes

    def renew(self, source: Source, region: Region) -> None:
        """The same picture but for a region."""
        self._source, self._stand_in = source, None
        for key in [key for key in self._known if shared((self._reach(*key), region))]:
            self._held_bytes -= self._known.pop(key).sizeInBytes()
        self.stale = region if self.stale is None else around((self.stale, region))

    def put_pyramid(self, pyramid: Pyramid) -> None:
        """Of the source as it is now."""
        self.pyramid, self.stale, self._stand_in = pyramid, None, None
        self._levels = [self._as_image(level) for level in pyramid.levels]

    def draw(self, painter: QPainter, exposed: QRectF, scale: float) -> None:
        """exposed: in picture pixels, as the painter has them. scale: device pixels for each."""
        region = _pixels_of(exposed, self._source)
        if region is None:
            return
        level = level_for(scale)
        shown = scale * 2**level
        smooth = shown < PIXELS_SHOW_FROM and not math.isclose(shown, 1.0, rel_tol=1e-6)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        clipped = painter.clipBoundingRect() if painter.hasClipping() else exposed
        within = exposed.intersected(clipped)
        alone = smooth and within.width() * within.height() * scale**2 <= LONE_STRIPS_PX
        strip = STRIP_PX / scale if alone else math.inf
        self.whole, self._until = True, time.perf_counter() + TILES_SECONDS
        for chunk in self._chunks(region, level):
            _draw(painter, chunk, within.intersected(chunk.inner), strip)
        painter.restore()

    def _chunks(self, region: Region, level: int) -> Iterator[Chunk]:
        if level == 0:
            for row in range(region.top // TILE_PX, -(-region.bottom // TILE_PX)):
                for column in range(region.left // TILE_PX, -(-region.right // TILE_PX)):
                    yield self._tile(column, row)
            return
        at_hand = min(level, len(self._levels))
        missing: Region | None = region
        if at_hand:
            whole = QRectF(0, 0, self._source.width, self._source.height)
            yield Chunk(self._levels[at_hand - 1], 0, 0, 2**at_hand, whole)
            missing = None if self.stale is None else shared((region, self.stale))
        if missing is not None:
            yield self._stood_in(missing, at_hand or level)

    def _tile(self, column: int, row: int) -> Chunk:
        inner = QRectF(column * TILE_PX, row * TILE_PX, TILE_PX, TILE_PX)
        image = self._known.get((column, row))
        reach = self._reach(column, row)
        if image is None and self._may_wait(reach):
            self.whole = False
            return Chunk(self._levels[0], 0, 0, 2, inner)
        if image is None:
            image = self._source.part(reach)
            self._known[column, row] = image
            self._held_bytes += image.sizeInBytes()
            while self._held_bytes > self._limit_bytes and len(self._known) > 1:
                _, dropped = self._known.popitem(last=False)
                self._held_bytes -= dropped.sizeInBytes()
        self._known.move_to_end((column, row))
        return Chunk(image, reach.left, reach.top, 1, inner)

    def _may_wait(self, reach: Region) -> bool:
        """A tile whose place the pyramid can take, in a frame that has done its share."""
        fresh = self.stale is None or shared((reach, self.stale)) is None
        return bool(self._levels) and fresh and time.perf_counter() > self._until

    def _reach(self, column: int, row: int) -> Region:
        """A tile with its rim, as far as the picture goes."""
        left, top = column * TILE_PX - RIM_PX, row * TILE_PX - RIM_PX
        side = TILE_PX + 2 * RIM_PX
        around_it = Region(left, top, left + side, top + side)
        return around_it.clipped(self._source.width, self._source.height)

    def _stood_in(self, region: Region, level: int) -> Chunk:
        """A region whose level is not made yet: a small one as it will be, a large one coarse."""
        exact = region.width * region.height <= EXACT_PX
        side = 2**level if exact else 2 ** (level + 1)
        left, top = region.left // side * side, region.top // side * side
        grown = Region(left, top, -(-region.right // side) * side, -(-region.bottom // side) * side)
        grown = grown.clipped(self._source.width, self._source.height)
        if self._stand_in is None or self._stand_in[0] != (grown, side):
            if exact:
                # A copy: nobody else keeps these pixels.
                image = self._as_image(shrunk(packed(self._source.part(grown)), level)).copy()
            else:
                image = self._source.part(grown, side)
            self._stand_in = ((grown, side), image)
        inner = QRectF(grown.left, grown.top, grown.width, grown.height)
        return Chunk(self._stand_in[1], grown.left, grown.top, side, inner)

    def _as_image(self, pixels: Packed) -> QImage:
        """A view: the array must live as long."""
        high, wide = pixels.shape
        form = (
            QImage.Format.Format_ARGB32_Premultiplied
            if self._source.has_alpha
            else QImage.Format.Format_RGB32
        )
        return QImage(pixels.data, wide, high, 4 * wide, form)


def level_for(scale: float) -> int:
    """The coarsest level with at least one pixel for each pixel on screen; 0 is the picture."""
    return max(math.floor(-math.log2(scale) + 1e-9), 0)


def _pixels_of(exposed: QRectF, source: Source) -> Region | None:
    """Whole pixels of the picture that hold what is exposed."""
    left, top = math.floor(exposed.left()), math.floor(exposed.top())
    right, bottom = math.ceil(exposed.right()), math.ceil(exposed.bottom())
    if right <= left or bottom <= top:
        return None
    return shared((Region(left, top, right, bottom), whole_of(source)))


def _draw(painter: QPainter, chunk: Chunk, part: QRectF, strip: float) -> None:
    """A part of the picture from a chunk, in strips so many picture pixels high."""
    size = chunk.image.size()
    target = QRectF(chunk.left, chunk.top, size.width() * chunk.side, size.height() * chunk.side)
    source = QRectF(QPointF(0, 0), size.toSizeF())
    top = part.top()
    while top < part.bottom():
        bottom = min(top + strip, part.bottom())
        painter.setClipRect(QRectF(part.left(), top, part.width(), bottom - top))
        painter.drawImage(target, chunk.image, source)
        top = bottom
