"""Projects: everything comes back, and nothing but a sentence comes from a bad file."""

import bz2
import io
import json
import os
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from engine.document import archive as archive_of_projects
from engine.document import picture_file, project_record
from engine.document.document import Document, Edit
from engine.document.png import encode_png
from engine.document.project import Offer, OpenBox, Option, Project, View
from engine.document.project_file import open_project, read_project, save_project
from engine.document.project_record import Packer
from engine.document.project_upgrades import SCHEMA, UPGRADES
from engine.document.timeline_record import Record
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.params import SamplingParams
from engine.values.region import Region
from tests.engine.document.conftest import BOX, drafted, make_timeline

STORED = Path(__file__).parents[2] / "data" / "projects"


def make_document(kind: type[np.uint8] | type[np.uint16] = np.uint8) -> Document:
    """What the files in tests/data/projects hold; from v2 on with the box of make_project."""
    rng = np.random.default_rng(2)
    base = Picture(rng.integers(0, 255, (12, 10, 4), kind), icc=b"i" * 20 + b"c", exif=b"II*\0")
    patch = rng.integers(0, 255, (BOX.height, BOX.width, 3), np.uint8)
    whole = np.full((12, 10, 3), 7, np.uint8)
    document = Document(base).applied(Edit(Region(0, 0, 10, 12), whole, make_timeline(None)))
    return document.applied(Edit(BOX, patch, make_timeline(BOX), visible=False))


def make_project(kind: type[np.uint8] | type[np.uint16] = np.uint8) -> Project:
    """Everything that a project can hold."""
    document = make_document(kind)
    weighed = replace(document.edits[1], weights={"vqgan.safetensors": "ab" * 32})
    document = replace(document, edits=(document.edits[0], weighed))
    trees = (drafted(make_timeline(BOX)), make_timeline(BOX, latent=False))
    patches = np.random.default_rng(3).integers(0, 255, (3, BOX.height, BOX.width, 3), np.uint8)
    options = (
        Option(0, 2, patches[0], 0.25),
        Option(0, 3, patches[1], float("nan")),
        Option(1, 2, patches[2], -1.5, whole=False, starred=True),
    )
    ground = Document(document.base, (document.edits[0],)).applied(
        replace(document.edits[1], visible=True)
    )
    return Project(
        document,
        boxes=(OpenBox(BOX, "a blåe hat", "lformer", SamplingParams(seed=9, guidance_scale=3.5)),),
        offer=Offer("lformer", BOX, ground, trees, options, shown=2, at=1),
        view=View(1.25, 3.0, 4.5),
    )


def assert_same_document(after: Document | None, before: Document | None) -> None:
    assert after is not None and before is not None
    assert np.array_equal(after.base.pixels, before.base.pixels)
    assert after.base.pixels.dtype == before.base.pixels.dtype
    assert after.base.exif == before.base.exif
    for new, old in zip(after.edits, before.edits, strict=True):
        assert (new.region, new.visible, new.weights) == (old.region, old.visible, old.weights)
        assert new.timeline == old.timeline
        assert np.array_equal(new.patch, old.patch)
    assert np.array_equal(after.picture.pixels, before.picture.pixels)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_everything_comes_back(tmp_path: Path, kind: type[np.uint8] | type[np.uint16]) -> None:
    project, path = make_project(kind), tmp_path / "a.ellbox"
    save_project(project, path)
    opened = open_project(path)
    assert_same_document(opened.document, project.document)
    assert (opened.boxes, opened.view) == (project.boxes, project.view)
    before, after = project.offer, opened.offer
    assert before is not None and after is not None
    assert (after.generator, after.region) == ("lformer", BOX)
    assert_same_document(after.ground, before.ground)
    assert after.ground is not None and after.ground.edits[0] is opened.edits[0]
    assert (after.trees, after.shown, after.at) == (before.trees, 2, 1)
    assert [(each.tree, each.tip, each.whole, each.starred) for each in after.options] == [
        (0, 2, True, False), (0, 3, True, False), (1, 2, False, True),
    ]  # fmt: skip
    assert [each.score for each in after.options] == [0.25, 0.0, -1.5]
    for new, old in zip(after.options, before.options, strict=True):
        assert np.array_equal(new.patch, old.patch)


