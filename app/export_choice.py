"""ExportChoice: what to export and how, as chosen the last time."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args

What = Literal["picture", "box", "mask", "layers", "decode", "sheet"]
Format = Literal["png", "jpg", "webp", "tif", "avif"]
Film = Literal["gif", "webp", "apng", "mp4"]
Bits = Literal[0, 8, 16]

WHATS: tuple[What, ...] = get_args(What)
FORMATS: tuple[Format, ...] = get_args(Format)
FILMS: tuple[Film, ...] = get_args(Film)
NAME_PATTERN = "{name} {what}"
_ALLOWED: Mapping[str, tuple[object, ...]] = {
    "what": WHATS,
    "format": FORMATS,
    "film": FILMS,
    "depth": get_args(Bits),
    "quality": tuple(range(1, 101)),
}


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """format: of a picture, box or contact sheet; film: of the decode. depth: bits a channel, 0 as
    the picture is. folder: "" for that of the last file. replace: write over a file of that name.
    """

    what: What = "picture"
    format: Format = "png"
    film: Film = "gif"
    quality: int = 92
    depth: Bits = 0
    icc: bool = True
    exif: bool = True
    recipe: bool = True
    mark: bool = True
    folder: str = ""
    name: str = NAME_PATTERN
    replace: bool = False

    @property
    def suffix(self) -> str:
        match self.what:
            case "mask":
                return ".png"
            case "layers":
                return ".ora"
            case "decode":
                # Few programs open a file that ends in .apng; all open it as .png.
                return ".png" if self.film == "apng" else f".{self.film}"
            case _:
                return f".{self.format}"

    @property
    def is_picture(self) -> bool:
        """Whether it is written in one of FORMATS."""
        return self.what in ("picture", "box", "sheet")

    @property
    def is_film(self) -> bool:
        """Whether it is written in one of FILMS."""
        return self.what == "decode"

    @property
    def is_lossy(self) -> bool:
        return self.is_picture and self.format in ("jpg", "webp", "avif")

    @property
    def is_deep(self) -> bool:
        """Whether the format can hold 16 bits a channel of a picture."""
        return self.what in ("picture", "box") and self.format in ("png", "tif")


FIRST_CHOICE = ExportChoice()


def choice_from(record: object) -> ExportChoice:
    """What was stored; the default for each entry that is missing or unfit."""
    if not isinstance(record, dict):
        return FIRST_CHOICE
    fit = {
        field.name: record[field.name]
        for field in fields(ExportChoice)
        if _fits(field.name, record.get(field.name), getattr(FIRST_CHOICE, field.name))
    }
    return ExportChoice(**fit)


def _fits(name: str, value: object, default: object) -> bool:
    return type(value) is type(default) and value in _ALLOWED.get(name, (value,))
