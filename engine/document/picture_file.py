"""Pictures from files and to files: whatever can be opened becomes RGB once, with a notice."""

import io
import os
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from engine.atomic_write import write_whole
from engine.document import png, tiff
from engine.document.damage import DAMAGE, reason
from engine.document.encoding import EVERYTHING, ExportOptions, Kind, Told, encoded
from engine.document.exif import UPRIGHT, orientation, upright
from engine.document.recipe import Recipe
from engine.document.upright import turned, unpacked
from engine.values.errors import BadInput
from engine.values.image import Channels, Picture

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "AVIF", "BMP", "GIF", "PPM")
"""Pillow's names; JPEG brings MPO, the several pictures in one file of some phones."""
WRITABLE: dict[str, Kind] = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".avif": "AVIF",
}
MAX_FILE_BYTES = 2**30
MAX_SIDE_PX = 65_535


def open_picture(path: Path) -> Picture:
    """The picture as it is meant to be seen: turned upright, RGB; BadInput when it is none."""
    return read_picture(read_bytes(path), path.name)


def read_bytes(path: Path, most_bytes: int | None = None) -> bytes:
    """All bytes of a regular file, else BadInput; of at most MAX_FILE_BYTES if nothing is said."""
    most_bytes = MAX_FILE_BYTES if most_bytes is None else most_bytes
    try:
        if not path.exists():
            raise BadInput(f"There is no file {path}.", "Check the name and the folder.")
        if not path.is_file():
            raise BadInput(f"{path} is not a file.", "Choose a picture file.")
        with path.open("rb") as file:
            # Some files of the system say 0 bytes and never end.
            if os.fstat(file.fileno()).st_size <= most_bytes:
                data = file.read(most_bytes + 1)
                if len(data) <= most_bytes:
                    return data
    except OSError as error:
        reason = error.strerror or error
        raise BadInput(f"{path} cannot be read: {reason}.", "Check its permissions.") from error
    except MemoryError as error:
        raise BadInput(
            f"There is not enough memory to read {path}.", "Close other programs."
        ) from error
    raise BadInput(f"{path} is larger than {most_bytes / 2**30:.0f} GiB.", "Choose a smaller file.")


def read_picture(data: bytes, name: str) -> Picture:
    """A picture from a file's bytes; `name` is for sentences."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of odd metadata, which does no harm; a bomb does.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if max(image.size) > MAX_SIDE_PX:
                raise BadInput(f"{name} is wider or higher than {MAX_SIDE_PX} pixels.", _SMALLER)
            return _picture_of(image, data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000
        raise BadInput(f"{name} has more than {limit} million pixels.", _SMALLER) from error
    except UnidentifiedImageError as error:
        raise BadInput(
            f"{name} is not a picture that Ellbox can open.",
            "Use PNG, JPEG, WebP, TIFF, AVIF, BMP, GIF or PPM.",
        ) from error
    except BadInput:
        raise
    except DAMAGE as error:
        raise BadInput(f"{name} is damaged: {reason(error)}.", "Try to save it again.") from error


def format_of(data: bytes) -> str:
    """Pillow's name of the format of a picture that could be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Image.open(io.BytesIO(data), formats=FORMATS).format or ""


_SMALLER = "Make it smaller in another program first."


def _picture_of(image: Image.Image, data: bytes) -> Picture:
    exif = _exif_of(image)
    icc = image.info.get("icc_profile") or None
    side = 1 if exif is None else orientation(exif)
    header = png.Header.of(data)
    pixels: Channels
    if header is not None and header.is_deep:
        pixels, notice = _rgb16(png.read_deep(data))
    elif image.format == "TIFF" and tiff.is_deep(data):
        (pixels, side), notice = tiff.read_deep(data), ""
    elif image.mode.startswith("I"):
        pixels, notice = _rgb16(_grey16(image))
    else:
        colour, notice = _rgb8(image, icc)
        pixels, side = unpacked(colour, side), UPRIGHT
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":
        notice = f"{notice} Only the first of {frames} frames was opened.".strip()
    fits = icc is not None and icc[16:20] == b"RGB " and image.mode != "CMYK"
    return Picture(
        turned(pixels, side),
        icc=icc if fits else None,
        exif=None if exif is None else upright(exif),
        notice=notice,
    )


def _exif_of(image: Image.Image) -> bytes | None:
    """The TIFF block without its JPEG prefix."""
    if image.format == "TIFF":
        return tiff.exif_of(image)
    block = image.info.get("exif")
    return bytes(block).removeprefix(b"Exif\0\0") or None if block else None


def _rgb16(pixels: NDArray[np.uint16]) -> tuple[NDArray[np.uint16], str]:
    """(H, W, 1 to 4) -> RGB or RGBA, and a notice when it was grey."""
    channels = pixels.shape[2]
    if channels > 2:
        return pixels, ""
    colour = np.repeat(pixels[..., :1], 3, axis=2)
    return np.concatenate([colour, pixels[..., 1:]], axis=2), "The grey picture became RGB."


def _grey16(image: Image.Image) -> NDArray[np.uint16]:
    return np.asarray(image).clip(0, 65535).astype(np.uint16)[..., None]


def _rgb8(image: Image.Image, icc: bytes | None) -> tuple[Image.Image, str]:
    """RGB or RGBA, and a notice when it was neither."""
    mode = image.mode
    if mode == "F":
        raise BadInput("Pictures of floating-point numbers cannot be opened.", "Use 8 or 16 bits.")
    see_through = mode in ("LA", "PA", "La", "RGBa", "RGBA") or "transparency" in image.info
    target = "RGBA" if see_through else "RGB"
    if mode == "CMYK" and icc is not None:
        image = _printed(image, icc)
    # Pillow copies even what is in that mode already.
    converted = image if image.mode == target else image.convert(target)
    return converted, _NOTICES.get(mode, "")


_NOTICES = {
    "1": "The black and white picture became RGB.",
    "L": "The grey picture became RGB.",
    "LA": "The grey picture became RGB.",
    "P": "The palette picture became RGB.",
    "PA": "The palette picture became RGB.",
    "CMYK": "The CMYK picture became RGB; its colours may differ slightly.",
    "YCbCr": "The YCbCr picture became RGB.",
    "LAB": "The Lab picture became RGB.",
}


def _printed(image: Image.Image, icc: bytes) -> Image.Image:
    """CMYK through its own profile to sRGB; unchanged when the profile is of no use."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError):
        return image


def check_suffix(path: Path) -> Kind:
    """The format that `path` asks for; BadInput for any other suffix."""
    kind = WRITABLE.get(path.suffix.lower())
    if kind is None:
        raise BadInput(
            f"{path.name} does not end like a picture that Ellbox can write.",
            "Use .png, .jpg, .webp, .tif or .avif.",
        )
    return kind


def save_picture(
    picture: Picture,
    path: Path,
    *,
    recipe: Recipe | None = None,
    options: ExportOptions = EVERYTHING,
) -> str:
    """Writes a picture in the format of its suffix; returns what was left out."""
    return write_picture(picture, path, Told.by(recipe), options)


def write_picture(picture: Picture, path: Path, told: Told, options: ExportOptions) -> str:
    """As `save_picture`, for pictures that are more than their newest edit."""
    data, notice = encoded(picture, check_suffix(path), told, options)
    write_whole(path, data)
    return notice
