"""RGB arrays <-> QImage, the only place; and with it, from a picture's colours to the screen's."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColorSpace, QColorTransform, QImage

from engine.values.image import Picture


def to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    """(H, W, 3) or (H, W, 4) uint8 -> an image in Qt's fastest format, with its own memory."""
    pixels = np.ascontiguousarray(pixels)
    height, width, channels = pixels.shape
    bytes_a_line = width * channels
    if channels == 4:
        image = QImage(pixels.data, width, height, bytes_a_line, QImage.Format.Format_RGBA8888)
        return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    image = QImage(pixels.data, width, height, bytes_a_line, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def picture_to_qimage(picture: Picture) -> QImage:
    """What is on screen: 8 bits a channel, alpha kept, in the colours of its profile."""
    return in_screen_colors(_plain(picture), picture.icc)


def in_screen_colors(image: QImage, icc: bytes | None) -> QImage:
    """The image itself, its colours taken from its profile to sRGB, which screens are near to."""
    way = None if icc is None else _way_to_screen(icc)
    if way is not None:
        image.applyColorTransform(way)
    return image


@lru_cache(maxsize=8)
def _way_to_screen(icc: bytes) -> QColorTransform | None:
    """None where nothing is to be done: for sRGB itself, and for profiles that Qt cannot read."""
    space = QColorSpace.fromIccProfile(QByteArray(icc))
    if not space.isValid():
        return None
    way = space.transformationToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    return None if way.isIdentity() else way


def _plain(picture: Picture) -> QImage:
    if picture.pixels.shape[2] == 3:
        return to_qimage(picture.rgb8)
    alpha = picture.pixels[..., 3:]
    if alpha.dtype == np.uint16:
        alpha = (alpha // 257).astype(np.uint8)
    return to_qimage(np.concatenate([picture.rgb8, alpha.astype(np.uint8)], axis=2))


def to_pixels(image: QImage) -> NDArray[np.uint8]:
    """(H, W, 3) or, for images with alpha, (H, W, 4) uint8, with its own memory."""
    has_alpha = image.hasAlphaChannel()
    form = QImage.Format.Format_RGBA8888 if has_alpha else QImage.Format.Format_RGB888
    channels = 4 if has_alpha else 3
    plain = image.convertToFormat(form)
    lines = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1)
    used = lines[:, : plain.width() * channels]
    return used.reshape(plain.height(), plain.width(), channels).copy()


def to_picture(image: QImage) -> Picture:
    """A pasted or dropped image as a picture without a file, in sRGB."""
    srgb = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    if image.colorSpace().isValid() and image.colorSpace() != srgb:
        image = image.convertedToColorSpace(srgb)
    return Picture(to_pixels(image))
