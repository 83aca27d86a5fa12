"""The .ellbox project: a zip of JSON, PNG and npz, without anything that could run."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from engine.document.atomic_write import write_whole
from engine.document.document import Document, Edit
from engine.document.picture_file import read_bytes, read_picture
from engine.document.png import encode_png
from engine.document.timeline_record import (
    DTYPES,
    Arrays,
    checked,
    from_record,
    region_from,
    region_record,
    to_record,
)
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.region import Region

SCHEMA = 1
MAX_EDITS = 10_000
MAX_UNPACKED_BYTES = 2 * 2**30
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def save_project(document: Document, path: Path) -> None:
    """Writes the whole project or nothing; the same document gives the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        edits = [_pack_edit(archive, f"edits/{n}/", e) for n, e in enumerate(document.edits)]
        _add(archive, "base.png", encode_png(document.base))
        record = {"ellbox_project": SCHEMA, "edits": edits}
        _add(archive, "project.json", json.dumps(record, indent=1).encode())
    write_whole(path, file.getvalue())


def _pack_edit(archive: zipfile.ZipFile, folder: str, edit: Edit) -> dict[str, Any]:
    timeline, arrays = to_record(edit.timeline)
    tokens = io.BytesIO()
    np.savez(tokens, allow_pickle=False, **arrays)
    _add(archive, folder + "patch.png", encode_png(Picture(edit.patch)))
    _add(archive, folder + "timeline.npz", tokens.getvalue(), packed=True)
    return {
        "region": region_record(edit.region),
        "visible": edit.visible,
        "folder": folder,
        "timeline": timeline,
    }


def _add(archive: zipfile.ZipFile, name: str, data: bytes, *, packed: bool = False) -> None:
    entry = zipfile.ZipInfo(name, date_time=_ZIP_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    archive.writestr(entry, data)


def open_project(path: Path) -> Document:
    """BadInput when the file is missing, damaged, no project or of a newer Ellbox."""
    data = read_bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise BadInput(f"{path.name} unpacks to more than 2 GiB.")
            return checked(lambda: _document(archive), f"{path.name} is damaged.")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput(
            f"{path.name} is no Ellbox project, or it is damaged.", "Open another file."
        ) from error


def _document(archive: zipfile.ZipFile) -> Document:
    record = json.loads(archive.read("project.json"))
    if type(record["ellbox_project"]) is not int or record["ellbox_project"] > SCHEMA:
        raise BadInput("The project was written by a newer Ellbox.", "Update Ellbox.")
    if len(record["edits"]) > MAX_EDITS:
        raise ValueError("too many edits")
    base = read_picture(archive.read("base.png"), "base.png")
    edits = tuple(_edit(archive, entry, base) for entry in record["edits"])
    return Document(base, edits)


def _edit(archive: zipfile.ZipFile, record: dict[str, Any], base: Picture) -> Edit:
    region = region_from(record["region"])
    if region is None or not Region(0, 0, base.width, base.height).contains(region):
        raise ValueError("an edit lies outside the picture")
    folder = str(record["folder"])
    patch = read_picture(archive.read(folder + "patch.png"), "patch.png").rgb8
    with np.load(io.BytesIO(archive.read(folder + "timeline.npz")), allow_pickle=False) as stored:
        arrays: Arrays = {name: stored[name] for name in DTYPES}
    timeline = from_record(record["timeline"], arrays)
    return Edit(region, patch, timeline, visible=bool(record["visible"]))
