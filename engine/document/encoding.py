"""Pictures as the bytes of a file: five formats, and what may travel in each."""

import io
import warnings
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.document import jpeg
from engine.document.carried import RECIPE_KEYWORD, XMP_KEYWORD
from engine.document.damage import DAMAGE
from engine.document.png import encode_png
from engine.document.recipe import Recipe
from engine.document.tiff import DIRECTORIES, encode_tiff
from engine.document.xmp import Origin, packet_of, properties_of
from engine.values.errors import BadInput
from engine.values.image import Channels, Picture

Kind = Literal["PNG", "JPEG", "WEBP", "TIFF", "AVIF"]
"""Pillow's names."""
Depth = Literal[8, 16]

DEEP_KINDS: tuple[Kind, ...] = ("PNG", "TIFF")
LOSSY_KINDS: tuple[Kind, ...] = ("JPEG", "WEBP", "AVIF")
NAMES: dict[Kind, str] = {
    "PNG": "PNG",
    "JPEG": "JPEG",
    "WEBP": "WebP",
    "TIFF": "TIFF",
    "AVIF": "AVIF",
}
_REWRITING: tuple[Kind, ...] = ("TIFF", "AVIF")
"""Formats that EXIF is not copied to byte by byte."""
MAX_EXIF_BYTES = 65_533
"""What fits into the one segment that JPEG has for it."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a picture is written. quality: 1..100, of lossy formats. depth: bits a channel of PNG and
    TIFF, None as the picture is. mark: whether to say that a model drew it (IPTC's source type).

    Raises BadInput for a quality out of range.
    """

    quality: int = 92
    depth: Depth | None = None
    icc: bool = True
    exif: bool = True
    recipe: bool = True
    mark: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.quality <= 100:
            raise BadInput(f"The quality must lie between 1 and 100, not {self.quality}.")


EVERYTHING = ExportOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What a file shall tell of its picture, as far as the options want it."""

    recipe: Recipe | None = None
    origin: Origin | None = None

    @classmethod
    def by(cls, recipe: Recipe | None) -> "Told":
        """A recipe of a box makes a composite, one without makes a generated picture."""
        if recipe is None:
            return cls()
        return cls(recipe, "generated" if recipe.region is None else "composite")


def encoded(picture: Picture, kind: Kind, told: Told, options: ExportOptions) -> tuple[bytes, str]:
    """The file, and sentences about what was left out. Same input, same bytes."""
    picture, losses = _prepared(picture, kind, options)
    recipe, lost = None, ""
    if told.recipe is not None and options.recipe:
        recipe, lost = told.recipe.as_text()
    origin = told.origin if options.mark else None
    notice = " ".join(each for each in (*losses, lost) if each)
    if kind == "PNG":
        texts = [] if recipe is None else [(RECIPE_KEYWORD, recipe)]
        if origin is not None:
            texts.append((XMP_KEYWORD, packet_of(properties_of(None, origin)).decode()))
        return encode_png(picture, *texts), notice
    properties = properties_of(recipe, origin)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd EXIF, of which what can be read is kept
            return _with_pillow(picture, kind, properties, options.quality), notice
    except (OSError, ValueError) as error:
        raise BadInput(
            f"The picture cannot be written as {NAMES[kind]}: {error}.", "Use PNG."
        ) from error


def _prepared(picture: Picture, kind: Kind, options: ExportOptions) -> tuple[Picture, list[str]]:
    """The picture as the format can hold it, and what that costs."""
    losses = []
    deep = picture.is_deep if options.depth is None else options.depth == 16
    if deep and kind not in DEEP_KINDS:
        losses.append("Only PNG and TIFF keep 16 bits a channel.")
        deep = False
    pixels = _in_depth(picture, deep)
    if picture.has_alpha and kind == "JPEG":
        losses.append("JPEG has no transparency; the picture was laid on white.")
        pixels = _on_white(picture)
    exif = picture.exif if options.exif else None
    if kind == "JPEG" and exif is not None and len(_prefixed(exif)) > MAX_EXIF_BYTES:
        losses.append("The EXIF data is too large for JPEG and was left out.")
        exif = None
    if kind in _REWRITING and exif is not None and not _can_be_rewritten(exif):
        losses.append("The EXIF data is damaged and was left out.")
        exif = None
    icc = picture.icc if options.icc else None
    return replace(picture, pixels=pixels, icc=icc, exif=exif), losses


def _can_be_rewritten(exif: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            block = Image.Exif()
            block.load(exif)
            for tag in DIRECTORIES:
                block.get_ifd(tag)
            block.tobytes()
        except DAMAGE:
            return False
    return True


def _in_depth(picture: Picture, deep: bool) -> Channels:
    """The pixels with 16 or 8 bits a channel."""
    if deep == picture.is_deep:
        return picture.pixels
    if deep:
        return picture.pixels.astype(np.uint16) * 257
    if not picture.has_alpha:
        return picture.rgb8
    return np.concatenate([picture.rgb8, _alpha8(picture)], axis=2)


def _with_pillow(picture: Picture, kind: Kind, properties: dict[str, str], quality: int) -> bytes:
    xmp = packet_of(properties) if properties else None
    if kind == "TIFF":
        return encode_tiff(picture.pixels, exif=picture.exif, icc=picture.icc, xmp=xmp)
    options: dict[str, object] = {"quality": quality}
    if picture.exif is not None:
        options["exif"] = _prefixed(picture.exif)
    if picture.icc is not None:
        options["icc_profile"] = picture.icc
    if kind == "JPEG":
        options["subsampling"] = 0
    elif xmp is not None:
        options["xmp"] = xmp
    file = io.BytesIO()
    Image.fromarray(picture.pixels).save(file, kind, **options)
    data = file.getvalue()
    return jpeg.with_xmp(data, properties) if kind == "JPEG" and properties else data


def _prefixed(exif: bytes) -> bytes:
    return b"Exif\0\0" + exif


def _alpha8(picture: Picture) -> NDArray[np.uint8]:
    alpha = picture.pixels[..., [3, 3, 3]]
    return Picture(alpha).rgb8[..., :1]


def _on_white(picture: Picture) -> NDArray[np.uint8]:
    share = _alpha8(picture).astype(np.float32) / 255
    mixed = picture.rgb8 * share + 255 * (1 - share)
    return np.rint(mixed).astype(np.uint8)
