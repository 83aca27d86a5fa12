"""Project <-> plain JSON and named members, which project file and journal store in their ways."""

import io
import json
import math
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import psutil

from engine.document.archive import read_arrays, read_part
from engine.document.document import Document, Edit
from engine.document.members import Members
from engine.document.picture_file import read_picture
from engine.document.png import QUICK, Header, encode_png
from engine.document.project import Offer, OpenBox, Option, Project, View
from engine.document.project_upgrades import SCHEMA, upgraded
from engine.document.timeline_record import (
    DRAFTS,
    DTYPES,
    MAX_SNAPSHOTS,
    Arrays,
    Record,
    from_record,
    natural,
    params_record,
    region_from,
    region_record,
    text,
    to_record,
    with_drafts,
)
from engine.values.errors import BadInput
from engine.values.image import Picture, frozen
from engine.values.jobs import Pixels
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.timeline import Timeline

PICTURES = "pictures/{}.png"
TOKENS = "tokens/{}.npz"
RECORD = "project.json"
MAX_EDITS = 10_000
MAX_RECORD_BYTES = 64 * 2**20
MAX_PROJECT_BYTES = 2**32 - 2**20
"""What one record of a journal can hold. A larger project is not written, rather than never read.
"""
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_FEWER = "Export the picture, and go on with it in a new project."


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """record: what JSON can hold; it names the members, whose bytes never change."""

    record: Record
    members: Mapping[str, bytes]


class Packer:
    """Packs and unpacks projects, and encodes no part twice that it has seen before."""

    def __init__(self) -> None:
        self._members = Members()

    def pack(self, project: Project) -> Packed:
        """Raises ValueError when a timeline's snapshots do not share one layout."""
        document, view = project.document, project.view
        record: Record = {
            "ellbox_project": SCHEMA,
            "base": None if document is None else self._picture(document.base),
            "edits": [self._edit(edit) for edit in project.edits],
            "boxes": [self._box(box, project.edits) for box in project.boxes],
            "active": project.active,
            "offer": None if project.offer is None else self._offer(project.offer, project.edits),
            "view": None if view is None else asdict(view),
        }
        return Packed(record, self._members.taken())

    def _picture(self, picture: Picture) -> str:
        return self._members.name_of(picture, PICTURES, lambda: encode_png(picture, packing=QUICK))

    def _pixels(self, pixels: Pixels) -> str:
        return self._members.name_of(
            pixels, PICTURES, lambda: encode_png(Picture(pixels), packing=QUICK)
        )

    def _timeline(self, timeline: Timeline) -> Record:
        record, arrays = to_record(timeline)
        if len(timeline.snapshots) > MAX_SNAPSHOTS:
            raise BadInput(
                f"A tree of more than {MAX_SNAPSHOTS} steps cannot be saved.",
                "Delete some of its branches.",
            )
        return {"timeline": record, "tokens": self._tokens(timeline, arrays)}

    def _tokens(self, timeline: Timeline, arrays: Arrays) -> str:
        # The tree of a scrubbed timeline is the same tuple of snapshots with another head.
        return self._members.name_of(timeline.snapshots, TOKENS, lambda: _npz(arrays))

    def _edit(self, edit: Edit) -> Record:
        return {
            "region": region_record(edit.region),
            "visible": edit.visible,
            "patch": self._pixels(edit.patch),
            "weights": dict(sorted(edit.weights.items())),
            **self._timeline(edit.timeline),
        }

    def _offer(self, offer: Offer, edits: tuple[Edit, ...]) -> Record:
        places = {id(edit): place for place, edit in enumerate(edits)}
        ground = None if offer.ground is None else offer.ground.edits
        return {
            "generator": offer.generator,
            "region": region_record(offer.region),
            # An edit of the document is named by its place, any other one is told in full.
            "ground": None
            if ground is None
            else [places[id(edit)] if id(edit) in places else self._edit(edit) for edit in ground],
            "trees": [self._timeline(tree) for tree in offer.trees],
            "options": [
                {
                    "tree": option.tree,
                    "tip": option.tip,
                    "patch": self._pixels(option.patch),
                    "score": float(option.score) if math.isfinite(option.score) else None,
                    "whole": option.whole,
                    "starred": option.starred,
                }
                for option in offer.options
            ],
            "shown": offer.shown,
            "at": offer.at,
        }

    def _box(self, box: OpenBox, edits: tuple[Edit, ...]) -> Record:
        return {
            "region": region_record(box.region),
            "prompt": box.prompt,
            "generator": box.generator,
            "params": params_record(box.params),
            "paused": box.paused,
            "offer": None if box.offer is None else self._offer(box.offer, edits),
        }

    def unpack(self, record: Record, read: Callable[[str], bytes]) -> Project:
        """`read` gives a member's bytes. Checks everything: raises BadInput or what damage raises.

        See `timeline_record.checked` for the kinds of damage.
        """
        return _Unpacking(self._members, read).project(upgraded(record))


