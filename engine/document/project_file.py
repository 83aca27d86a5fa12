"""The .ellbox project: a zip of JSON, PNG and npz, without anything that could run."""

from functools import partial
from pathlib import Path

from engine.atomic_write import check_target, write_whole
from engine.document.archive import open_archive, read_part
from engine.document.damage import DAMAGE, reason
from engine.document.picture_file import read_bytes
from engine.document.project import Project
from engine.document.project_record import (
    MAX_PROJECT_BYTES,
    RECORD,
    Packer,
    read_json,
    zipped,
)
from engine.document.timeline_record import checked
from engine.values.errors import BadInput


def save_project(project: Project, path: Path, packer: Packer | None = None) -> None:
    """Writes the whole project or nothing (BadInput); the same project gives the same bytes.

    packer: the one that opened or saved this project before makes the next saves quick.
    """
    check_target(path)
    write_whole(path, zipped((packer or Packer()).pack(project)))


def open_project(path: Path, packer: Packer | None = None) -> Project:
    """BadInput when the file is missing, damaged, no project or of a newer Ellbox."""
    return read_project(read_bytes(path, MAX_PROJECT_BYTES), path.name, packer or Packer())


def read_project(data: bytes, name: str, packer: Packer) -> Project:
    """A project from a file's bytes; `name` is for sentences."""
    try:
        archive = open_archive(data)
    except DAMAGE as error:
        raise BadInput(
            f"{name} is no Ellbox project, or it is damaged: {reason(error)}.", "Open another file."
        ) from error
    with archive:
        read = partial(read_part, archive)
        return checked(
            lambda: packer.unpack(read_json(archive, RECORD), read), f"{name} is damaged."
        )