def test_several_boxes_come_back_with_their_candidates(tmp_path: Path) -> None:
    project, path = make_project(), tmp_path / "a.ellbox"
    (first,), offer = project.boxes, project.offer
    waiting = replace(first, region=Region(0, 0, 3, 2), prompt="a cat", paused=True)
    boxes = (replace(first, offer=offer), waiting, first)
    save_project(replace(project, boxes=boxes, active=2), path)
    opened = open_project(path)
    assert opened.boxes[1:] == boxes[1:] and opened.box == first
    after = opened.boxes[0].offer
    assert after is not None and offer is not None
    assert (after.trees, after.shown, after.at) == (offer.trees, 2, 1)
    assert_same_document(after.ground, offer.ground)
    save_project(replace(project, active=None), path)
    assert open_project(path).box is None


def test_strengths_come_back_with_boxes_and_runs(tmp_path: Path) -> None:
    project, path = make_project(), tmp_path / "a.ellbox"
    soft = replace(project.boxes[0].params, strength=0.4)
    timeline = make_timeline(BOX)
    run = replace(timeline.runs[0], params=replace(timeline.runs[0].params, strength=0.4))
    timeline = replace(timeline, runs=(run, *timeline.runs[1:]))
    assert project.document is not None
    patch = np.zeros((BOX.height, BOX.width, 3), np.uint8)
    document = project.document.applied(Edit(BOX, patch, timeline))
    box = replace(project.boxes[0], params=soft)
    save_project(Project(document, (box,)), path)
    opened = open_project(path)
    assert opened.boxes == (box,)
    assert opened.edits[-1].timeline == timeline
    assert opened.edits[-1].timeline.runs[0].params.strength == 0.4
    assert opened.edits[0].timeline.runs[0].params.strength == 1
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read("project.json"))
    record["boxes"][0]["params"]["strength"] = 0
    rewritten(path, "project.json", json.dumps(record).encode())
    with pytest.raises(BadInput, match="strength must lie between"):
        open_project(path)


def test_a_project_of_one_box_does_not_tell_which_is_active(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read("project.json"))
    del record["active"], record["boxes"][0]["paused"], record["boxes"][0]["offer"]
    rewritten(path, "project.json", json.dumps(record).encode())
    opened = open_project(path)
    assert opened.box == make_project().boxes[0]