def _npz(arrays: Arrays) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


class _Unpacking:
    """One project being read; what is read is told to `members`.

    A part that is named often is unpacked once, so that a small file cannot fill the memory.
    """

    def __init__(self, members: Members, read: Callable[[str], bytes]) -> None:
        self._members, self._read = members, read
        self._patches: dict[str, Pixels] = {}
        self._trees: dict[str, tuple[Arrays, Timeline]] = {}
        self._free_bytes = psutil.virtual_memory().available

    def project(self, record: Record) -> Project:
        base = None if record["base"] is None else self._picture(text(record["base"]))
        if len(record["edits"]) > MAX_EDITS or len(record["boxes"]) > MAX_EDITS:
            raise ValueError("too many edits or boxes")
        document = None if base is None else Document(base)
        field = _field(document)
        edits = tuple(self._edit(entry, field) for entry in record["edits"])
        if document is not None:
            document = replace(document, edits=edits)
        boxes = tuple(self._box(entry, document) for entry in record["boxes"])
        return Project(
            document,
            boxes=boxes,
            offer=None if record["offer"] is None else self._offer(record["offer"], document),
            view=None if record["view"] is None else _view(record["view"]),
            active=_active(record, boxes),
        )

    def _picture(self, name: str) -> Picture:
        data = self._picture_bytes(name)
        picture = read_picture(data, name)
        self._members.learn(picture, PICTURES, data)
        return picture

    def _picture_bytes(self, name: str) -> bytes:
        """Of a PNG that there is memory for."""
        data = self._read(name)
        header = Header.of(data)
        if header is None:
            raise ValueError(f"{name} is no PNG")
        self._take(header.width * header.height * max(header.depth, 8) // 2)  # four channels
        return data

    def _take(self, count: int) -> None:
        self._free_bytes -= count
        if self._free_bytes < 0:
            raise MemoryError

    def _pixels(self, named: object) -> Pixels:
        name = text(named)
        if name not in self._patches:
            data = self._picture_bytes(name)
            pixels = self._patches[name] = frozen(read_picture(data, name).rgb8)
            self._members.learn(pixels, PICTURES, data)
        return self._patches[name]

    def _timeline(self, entry: Mapping[str, Any]) -> Timeline:
        name, record = text(entry["tokens"]), entry["timeline"]
        if name in self._trees:
            arrays, first = self._trees[name]
            timeline = with_drafts(from_record(record, arrays), record, arrays)
            self._members.learn_alike(timeline.snapshots, first.snapshots)
            return timeline
        data = self._read(name)
        arrays = read_arrays(data, (*DTYPES, DRAFTS))
        self._take(sum(array.nbytes for array in arrays.values()))
        timeline = with_drafts(from_record(record, arrays), record, arrays)
        self._members.learn(timeline.snapshots, TOKENS, data)
        self._trees[name] = arrays, timeline
        return timeline

    def _edit(self, entry: Mapping[str, Any], field: Region | None) -> Edit:
        region = _inside(entry["region"], field)
        if region is None:
            raise ValueError("an edit has no box")
        return Edit(
            region,
            self._pixels(entry["patch"]),
            self._timeline(entry),
            visible=bool(entry["visible"]),
            weights={text(name): text(digest) for name, digest in entry["weights"].items()},
        )

    def _box(self, entry: Mapping[str, Any], document: Document | None) -> OpenBox:
        # Projects of one box tell neither whether it is paused nor what is on offer for it.
        offer = entry.get("offer")
        return OpenBox(
            _inside(entry["region"], _field(document)),
            text(entry["prompt"]),
            text(entry["generator"]),
            SamplingParams(**entry["params"]),
            paused=bool(entry.get("paused")),
            offer=None if offer is None else self._offer(offer, document),
        )

    def _offer(self, entry: Mapping[str, Any], document: Document | None) -> Offer:
        trees = tuple(self._timeline(tree) for tree in entry["trees"])
        options = tuple(self._option(option, trees) for option in entry["options"])
        shown, at = natural(entry["shown"]), natural(entry["at"])
        region = _inside(entry["region"], _field(document))
        ground = None if entry["ground"] is None else self._ground(entry["ground"], document)
        if (region is None) != (ground is None):
            raise ValueError("an offer has a box but no picture, or a picture but no box")
        if not options or shown > len(options):
            raise ValueError("the shown candidate is not there")
        for option in options:
            if region is not None and option.patch.shape[:2] != (region.height, region.width):
                raise ValueError("a candidate does not fit its box")
        if shown:
            trees[options[shown - 1].tree].snapshot(at)
        return Offer(text(entry["generator"]), region, ground, trees, options, shown, at)

    def _ground(self, entries: list[Any], document: Document | None) -> Document:
        if document is None or len(entries) > MAX_EDITS:
            raise ValueError("an offer lies on a picture that is not there")
        edits = (
            self._edit(entry, _field(document))
            if isinstance(entry, dict)
            else document.edits[natural(entry)]
            for entry in entries
        )
        return Document(document.base, tuple(edits))

    def _option(self, entry: Mapping[str, Any], trees: tuple[Timeline, ...]) -> Option:
        tree, tip = natural(entry["tree"]), natural(entry["tip"])
        trees[tree].snapshot(tip)
        score = 0.0 if entry["score"] is None else _finite(entry["score"])
        whole, starred = bool(entry["whole"]), bool(entry["starred"])
        return Option(tree, tip, self._pixels(entry["patch"]), score, whole, starred)


def _field(document: Document | None) -> Region | None:
    """The whole picture."""
    return None if document is None else Region(0, 0, document.base.width, document.base.height)


def _inside(edges: object, field: Region | None) -> Region | None:
    """ValueError for a box that leaves the picture."""
    region = region_from(edges)
    if region is not None and (field is None or not field.contains(region)):
        raise ValueError("a box lies outside the picture")
    return region


def _active(record: Record, boxes: tuple[OpenBox, ...]) -> int | None:
    """Projects of one box do not tell which is active: it is the first."""
    active = record.get("active", 0)
    if active is not None and boxes and natural(active) >= len(boxes):
        raise ValueError("the active box is not there")
    return None if active is None else natural(active)


def _view(entry: Mapping[str, Any]) -> View:
    zoom, x, y = (_finite(entry[name]) for name in ("zoom", "x", "y"))
    if zoom <= 0:
        raise ValueError(f"a view cannot be zoomed by {zoom}")
    return View(zoom, x, y)


def _finite(value: object) -> float:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"expected a number, got {value!r}")
    return float(value)


