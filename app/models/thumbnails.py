"""Thumbnails: small pictures of steps, the least recently used out, bounded by bytes."""

from collections import OrderedDict

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.models.convert import to_qimage
from engine.values.jobs import Pixels
from engine.values.timeline import Snapshot

THUMBNAIL_PX = 96
LIMIT_BYTES = 24 * 2**20


class Thumbnails:
    """Kept by the snapshot itself: a tree that grows shares it, another decode has others."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._known: OrderedDict[int, tuple[Snapshot, QImage]] = OrderedDict()
        self.held_bytes = 0

    def get(self, snapshot: Snapshot) -> QImage | None:
        known = self._known.get(id(snapshot))
        if known is None:
            return None
        self._known.move_to_end(id(snapshot))
        return known[1]

    def put(self, snapshot: Snapshot, picture: Pixels) -> QImage:
        """The picture made small, and kept."""
        small = shrunk(picture)
        self.held_bytes += small.sizeInBytes()
        replaced = self._known.pop(id(snapshot), None)
        if replaced is not None:
            self.held_bytes -= replaced[1].sizeInBytes()
        self._known[id(snapshot)] = (snapshot, small)
        while self.held_bytes > self._limit_bytes and len(self._known) > 1:
            _, (_, dropped) = self._known.popitem(last=False)
            self.held_bytes -= dropped.sizeInBytes()
        return small


def shrunk(picture: Pixels) -> QImage:
    """The square in the middle, THUMBNAIL_PX wide; only so many pixels are looked at as that needs.

    The ends of a long box are not shown: whole, it would take megabytes.
    """
    high, wide = picture.shape[:2]
    side = min(high, wide)
    top, left = (high - side) // 2, (wide - side) // 2
    step = max(side // (2 * THUMBNAIL_PX), 1)
    return to_qimage(picture[top : top + side : step, left : left + side : step]).scaled(
        THUMBNAIL_PX,
        THUMBNAIL_PX,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
