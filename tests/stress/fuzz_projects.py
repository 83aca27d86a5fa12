"""Opens damaged projects: `python -m tests.stress.fuzz_projects --count 50000`.

Projects of the present and the first schema are damaged as files, in their members, in the values
of their records and in the zip around them, and opened. Each must open or be refused with a
sentence, quickly and in little memory.
"""

import io
import json
import random
import sys
import warnings
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

from engine.document.document import Document, Edit
from engine.document.project import Offer, OpenBox, Option, Project, View
from engine.document.project_file import read_project
from engine.document.project_record import RECORD, Packer, zipped
from engine.values.image import Picture
from engine.values.params import SamplingParams
from engine.values.region import Region
from tests.engine.document.conftest import BOX, drafted, make_timeline
from tests.stress.fuzzing import run
from tests.stress.mutations import damaged, exchange

FIRST_SCHEMA = Path(__file__).parents[1] / "data" / "projects" / "v1.ellbox"
SIDES_PX = (20, 16)
ODD_NAMES = ("../../escape.json", "/etc/passwd", "pictures/", "a\\b", "x" * 300, RECORD)
BOMB_BYTES = 20_000_000
MEMBER, RECORDS, ZIP = 0.3, 0.6, 0.75
"""Below which draw a member, the record or the zip is damaged; above the last, the file's bytes."""


@cache
def projects() -> tuple[bytes, ...]:
    """Sound files: the kept one of schema 1, a plain one, and one with all that can be open."""
    rng = np.random.default_rng(0)
    width, height = SIDES_PX

    def noise(width: int, height: int) -> np.ndarray:
        return rng.integers(0, 256, (height, width, 3), np.uint8)

    base = Document(Picture(noise(width, height)))
    tree = drafted(make_timeline(BOX))
    edited = base.applied(Edit(BOX, noise(BOX.width, BOX.height), tree, weights={"a": "ab" * 32}))
    options = tuple(Option(0, tip, noise(BOX.width, BOX.height), 0.5) for tip in (2, 3))
    whole = Project(
        edited.applied(Edit(BOX, noise(BOX.width, BOX.height), make_timeline(BOX), visible=False)),
        (OpenBox(Region(1, 2, 9, 8), "a cat", "lformer", SamplingParams(seed=3)),),
        Offer("lformer", BOX, edited, (tree,), options, 1, 2),
        View(1.5, 3.0, 4.0),
    )
    made = (zipped(Packer().pack(project)) for project in (Project(base), whole, whole))
    return FIRST_SCHEMA.read_bytes(), *made


def case(chance: random.Random) -> bytes:
    """One damaged file."""
    data, draw = chance.choice(projects()), chance.random()
    if draw >= ZIP:
        return damaged(chance, data, projects())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if draw < MEMBER:
        name = chance.choice(list(members))
        members[name] = damaged(chance, members[name], list(members.values()))
    elif draw < RECORDS:
        record = json.loads(members[RECORD])
        for _ in range(chance.randint(1, 3)):
            exchange(chance, record)
        members[RECORD] = json.dumps(record).encode()
    return _zipped(chance, members, odd=draw >= RECORDS)


def _zipped(chance: random.Random, members: dict[str, bytes], *, odd: bool) -> bytes:
    """A zip; an odd one lacks a member, has one twice, one that inflates, or a name that leaves."""
    entries = list(members.items())
    if odd:
        name = chance.choice(list(members))
        other = chance.choice(list(members.values()))
        bomb = chance.choice((b"\0", b"[", b" ")) * BOMB_BYTES
        entries = chance.choice(
            (
                [entry for entry in entries if entry[0] != name],
                [*entries, (name, other)],
                [*entries, (chance.choice(ODD_NAMES), other)],
                [(key, other if key == name else data) for key, data in entries],
                [(key, bomb if key == name else data) for key, data in entries],
            )
        )
    file = io.BytesIO()
    packing = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", packing) as archive:
        warnings.simplefilter("ignore")  # of two members of one name, which is meant
        for name, data in entries:
            # Without a date of its own it would have that of the clock, and not be the same again.
            archive.writestr(zipfile.ZipInfo(name), data, packing)
    return file.getvalue()


def read(data: bytes) -> object:
    """As the window opens a file, and paints it."""
    project = read_project(data, "a project", Packer())
    return None if project.document is None else project.document.picture.rgb8


if __name__ == "__main__":
    sys.exit(run(case, read, __doc__))
