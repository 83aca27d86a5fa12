"""Differences: where two documents differ, and whether anything outside the boxes does."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.models.convert import picture_to_qimage, to_qimage
from app.texts import QT_TR_NOOP, counted, number, tr
from engine.document.document import Document
from engine.values.image import Channels
from engine.values.region import Region

ROWS_AT_ONCE = 512
GAIN = 4
"""How much stronger than they are differences are shown."""
CHANGED_RGBA = np.array([255, 0, 200, 150], np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class CompareRequest:
    """boxes: where pixels may differ. Both documents have one size."""

    job: int
    before: Document
    after: Document
    boxes: tuple[Region, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """before, difference: whole pictures. changes: changed pixels in colour, the rest clear.

    changed: pixels that differ in any channel, at full depth. outside: those of them in no box.
    """

    job: int
    before: QImage
    difference: QImage
    changes: QImage
    changed: int
    outside: int

    @property
    def text(self) -> str:
        """What the counts prove, in a sentence."""
        if self.changed == 0:
            return tr("No pixel has changed.")
        told = counted(
            QT_TR_NOOP("1 pixel has changed"),
            QT_TR_NOOP("{count} pixels have changed"),
            self.changed,
        )
        if self.outside == 0:
            return tr("{told}, all inside the boxes; 0 outside.").format(told=told)
        outside = tr("{told}, {outside} of them outside the boxes.")
        return outside.format(told=told, outside=number(self.outside))


class Comparer:
    """Compares on whatever thread calls `run`; a request given up is left half done."""

    def run(
        self,
        request: CompareRequest,
        emit: Callable[[Compared], None],
        cancelled: Callable[[], bool],
    ) -> None:
        before, after = request.before.picture.pixels, request.after.picture.pixels
        mask = np.empty(before.shape[:2], bool)
        strength = np.empty((*before.shape[:2], 3), np.uint8)
        for top in range(0, len(before), ROWS_AT_ONCE):
            if cancelled():
                break  # whoever gave it up does not look at the answer
            rows = slice(top, top + ROWS_AT_ONCE)
            mask[rows] = (before[rows] != after[rows]).any(axis=2)
            strength[rows] = apart(before[rows], after[rows])
        emit(
            Compared(
                request.job,
                picture_to_qimage(request.before.picture),
                to_qimage(strength),
                to_qimage(mask[..., None] * CHANGED_RGBA),
                int(mask.sum()),
                int((mask & ~inside(request.boxes, mask.shape)).sum()),
            )
        )


def apart(before: Channels, after: Channels) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: how far apart the colours are, GAIN times, on black."""
    depth = 257 if before.dtype == np.uint16 else 1
    distance = np.abs(before[..., :3].astype(np.int32) - after[..., :3].astype(np.int32))
    # A difference that is there must be seen, however small it is.
    shown = np.where(distance > 0, np.maximum(distance * GAIN // depth, 1), 0)
    return shown.clip(0, 255).astype(np.uint8)


def inside(boxes: tuple[Region, ...], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """(H, W) bool: in one of the boxes."""
    covered = np.zeros(shape, bool)
    for box in boxes:
        covered[box.top : box.bottom, box.left : box.right] = True
    return covered
