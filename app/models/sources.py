"""Sources: where the canvas takes pixels from, a part at a time; nothing is converted whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.models.convert import in_screen_colors, picture_to_qimage, to_qimage
from engine.document.document import Document
from engine.values.jobs import Pixels
from engine.values.region import Region


class Source(Protocol):
    """width, height: in pixels."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def has_alpha(self) -> bool: ...

    def part(self, region: Region, step: int = 1) -> QImage:
        """Every step-th pixel of a region inside, both ways: RGB32, or ARGB32 premultiplied."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class DocumentSource:
    """A document as it looks with its visible patches; the base is not copied."""

    document: Document

    @property
    def width(self) -> int:
        return self.document.base.width

    @property
    def height(self) -> int:
        return self.document.base.height

    @property
    def has_alpha(self) -> bool:
        return self.document.base.has_alpha

    def part(self, region: Region, step: int = 1) -> QImage:
        return picture_to_qimage(self.document.part(region, step))


@dataclass(frozen=True, slots=True, eq=False)
class PixelsSource:
    """pixels: (H, W, 3) uint8, a step's picture or a candidate. icc: of the picture around it."""

    pixels: Pixels
    icc: bytes | None = None

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def has_alpha(self) -> bool:
        return False

    def part(self, region: Region, step: int = 1) -> QImage:
        rows = slice(region.top, region.bottom, step)
        columns = slice(region.left, region.right, step)
        return in_screen_colors(to_qimage(self.pixels[rows, columns]), self.icc)


@dataclass(frozen=True, slots=True, eq=False)
class ImageSource:
    """image: RGB32, or ARGB32 premultiplied, in memory already."""

    image: QImage

    @property
    def width(self) -> int:
        return self.image.width()

    @property
    def height(self) -> int:
        return self.image.height()

    @property
    def has_alpha(self) -> bool:
        return self.image.hasAlphaChannel()

    def part(self, region: Region, step: int = 1) -> QImage:
        whole = self.image.copy(region.left, region.top, region.width, region.height)
        if step == 1:
            return whole
        return whole.scaled(
            -(-region.width // step),
            -(-region.height // step),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.FastTransformation,
        )


def whole_of(source: Source) -> Region:
    return Region(0, 0, source.width, source.height)


def shared(regions: Sequence[Region]) -> Region | None:
    """Where all of them overlap; None when they do not."""
    left, top = max(each.left for each in regions), max(each.top for each in regions)
    right, bottom = min(each.right for each in regions), min(each.bottom for each in regions)
    return Region(left, top, right, bottom) if left < right and top < bottom else None


def around(regions: Sequence[Region]) -> Region:
    """The smallest box that holds them all."""
    return Region(
        min(each.left for each in regions),
        min(each.top for each in regions),
        max(each.right for each in regions),
        max(each.bottom for each in regions),
    )


def packed(image: QImage) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    """(h, w) uint32: the pixels of an image of 32 bits, as a copy."""
    lines = np.frombuffer(image.constBits(), np.uint32)
    return lines.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()].copy()
