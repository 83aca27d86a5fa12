"""The one EXIF entry that matters here: which side of the picture is up."""

import struct

_ORIENTATION = 0x0112
_SHORT = 3


def orientation(exif: bytes) -> int:
    """1..8 of a TIFF block; 1 (upright) when it says nothing that can be read."""
    place = _place(exif)
    if place is None:
        return 1
    at, order = place
    (value,) = struct.unpack_from(order + "H", exif, at)
    return int(value) if 1 <= value <= 8 else 1


def upright(exif: bytes) -> bytes:
    """The same block saying "upright"; every other byte stays, maker's notes too."""
    place = _place(exif)
    if place is None:
        return exif
    at, order = place
    return exif[:at] + struct.pack(order + "H", 1) + exif[at + 2 :]


def _place(exif: bytes) -> tuple[int, str] | None:
    """(offset of the value, byte order) in the first directory, or None."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 8:
        return None
    try:
        (directory,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, directory)
        for entry in range(directory + 2, directory + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(order + "HH", exif, entry)
            if tag == _ORIENTATION and kind == _SHORT and entry + 12 <= len(exif):
                return entry + 8, order
    except struct.error:
        return None
    return None
