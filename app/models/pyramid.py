"""Pyramid: a picture halved again and again, for zooming out; made on a thread of its own."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from app.models.jobs import JobNumbers
from app.models.sources import Source, packed, whole_of
from engine.document.document import Document
from engine.values.jobs import Failed, WasCancelled
from engine.values.region import Region

log = logging.getLogger(__name__)

Packed = NDArray[np.uint32]
"""(h, w): pixels of 32 bits, alpha premultiplied, in the format that Qt paints fastest."""

SMALLEST_PX = 256
BAND_ROWS = 128
"""Rows made at once: their pixels fit in a processor's cache."""
LOW_BITS = np.uint32(0x7F7F7F7F)


@dataclass(frozen=True, slots=True, eq=False)
class Pyramid:
    """levels: read-only; a pixel of levels[i] is the mean of 2^(i+1) x 2^(i+1) of the picture.

    At the right and the bottom edge a pixel may stand for fewer.
    """

    levels: tuple[Packed, ...]

    @property
    def nbytes(self) -> int:
        return sum(level.nbytes for level in self.levels)


def halved(pixels: Packed) -> Packed:
    """(h, w) -> half as high and wide, rounded up; an odd last row or column counts twice.

    Means of the four bytes of a word at once: a + b = 2 (a & b) + (a ^ b), as in H. S. Warren,
    Hacker's Delight, 2-5. One mean rounds down and the next up, so nothing drifts dark or bright.
    """
    high, wide = pixels.shape
    if high % 2 or wide % 2:
        pixels = np.pad(pixels, ((0, high % 2), (0, wide % 2)), mode="edge")
    left, right = pixels[:, 0::2], pixels[:, 1::2]
    across = (left & right) + (((left ^ right) >> np.uint32(1)) & LOW_BITS)
    upper, lower = across[0::2], across[1::2]
    return (upper | lower) - (((upper ^ lower) >> np.uint32(1)) & LOW_BITS)


def halvings(width: int, height: int) -> int:
    """How many levels a picture has."""
    count = 0
    while max(width, height) > SMALLEST_PX:
        width, height, count = -(-width // 2), -(-height // 2), count + 1
    return count


def shrunk(pixels: Packed, level: int) -> Packed:
    """Halved `level` times."""
    for _ in range(level):
        pixels = halved(pixels)
    return pixels


def coarser(region: Region, level: int) -> Region:
    """The pixels of a level that show any of a region; level 0 is the picture."""
    whole = 1 << level
    return Region(
        region.left >> level,
        region.top >> level,
        -(-region.right // whole),
        -(-region.bottom // whole),
    )


def built(
    source: Source,
    before: Pyramid | None = None,
    region: Region | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Pyramid:
    """All levels, or those of `before` with a region of the picture made anew.

    A cancelled one is left half done.
    """
    region = whole_of(source) if region is None or before is None else region
    wide, high = source.width, source.height
    levels: list[Packed] = []
    for number in range(1, halvings(wide, high) + 1):
        finer = levels[-1] if levels else None
        wide, high = -(-wide // 2), -(-high // 2)
        made = (
            np.empty((high, wide), np.uint32)
            if before is None
            else before.levels[number - 1].copy()
        )
        for rows in _bands(coarser(region, number)):
            if cancelled():
                break
            made[rows.top : rows.bottom, rows.left : rows.right] = halved(
                _below(rows, finer, source)
            )
        made.setflags(write=False)
        levels.append(made)
    return Pyramid(tuple(levels))


def _bands(region: Region) -> list[Region]:
    tops = range(region.top, region.bottom, BAND_ROWS)
    return [
        Region(region.left, top, region.right, min(top + BAND_ROWS, region.bottom)) for top in tops
    ]


def _below(region: Region, finer: Packed | None, source: Source) -> Packed:
    """What a region of a level is made from: pixels of the finer level or of the picture itself."""
    doubled = Region(2 * region.left, 2 * region.top, 2 * region.right, 2 * region.bottom)
    if finer is None:
        return packed(source.part(doubled.clipped(source.width, source.height)))
    return finer[doubled.top : doubled.bottom, doubled.left : doubled.right]


@dataclass(frozen=True, slots=True, eq=False)
class ShrinkRequest:
    job: int
    source: Source
    before: Pyramid | None = None
    region: Region | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    job: int
    pyramid: Pyramid


@dataclass(frozen=True, slots=True, eq=False)
class ComposeRequest:
    """Have the whole picture of a document ready: the next decode asks for it."""

    job: int
    document: Document


@dataclass(frozen=True, slots=True)
class Composed:
    job: int


class Shrinker:
    """Builds pyramids, and composes pictures, on whatever thread calls `run`."""

    def run(
        self,
        request: ShrinkRequest | ComposeRequest,
        emit: Callable[[Shrunk | Composed], None],
        cancelled: Callable[[], bool],
    ) -> None:
        if isinstance(request, ShrinkRequest):
            pyramid = built(request.source, request.before, request.region, cancelled)
            emit(Shrunk(request.job, pyramid))
            return
        _ = request.document.picture
        if cancelled():
            request.document.forget_picture()
        emit(Composed(request.job))


class ShrinkLine(Protocol):
    """Where pyramids are built; the answers come as events."""

    def submit(self, request: ShrinkRequest | ComposeRequest) -> None: ...

    def cancel(self, job: int) -> None: ...


class Pyramids(QObject):
    """Asks for pyramids and hands each to whoever asked, on the GUI thread."""

    def __init__(
        self, line: ShrinkLine, numbers: JobNumbers, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._line, self._numbers = line, numbers
        self._takers: dict[int, Callable[[Pyramid], None] | None] = {}

    @property
    def busy(self) -> bool:
        return bool(self._takers)

    def ask(
        self,
        source: Source,
        take: Callable[[Pyramid], None],
        before: Pyramid | None = None,
        region: Region | None = None,
    ) -> int:
        """The number of the job, to give it up by; arguments as of `built`."""
        job = self._numbers.next()
        self._takers[job] = take
        self._line.submit(ShrinkRequest(job, source, before, region))
        return job

    def compose(self, document: Document) -> int:
        """Have `document.picture` made before anybody waits for it; the number of the job."""
        job = self._numbers.next()
        self._takers[job] = None
        self._line.submit(ComposeRequest(job, document))
        return job

    def give_up(self, job: int) -> None:
        """The picture is another by now; the answer is not wanted."""
        if job in self._takers:
            del self._takers[job]
            self._line.cancel(job)

    def take(self, event: Shrunk | Composed | WasCancelled | Failed) -> None:
        """An answer; without one the canvas goes on with every n-th pixel, coarse but right."""
        take = self._takers.pop(event.job, None)
        if isinstance(event, Failed):
            log.error("a picture could not be made smaller: %s", event.details)
        elif take is not None and isinstance(event, Shrunk):
            take(event.pyramid)
