"""The one EXIF entry that matters here: which side of the picture is up."""

import struct

from engine.document.ifd import SHORT, Entry, entries

ORIENTATION = 0x0112
UPRIGHT = 1


def orientation(exif: bytes) -> int:
    """1..8 of a TIFF block; 1 (upright) when it says nothing that can be read."""
    entry = _entry(exif)
    values = () if entry is None else entry.values(exif)
    return values[0] if len(values) == 1 and 1 <= values[0] <= 8 else 1


def upright(exif: bytes) -> bytes:
    """The same block saying "upright"; every other byte stays, maker's notes too."""
    entry = _entry(exif)
    if entry is None:
        return exif
    at = entry.at + 8
    return exif[:at] + struct.pack(entry.order + "H", 1) + exif[at + 2 :]


def _entry(exif: bytes) -> Entry | None:
    entry = entries(exif).get(ORIENTATION)
    return entry if entry is not None and entry.kind == SHORT and entry.count == 1 else None
