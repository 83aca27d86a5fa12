"""The .ellbox project: a zip of JSON, PNG and npz, without anything that could run."""

import io
import zipfile
from pathlib import Path

from engine.document.atomic_write import check_target, write_whole
from engine.document.picture_file import read_bytes
from engine.document.project import Project
from engine.document.project_record import MAX_UNPACKED_BYTES, RECORD, Packer, read_json, zipped
from engine.document.timeline_record import checked
from engine.values.errors import BadInput

NO_ZIP = (
    zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError,
    UnicodeDecodeError,  # names that are no UTF-8, though the zip says so
)  # fmt: skip


def save_project(project: Project, path: Path, packer: Packer | None = None) -> None:
    """Writes the whole project or nothing (BadInput); the same project gives the same bytes.

    packer: the one that opened or saved this project before makes the next saves quick.
    """
    check_target(path)
    write_whole(path, zipped((packer or Packer()).pack(project)))


def open_project(path: Path, packer: Packer | None = None) -> Project:
    """BadInput when the file is missing, damaged, no project or of a newer Ellbox."""
    return read_project(read_bytes(path), path.name, packer or Packer())


def read_project(data: bytes, name: str, packer: Packer) -> Project:
    """A project from a file's bytes; `name` is for sentences."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise BadInput(f"{name} unpacks to more than 2 GiB.")
            if len(set(names)) < len(names):
                raise BadInput(f"{name} is damaged.", "It holds two parts of one name.")
            return checked(
                lambda: packer.unpack(read_json(archive, RECORD), archive.read),
                f"{name} is damaged.",
            )
    except NO_ZIP as error:
        raise BadInput(
            f"{name} is no Ellbox project, or it is damaged.", "Open another file."
        ) from error
