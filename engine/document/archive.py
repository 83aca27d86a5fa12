"""Zips that somebody else may have made, read without trusting what they say of themselves."""

import io
import zipfile

import numpy as np
from numpy.typing import NDArray

MAX_UNPACKED_BYTES = 2 * 2**30
"""What all parts of a zip may take beyond its own bytes: pictures in it are packed already."""
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Of the others some unpack to everything at once, whatever size is told."""


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Raises ValueError for a zip that no Ellbox wrote, and what zipfile raises for no zip."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = archive.infolist()
    if len({entry.filename for entry in entries}) < len(entries):
        raise ValueError("it holds two parts of one name")
    if any(entry.compress_type not in _PACKINGS for entry in entries):
        raise ValueError("a part is packed in another way than Ellbox does")
    if sum(entry.file_size for entry in entries) > len(data) + MAX_UNPACKED_BYTES:
        raise ValueError("it unpacks to too much")
    return archive


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """All bytes of a part; never more are unpacked than its entry tells. KeyError without one."""
    entry = archive.getinfo(name)
    with archive.open(entry) as part:
        data = part.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise ValueError(f"{name} ends early")
    return data


def read_arrays(data: bytes, names: tuple[str, ...]) -> dict[str, NDArray[np.generic]]:
    """Those of the arrays that an npz holds; ValueError where a shape and its bytes disagree."""
    archive = open_archive(data)
    stored = {name: f"{name}.npy" for name in names}
    held = set(archive.namelist())
    return {name: _array(read_part(archive, part)) for name, part in stored.items() if part in held}


def _array(data: bytes) -> NDArray[np.generic]:
    """Of an npy; nothing is allocated for a shape that was only told."""
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("an array of another version")
    shape, by_columns, kind = np.lib.format.read_array_header_1_0(file)
    flat = np.frombuffer(data, kind, offset=file.tell())
    return flat.reshape(shape, order="F" if by_columns else "C")
