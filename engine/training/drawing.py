"""Art as published -> sprites: drawn, trimmed, made square, with the word for its main colour."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engine.values.errors import BadInput

DRAWN_PX = 256
"""SVGs are drawn so large and then made smaller."""

QUALITY = 90
COLOUR_SHARE = 0.7
"""A colour is the main one when it covers so much of a sprite."""

HUES = ((15, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (255, "blue"),
        (290, "purple"), (345, "pink"), (361, "red"))  # fmt: skip
"""Where each colour's hues end, in degrees."""


def drawn(art: bytes) -> Image.Image:
    """RGBA of an SVG or of a picture file; BadInput when it is neither or has nothing to show."""
    if art.lstrip()[:5] in (b"<svg ", b"<?xml", b"<!DOC"):
        art = _rasterised(art)
    try:
        with Image.open(io.BytesIO(art)) as image:
            return image.convert("RGBA")
    except (OSError, UnidentifiedImageError) as error:
        raise BadInput("A drawing cannot be read as a picture.", "Download it again.") from error


def sprite(image: Image.Image, size: int) -> Image.Image:
    """(size, size) RGBA: trimmed to what is seen, centred, colour bled under what is clear."""
    box = image.getchannel("A").getbbox()
    if box is None:
        raise BadInput("A drawing is empty.", "Leave it out.")
    seen = image.crop(box)
    scale = size / max(seen.size)
    width, height = (max(1, round(length * scale)) for length in seen.size)
    canvas = Image.new("RGBA", (size, size))
    # Resizing weighs colours by how opaque they are.
    small = seen.convert("RGBa").resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")
    canvas.paste(small, ((size - width) // 2, (size - height) // 2))
    return _bled(canvas)


def packed(image: Image.Image) -> bytes:
    """As WebP, the colours under clear pixels kept."""
    file = io.BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4, exact=True)
    return file.getvalue()


def main_colour(image: Image.Image) -> str | None:
    """The word for the colour that most of an RGBA picture has, None if none has most of it."""
    hsv = np.asarray(image.convert("RGB").convert("HSV")).astype(np.float32)
    opaque = np.asarray(image.getchannel("A")) > 128
    hue, saturation, value = hsv[opaque][:, 0] * 360 / 255, *(hsv[opaque][:, 1:] / 255).T
    words = np.array([word for _, word in HUES])[
        np.searchsorted([end for end, _ in HUES], hue, side="right")
    ]
    warm = np.isin(words, ("orange", "yellow")) & (value < 0.68)
    words = np.where(warm | ((words == "red") & (value < 0.5)), "brown", words)
    words = np.where((words == "red") & (saturation < 0.55) & (value > 0.75), "pink", words)
    words = np.where(saturation < 0.15, np.where(value > 0.88, "white", "grey"), words)
    words = np.where(value < 0.22, "black", words)
    found, counts = np.unique(words, return_counts=True)
    if not len(found) or counts.max() <= COLOUR_SHARE * counts.sum():
        return None
    return str(found[counts.argmax()])


def _rasterised(svg: bytes) -> bytes:
    try:
        import resvg_py
    except ImportError as error:
        raise BadInput(
            "SVG art is drawn with the resvg-py package, which is not installed.",
            "Install ellbox[train].",
        ) from error
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode("utf-8"), width=DRAWN_PX, dpi=96))
    except ValueError as error:
        raise BadInput(
            f"A drawing is no SVG that can be drawn: {error}.", "Leave it out."
        ) from error


def _bled(image: Image.Image) -> Image.Image:
    """Clear pixels take the colour of what lies near: no dark rim when the sprite is resized."""
    pixels = np.asarray(image).astype(np.float32)
    alpha = pixels[..., 3:] / np.float32(255)
    colours = _filled(pixels[..., :3] * alpha, alpha)
    mixed = np.where(alpha > 0, pixels[..., :3], colours)
    rgba: NDArray[np.uint8] = np.concatenate([mixed, pixels[..., 3:]], axis=-1).round().astype("u1")
    return Image.fromarray(rgba, "RGBA")


def _filled(colours: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """(h, w, 3) premultiplied and (h, w, 1) -> colours everywhere, from ever coarser averages."""
    height, width = weight.shape[:2]
    known = weight > 0
    found = np.divide(colours, weight, out=np.zeros_like(colours), where=known)
    if known.all() or max(height, width) == 1:
        return found
    padding = ((0, height % 2), (0, width % 2), (0, 0))
    coarse = _filled(*(_halved(np.pad(array, padding)) for array in (colours, weight)))
    wide = coarse.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    return np.where(known, found, wide)


def _halved(array: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width, depth = array.shape
    blocks = array.reshape(height // 2, 2, width // 2, 2, depth)
    halved: NDArray[np.float32] = blocks.sum(axis=(1, 3))
    return halved
