"""Projects: everything comes back, and nothing but a sentence comes from a bad file."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.document import project_file
from engine.document.document import Document, Edit
from engine.document.project_file import open_project, save_project
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.region import Region
from tests.engine.document.conftest import BOX, make_timeline


def make_document(kind: type[np.uint8] | type[np.uint16] = np.uint8) -> Document:
    rng = np.random.default_rng(2)
    base = Picture(rng.integers(0, 255, (12, 10, 4), kind), icc=b"i" * 20 + b"c", exif=b"II*\0")
    patch = rng.integers(0, 255, (BOX.height, BOX.width, 3), np.uint8)
    whole = np.full((12, 10, 3), 7, np.uint8)
    document = Document(base).applied(Edit(Region(0, 0, 10, 12), whole, make_timeline(None)))
    return document.applied(Edit(BOX, patch, make_timeline(BOX), visible=False))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_document_comes_back(tmp_path: Path, kind: type[np.uint8] | type[np.uint16]) -> None:
    document, path = make_document(kind), tmp_path / "a.ellbox"
    save_project(document, path)
    opened = open_project(path)
    assert np.array_equal(opened.base.pixels, document.base.pixels)
    assert opened.base.pixels.dtype == kind
    assert opened.base.exif == document.base.exif
    for before, after in zip(document.edits, opened.edits, strict=True):
        assert (after.region, after.visible) == (before.region, before.visible)
        assert after.timeline == before.timeline
        assert np.array_equal(after.patch, before.patch)
    assert np.array_equal(opened.picture.pixels, document.picture.pixels)


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    save_project(make_document(), tmp_path / "a.ellbox")
    save_project(make_document(), tmp_path / "b.ellbox")
    assert (tmp_path / "a.ellbox").read_bytes() == (tmp_path / "b.ellbox").read_bytes()


def rewritten(path: Path, name: str, data: bytes | None) -> None:
    """Replaces a member of the zip, or leaves it out."""
    with zipfile.ZipFile(path) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    members.pop(name)
    if data is not None:
        members[name] = data
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)


def pickled_npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, tokens=np.array([{}], object))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("project.json", None),
        ("project.json", b"{}"),
        ("project.json", b"[1]"),
        ("project.json", b'{"ellbox_project": 2, "edits": []}'),
        ("project.json", b'{"ellbox_project": 1, "edits": [{}]}'),
        ("base.png", None),
        ("base.png", b"no picture"),
        ("edits/0/patch.png", None),
        ("edits/0/timeline.npz", b"PK"),
        ("edits/0/timeline.npz", pickled_npz()),
    ],
)
def test_bad_members_are_refused(tmp_path: Path, name: str, data: bytes | None) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_document(), path)
    rewritten(path, name, data)
    with pytest.raises(BadInput):
        open_project(path)


def test_an_edit_outside_the_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_document(), path)
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read("project.json"))
    record["edits"][0]["region"] = [5, 5, 15, 17]
    rewritten(path, "project.json", json.dumps(record).encode())
    with pytest.raises(BadInput, match="damaged"):
        open_project(path)


def test_a_newer_project_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_document(), path)
    rewritten(path, "project.json", b'{"ellbox_project": 2, "edits": []}')
    with pytest.raises(BadInput, match="newer Ellbox"):
        open_project(path)


def test_cut_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_document(), path)
    data = path.read_bytes()
    for end in range(0, len(data), 97):
        path.write_bytes(data[:end])
        with pytest.raises(BadInput):
            open_project(path)


def test_a_zip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_document(), path)
    monkeypatch.setattr(project_file, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(BadInput, match="2 GiB"):
        open_project(path)


def test_a_missing_project(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no file"):
        open_project(tmp_path / "none.ellbox")