def zipped(packed: Packed, extra: Mapping[str, Record] | None = None) -> bytes:
    """A zip with the record and the members; the same input gives the same bytes.

    extra: further JSON, by name. Pictures and tokens are packed already, so they are only stored.
    BadInput for what would be too large to be read again.
    """
    file = io.BytesIO()
    if sum(map(len, packed.members.values())) > MAX_PROJECT_BYTES - MAX_RECORD_BYTES:
        raise BadInput("The project is larger than 4 GiB.", _FEWER)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in packed.members.items():
            archive.writestr(_entry(name, zipfile.ZIP_STORED), data)
        for name, record in {RECORD: packed.record, **(extra or {})}.items():
            words = json.dumps(record, allow_nan=False, separators=(",", ":")).encode()
            if len(words) > MAX_RECORD_BYTES:
                raise BadInput("The project has too many edits and steps to be saved.", _FEWER)
            archive.writestr(_entry(name, zipfile.ZIP_DEFLATED), words)
    return file.getvalue()


def _entry(name: str, packing: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_ZIP_EPOCH)
    entry.compress_type = packing
    return entry


def read_json(archive: zipfile.ZipFile, name: str) -> Record:
    """A JSON object of the zip; ValueError for anything else, NaN included."""
    if archive.getinfo(name).file_size > MAX_RECORD_BYTES:
        raise ValueError(f"{name} is too large")
    record = json.loads(read_part(archive, name), parse_constant=_no_constant)
    if not isinstance(record, dict):
        raise ValueError(f"{name} is not an object")
    return record


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not JSON")