def test_drafts_come_back_though_they_take_no_part_in_comparisons(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    offer = open_project(path).offer
    assert offer is not None
    drafts = [snapshot.state.draft for snapshot in offer.trees[0].snapshots]
    expected = [snapshot.state.draft for snapshot in drafted(make_timeline(BOX)).snapshots]
    assert [draft is None for draft in drafts] == [True, False, True, False]
    for draft, other in zip(drafts, expected, strict=True):
        assert np.array_equal(draft, other)  # type: ignore[arg-type]


def test_an_offer_without_a_picture_comes_back(tmp_path: Path) -> None:
    patch = np.full((6, 5, 3), 9, np.uint8)
    offer = Offer("lformer", None, None, (make_timeline(None),), (Option(0, 3, patch, 1.0),), 0, 0)
    save_project(Project(None, offer=offer), tmp_path / "a.ellbox")
    opened = open_project(tmp_path / "a.ellbox")
    assert opened.document is None and opened.edits == () and opened.offer is not None
    assert np.array_equal(opened.offer.options[0].patch, patch)


@pytest.mark.parametrize("version", range(1, SCHEMA))
def test_older_projects_open(version: int) -> None:
    opened = open_project(STORED / f"v{version}.ellbox")
    assert_same_document(opened.document, make_document())
    assert opened.boxes == (() if version == 1 else make_project().boxes)
    assert all(box.params.strength == 1 for box in opened.boxes)
    assert (opened.offer, opened.view) == (None, None)


def test_every_version_has_its_upgrade_and_its_test_file() -> None:
    stored = {path.stem for path in STORED.glob("*.ellbox")}
    assert {f"v{version}" for version in range(1, SCHEMA)} <= stored
    record: Record = {"ellbox_project": 1, "edits": []}
    for version, upgrade in enumerate(UPGRADES, start=2):
        record = upgrade(record)
        assert record["ellbox_project"] == version


def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save_project(make_project(), tmp_path / f"{name}.ellbox")
    assert (tmp_path / "a.ellbox").read_bytes() == (tmp_path / "b.ellbox").read_bytes()
    save_project(open_project(tmp_path / "a.ellbox"), tmp_path / "c.ellbox")
    same = open_project(tmp_path / "a.ellbox"), open_project(tmp_path / "c.ellbox")
    assert_same_document(same[0].document, same[1].document)


def test_only_what_is_new_is_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small change of a large project must not cost its whole size."""
    encoded: list[Picture] = []

    def counted(picture: Picture, **options: object) -> bytes:
        encoded.append(picture)
        return encode_png(picture, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(project_record, "encode_png", counted)
    path, packer = tmp_path / "a.ellbox", Packer()
    save_project(Project(make_document()), path, packer)
    assert len(encoded) == 3
    opened = open_project(path, packer).document
    assert opened is not None
    save_project(Project(opened.with_visibility(0, False)), path, packer)
    assert len(encoded) == 3
    fresh = Edit(Region(0, 0, 1, 1), np.zeros((1, 1, 3), np.uint8), make_timeline(BOX))
    save_project(Project(opened.applied(fresh)), path, packer)
    assert len(encoded) == 4
    assert_same_document(open_project(path).document, opened.applied(fresh))


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


def member(path: Path, start: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return next(name for name in archive.namelist() if name.startswith(start))


@pytest.mark.parametrize(
    ("start", "data"),
    [
        ("project.json", None),
        ("project.json", b"{}"),
        ("project.json", b"[1]"),
        ("project.json", b'{"ellbox_project": 0}'),
        ("project.json", b'{"ellbox_project": true}'),
        ("project.json", b'{"ellbox_project": 2, "edits": []}'),
        ("project.json", b'{"ellbox_project": 1, "edits": [{}]}'),
        ("pictures/", None),
        ("pictures/", b"no picture"),
        ("tokens/", b"PK"),
        ("tokens/", pickled_npz()),
    ],
)
def test_bad_members_are_refused(tmp_path: Path, start: str, data: bytes | None) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    rewritten(path, member(path, start), data)
    with pytest.raises(BadInput):
        open_project(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["edits"][0].update(region=[5, 5, 15, 17]),
        lambda record: record["edits"][0].update(region=None),
        lambda record: record["edits"][0].update(weights={"a": 3}),
        lambda record: record["edits"][0]["timeline"].update(drafts=[0]),
        lambda record: record["offer"].update(ground=[0, 2]),
        lambda record: record["offer"].update(ground=None),
        lambda record: record["offer"].update(region=[0, 0, 3, 3]),
        lambda record: record["offer"].update(shown=4),
        lambda record: record["offer"].update(at=99),
        lambda record: record["offer"].update(options=[]),
        lambda record: record["offer"]["options"][0].update(tree=2),
        lambda record: record["offer"]["options"][0].update(tip=-1),
        lambda record: record["offer"]["trees"][0]["timeline"].update(drafts=[0, 99]),
        lambda record: record["boxes"][0].update(region=[0, 0, 11, 1]),
        lambda record: record["boxes"][0].update(prompt=7),
        lambda record: record["boxes"][0].update(offer={}),
        lambda record: record.update(active=1),
        lambda record: record.update(active=-1),
        lambda record: record["boxes"][0]["params"].update(seed=-1),
        lambda record: record["view"].update(zoom=float("nan")),
        lambda record: record["view"].update(zoom=0),
        lambda record: record["view"].update(x="1"),
        lambda record: record.update(base=None),
    ],
)
def test_impossible_records_are_refused(tmp_path: Path, change: Callable[[Record], object]) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read("project.json"))
    change(record)
    rewritten(path, "project.json", json.dumps(record).encode())
    with pytest.raises(BadInput):
        open_project(path)


def test_a_newer_project_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    newer = json.dumps({"ellbox_project": SCHEMA + 1}).encode()
    rewritten(path, "project.json", newer)
    with pytest.raises(BadInput, match="newer Ellbox"):
        open_project(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("project.json", b"{}")
    with pytest.raises(BadInput, match="damaged"):
        open_project(path)


def test_cut_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    data = path.read_bytes()
    for end in range(0, len(data), 97):
        path.write_bytes(data[:end])
        with pytest.raises(BadInput):
            open_project(path)


def test_names_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """The zip says that its names are UTF-8; found by tests/stress/fuzz_projects.py."""
    path = tmp_path / "a.ellbox"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("\N{LATIN SMALL LETTER E WITH ACUTE}.json", b"{}")
    path.write_bytes(path.read_bytes().replace(b"\xc3\xa9", b"\xc3\xc3"))
    with pytest.raises(BadInput, match="damaged"):
        open_project(path)


def lone_part(packing: int, packed: bytes, told: int) -> bytes:
    """A zip by hand of a project.json of zeros, which says that it unpacks to `told` bytes."""
    name, check = b"project.json", zlib.crc32(bytes(min(told, 100)))
    facts = struct.pack("<HHHHIIIHH", 0, packing, 0, 33, check, len(packed), told, len(name), 0)
    part = b"PK\3\4" + struct.pack("<H", 20) + facts + name + packed
    entry = b"PK\1\2" + struct.pack("<HH", 20, 20) + facts + bytes(14) + name
    counts = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(part), 0)
    return part + entry + b"PK\5\6" + counts


@pytest.mark.parametrize(
    ("packing", "packed", "told"),
    [
        (zipfile.ZIP_STORED, b"", 0),
        (zipfile.ZIP_DEFLATED, zlib.compress(bytes(2**26), 9)[2:-4], 100),
        (zipfile.ZIP_DEFLATED, zlib.compress(bytes(1000), 9)[2:-4], 2**31 + 2**20),
        (zipfile.ZIP_BZIP2, bz2.compress(bytes(2**26)), 2**26),
        (zipfile.ZIP_LZMA, b"\x09\x04\x05\0]\0\0\x80\0", 2**26),
    ],
    ids=["sound but empty", "lies", "2 GiB", "bzip2", "lzma"],
)
def test_a_zip_bomb_is_refused_before_it_unpacks(packing: int, packed: bytes, told: int) -> None:
    data = lone_part(packing, packed, told)
    tracemalloc.start()
    try:
        with pytest.raises(BadInput):
            read_project(data, "a", Packer())
        assert tracemalloc.get_traced_memory()[1] < 2**22
    finally:
        tracemalloc.stop()


def test_a_part_that_is_named_often_is_unpacked_once(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read("project.json"))
    record["edits"] += [record["edits"][0]] * 500
    rewritten(path, "project.json", json.dumps(record).encode())
    document = open_project(path).document
    assert document is not None and len(document.edits) == 502
    assert len({id(edit.patch) for edit in document.edits}) == 2


def test_pictures_beyond_the_free_memory_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    free = SimpleNamespace(available=2000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    with pytest.raises(BadInput, match="not enough free memory"):
        open_project(path)


def test_an_array_that_is_only_told_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    file, tokens = io.BytesIO(), io.BytesIO()
    told = {"descr": "<i4", "fortran_order": False, "shape": (10**9, 100)}
    np.lib.format.write_array_header_1_0(tokens, told)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tokens.npy", tokens.getvalue())
    rewritten(path, member(path, "tokens/"), file.getvalue())
    with pytest.raises(BadInput, match="damaged"):
        open_project(path)


@pytest.mark.parametrize("limit", ["MAX_PROJECT_BYTES", "MAX_RECORD_BYTES", "MAX_SNAPSHOTS"])
def test_what_could_not_be_opened_again_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = tmp_path / "a.ellbox"
    save_project(Project(make_document()), path)
    before = path.read_bytes()
    monkeypatch.setattr(project_record, limit, 1)
    with pytest.raises(BadInput, match=r"larger than|too many|cannot be saved"):
        save_project(make_project(), path)
    assert path.read_bytes() == before


def test_a_project_larger_than_any_picture_may_be_opens_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    monkeypatch.setattr(picture_file, "MAX_FILE_BYTES", 100)
    monkeypatch.setattr(archive_of_projects, "MAX_UNPACKED_BYTES", 10_000)
    assert open_project(path).document is not None


def test_a_missing_project(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no file"):
        open_project(tmp_path / "none.ellbox")


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ellbox"
    save_project(make_project(), path)
    before = path.read_bytes()

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(BadInput, match="No space left"):
        save_project(Project(make_document()), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["a.ellbox"]
