"""What travels in a picture file beside its pixels: PNG's texts, and XMP in every format."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from engine.document import jpeg
from engine.document.png import SIGNATURE, text_of
from engine.document.xmp import Origin, origin_from, properties_in, recipe_from

RECIPE_KEYWORD = "ellbox"
XMP_KEYWORD = "XML:com.adobe.xmp"
_FORMATS = ("WEBP", "TIFF", "AVIF")


def recipe_text(data: bytes) -> str | None:
    """The JSON of the recipe in a picture file, or None.

    Damage raises what `properties_in`, `recipe_from` and Pillow raise.
    """
    if data.startswith(SIGNATURE):
        return text_of(data, RECIPE_KEYWORD)
    return recipe_from(xmp_in(data))


def origin_in(data: bytes) -> Origin | None:
    """What the mark of a picture file says, if it has one of ours; raises as `recipe_text`."""
    return origin_from(xmp_in(data))


def xmp_in(data: bytes) -> dict[str, str]:
    """Our properties in the file's XMP; {} when it has none, or is no picture at all."""
    if data.startswith(SIGNATURE):
        text = text_of(data, XMP_KEYWORD)
        return {} if text is None else properties_in(text.encode())
    if data.startswith(jpeg.START):
        return jpeg.xmp_in(data)
    packet = _pillows_xmp(data)
    return {} if packet is None else properties_in(packet)


def _pillows_xmp(data: bytes) -> bytes | None:
    """Only headers are read; whether the pixels can be opened is another question."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
        except (UnidentifiedImageError, Image.DecompressionBombError):
            return None
    packet = image.info.get("xmp")
    if isinstance(packet, str):
        return packet.encode()
    return packet if isinstance(packet, bytes) else None
