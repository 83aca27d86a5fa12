"""Recipe: all that is needed to make a picture again, as text that travels in its file."""

import base64
import io
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.document.carried import recipe_text
from engine.document.document import Document
from engine.document.png import MAX_TEXT_BYTES
from engine.document.timeline_record import (
    DTYPES,
    Arrays,
    checked,
    from_record,
    params_record,
    region_record,
    to_record,
)
from engine.values.errors import BadInput
from engine.values.jobs import Pixels
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.timeline import Timeline

SCHEMA = 2
"""2 may name strengths; where there is none, 1 is written still, which an older Ellbox reads."""
MAX_ARRAY_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """timeline: every step; its head is the picture. weights: file name -> sha256.

    before: (h, w, 3) the box's pixels before the edit, None for a generated picture.
    """

    timeline: Timeline
    weights: Mapping[str, str] = field(default_factory=dict)
    before: Pixels | None = None

    @property
    def generator(self) -> str:
        return self.timeline.head_run.generator

    @property
    def prompt(self) -> str:
        return self.timeline.head_run.prompt

    @property
    def params(self) -> SamplingParams:
        return self.timeline.head_run.params

    @property
    def region(self) -> Region | None:
        return self.timeline.head_run.region

    def as_text(self) -> tuple[str, str]:
        """JSON, and a sentence when the box's old pixels were too many to go along."""
        record = self._record()
        text = _json(record)
        if len(text.encode()) <= MAX_TEXT_BYTES:
            return text, ""
        text = _json(record | {"before": None})
        if len(text.encode()) > MAX_TEXT_BYTES:
            raise BadInput("The recipe is too large for a picture.", "Save a project instead.")
        return text, "The recipe holds no pixels of the old box: it is too large for a picture."

    def _record(self) -> dict[str, Any]:
        timeline, arrays = to_record(self.timeline)
        return {
            "ellbox": 1 if all(run.params.strength == 1 for run in self.timeline.runs) else SCHEMA,
            "generator": self.generator,
            "prompt": self.prompt,
            "params": params_record(self.params),
            "region": region_record(self.region),
            "weights": dict(sorted(self.weights.items())),
            "timeline": timeline | {"drafts": []},
            "arrays": {name: _packed(arrays[name], name) for name in DTYPES},
            "before": None if self.before is None else _png_text(self.before),
        }

    def summary(self) -> dict[str, Any]:
        """For people: what was asked for and the finished tokens, without packed arrays."""
        head = self.timeline.head_snapshot.state
        return {
            "generator": self.generator,
            "prompt": self.prompt,
            "params": params_record(self.params),
            "region": region_record(self.region),
            "weights": dict(sorted(self.weights.items())),
            "steps": [snapshot.state.step for snapshot in self.timeline.path()],
            "runs": [
                {"prompt": run.prompt, "params": params_record(run.params)}
                for run in self.timeline.runs
            ],
            "tokens": head.tokens.ids.tolist(),
        }


def recipe_of(document: Document, weights: Mapping[str, str]) -> Recipe | None:
    """The recipe of the edit on top, or None when there is none to be seen."""
    if not document.edits or not document.edits[-1].visible:
        return None
    edit = document.edits[-1]
    if edit.timeline.head_run.region is None:
        return Recipe(edit.timeline, weights)
    below = Document(document.base, document.edits[:-1]).picture
    return Recipe(edit.timeline, weights, below.crop8(edit.region))


def recipe_in(data: bytes, name: str) -> Recipe:
    """The recipe inside a picture's bytes; BadInput when there is none or it is damaged."""
    recipe = find_recipe(data, name)
    if recipe is None:
        raise BadInput(f"{name} carries no recipe.", "Use a picture that Ellbox wrote.")
    return recipe


def find_recipe(data: bytes, name: str) -> Recipe | None:
    """As `recipe_in`, but None when there is none: PNG carries it as text, other formats in XMP."""
    damaged = f"The recipe in {name} is damaged."
    text = checked(lambda: recipe_text(data), damaged)
    if text is None:
        return None
    if len(text) > MAX_TEXT_BYTES:
        raise BadInput(f"The recipe in {name} is too large to be one of Ellbox.")
    return checked(lambda: _from_text(text), damaged)


def _from_text(text: str) -> Recipe:
    record = json.loads(text)
    if type(record["ellbox"]) is not int or record["ellbox"] > SCHEMA:
        raise BadInput("The recipe was written by a newer Ellbox.", "Update Ellbox.")
    arrays: Arrays = {name: _unpacked(record["arrays"][name], name) for name in DTYPES}
    timeline = from_record(record["timeline"], arrays)
    weights = {str(name): str(digest) for name, digest in record["weights"].items()}
    region, before = timeline.head_run.region, record["before"]
    if before is None or region is None:
        return Recipe(timeline, weights)
    return Recipe(timeline, weights, _png_pixels(before, region.width, region.height))


def _json(record: Mapping[str, Any]) -> str:
    """Letters as they are; halves of letters, which UTF-8 does not know, are escaped."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def _packed(array: NDArray[np.generic], name: str) -> dict[str, Any]:
    raw = np.ascontiguousarray(array, DTYPES[name]).tobytes()
    return {"shape": list(array.shape), "data": _base64(zlib.compress(raw, 9))}


def _unpacked(entry: Mapping[str, Any], name: str) -> NDArray[np.generic]:
    rows, columns = entry["shape"]
    if type(rows) is not int or type(columns) is not int or min(rows, columns) < 0:
        raise ValueError(f"impossible shape of {name}")
    size = rows * columns * DTYPES[name].itemsize
    if size > MAX_ARRAY_BYTES:
        raise ValueError(f"{name} would take {size} bytes")
    raw = _inflated(base64.b64decode(entry["data"], validate=True), size)
    return np.frombuffer(raw, DTYPES[name]).reshape(rows, columns)


def _inflated(data: bytes, size: int) -> bytes:
    """Exactly `size` bytes, and never more in memory; ValueError otherwise."""
    if size == 0:
        return b""
    try:
        raw = zlib.decompressobj().decompress(data, size)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(raw) != size:
        raise ValueError(f"expected {size} bytes, got {len(raw)}")
    return raw


def _png_text(pixels: Pixels) -> str:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return _base64(file.getvalue())


def _png_pixels(text: str, width: int, height: int) -> Pixels:
    image = Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=("PNG",))
    if image.size != (width, height) or image.mode != "RGB":
        raise ValueError("the old pixels do not fit the box")
    return np.asarray(image)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
