"""Timeline <-> plain JSON and three arrays, which recipe and project file store in their ways."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.document.damage import DAMAGE
from engine.values.errors import BadInput
from engine.values.layout import Pyramid, Raster, Sequence1D, TokenLayout
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.timeline import Run, Snapshot, Timeline
from engine.values.tokens import UNKNOWN, TokenMap

Record = dict[str, Any]
"""What JSON can hold."""
Arrays = dict[str, NDArray[np.generic]]
"""tokens (N, L) int32, sources (S, L) int32, latents (M, D) float32; drafts (K, L) int32.

sources holds each run's own source and the tokens that it keeps.
"""

DTYPES = {"tokens": np.dtype("<i4"), "sources": np.dtype("<i4"), "latents": np.dtype("<f4")}
DRAFTS = "drafts"
"""What snapshots show while tokens are unknown. Not needed to go on, so a recipe leaves them out.

The record's list of the same name says whose they are.
"""
MAX_SNAPSHOTS = 100_000
MAX_SITES = 100_000

ReadT = TypeVar("ReadT")


class NotNow(BadInput):
    """Sound, but not to be read here and now: by too old an Ellbox, or with too little memory."""


def to_record(timeline: Timeline) -> tuple[Record, Arrays]:
    """Raises ValueError when the snapshots do not share one layout."""
    first = timeline.snapshots[0].state.tokens
    sources = [each for run in timeline.runs for each in _maps(run)]
    maps = [snapshot.state.tokens for snapshot in timeline.snapshots]
    for tokens in (*maps, *sources):
        if (tokens.layout, tokens.codebook_size) != (first.layout, first.codebook_size):
            raise ValueError("a timeline has one layout and one codebook")
    latents = _Distinct()
    drafted = [s for s in timeline.snapshots if s.state.draft is not None]
    record: Record = {
        "head": timeline.head,
        "layout": _layout_record(first.layout),
        "codebook_size": first.codebook_size,
        "runs": _run_records(timeline.runs),
        "snapshots": [
            [s.parent, s.run, s.state.step, latents.index(s.state.latent)]
            for s in timeline.snapshots
        ],
        "drafts": [s.id for s in drafted],
    }
    width = max((len(row) for row in latents.rows), default=0)
    length = first.layout.length
    arrays: Arrays = {
        "tokens": np.stack([tokens.ids for tokens in maps]),
        "sources": np.array([s.ids for s in sources], np.int32).reshape(len(sources), length),
        "latents": np.array(latents.rows, np.float32).reshape(len(latents.rows), width),
        DRAFTS: np.array([s.state.draft for s in drafted], np.int32).reshape(len(drafted), length),
    }
    return record, arrays


class _Distinct:
    """Numbers equal latents equally: a whole branch shares one."""

    def __init__(self) -> None:
        self.rows: list[NDArray[np.float32]] = []
        self._known: dict[bytes, int] = {}

    def index(self, row: NDArray[np.float32] | None) -> int | None:
        if row is None:
            return None
        if row.tobytes() not in self._known:
            self._known[row.tobytes()] = len(self.rows)
            self.rows.append(row)
        return self._known[row.tobytes()]


def _run_records(runs: tuple[Run, ...]) -> list[Record]:
    records: list[Record] = []
    source = 0
    for run in runs:
        entry: Record = {
            "generator": run.generator,
            "prompt": run.prompt,
            "params": params_record(run.params),
            "region": region_record(run.region),
            "source": None if run.source is None else source,
        }
        if run.name:
            entry["name"] = run.name
        if run.kept is not None:
            entry["kept"] = source + (run.source is not None)
        records.append(entry)
        source += len(_maps(run))
    return records


def _maps(run: Run) -> tuple[TokenMap, ...]:
    """A run's rows of `sources`, in order."""
    return tuple(each for each in (run.source, run.kept) if each is not None)


def _layout_record(layout: TokenLayout) -> Record:
    match layout:
        case Raster():
            return {"kind": "raster", "height": layout.height, "width": layout.width}
        case Pyramid():
            return {"kind": "pyramid", "sides": list(layout.sides)}
        case Sequence1D():
            return {"kind": "sequence", "length": layout.length}


def params_record(params: SamplingParams) -> Record:
    """A full strength goes without saying, as in all files that are older than it."""
    record = asdict(params)
    if params.strength == 1:
        del record["strength"]
    return record


def region_record(region: Region | None) -> list[int] | None:
    return None if region is None else [region.left, region.top, region.right, region.bottom]


def from_record(record: Mapping[str, Any], arrays: Mapping[str, NDArray[np.generic]]) -> Timeline:
    """Checks everything: raises KeyError, TypeError, ValueError, IndexError or BadInput."""
    layout, size = _layout(record["layout"]), int(record["codebook_size"])
    tokens, sources, latents = (np.asarray(arrays[name], DTYPES[name]) for name in DTYPES)

    def states(row: int, step: int, latent: int | None) -> DecodeState:
        noise = None if latent is None else latents[natural(latent)]
        return DecodeState(natural(step), TokenMap(tokens[row], layout, size), noise)

    def stored_map(row: int | None) -> TokenMap | None:
        return None if row is None else TokenMap(sources[natural(row)], layout, size)

    def run(entry: Mapping[str, Any]) -> Run:
        return Run(
            generator=text(entry["generator"]),
            prompt=text(entry["prompt"]),
            params=SamplingParams(**entry["params"]),
            region=region_from(entry["region"]),
            source=stored_map(entry["source"]),
            kept=stored_map(entry.get("kept")),
            name=text(entry.get("name", "")),
        )

    rows = record["snapshots"]
    if not 0 < len(rows) == len(tokens) <= MAX_SNAPSHOTS:
        raise ValueError("the steps and their tokens do not agree")
    runs = tuple(run(entry) for entry in record["runs"])
    snapshots = tuple(
        Snapshot(number, parent, natural(of_run), states(number, step, latent))
        for number, (parent, of_run, step, latent) in enumerate(rows)
    )
    _check_tree(snapshots, len(runs))
    timeline = Timeline(runs, snapshots, natural(record["head"]))
    timeline.snapshot(timeline.head)
    return timeline


def with_drafts(timeline: Timeline, record: Record, arrays: Mapping[str, Any]) -> Timeline:
    """The timeline with its stored drafts back in place; raises what `from_record` raises."""
    first = timeline.snapshots[0].state.tokens
    owners = [natural(owner) for owner in record[DRAFTS]]
    if not owners:
        return timeline
    drafts = np.asarray(arrays[DRAFTS], np.int32)
    if drafts.shape != (len(owners), first.layout.length):
        raise ValueError("the drafts and their steps do not agree")
    if drafts.min() < UNKNOWN or drafts.max() >= first.codebook_size:
        raise ValueError("a draft holds an id that is not in the codebook")
    snapshots = list(timeline.snapshots)
    for owner, draft in zip(owners, drafts, strict=True):
        state = replace(snapshots[owner].state, draft=draft)
        snapshots[owner] = replace(snapshots[owner], state=state)
    return replace(timeline, snapshots=tuple(snapshots))


def _check_tree(snapshots: tuple[Snapshot, ...], runs: int) -> None:
    for snapshot in snapshots:
        if snapshot.run >= runs:
            raise ValueError(f"there is no run {snapshot.run}")
        if snapshot.id == 0:
            if snapshot.parent is not None:
                raise ValueError("the first step has a parent")
            continue
        parent = snapshot.parent
        if parent is None or not 0 <= parent < snapshot.id:
            raise ValueError(f"step {snapshot.id} has no parent before it")
        if snapshot.state.step != snapshots[parent].state.step + 1:
            raise ValueError(f"step {snapshot.id} does not follow its parent")


def _layout(record: Mapping[str, Any]) -> TokenLayout:
    layout: TokenLayout
    match record["kind"]:
        case "raster":
            layout = Raster(natural(record["height"]), natural(record["width"]))
        case "pyramid":
            layout = Pyramid(tuple(natural(side) for side in record["sides"]))
        case "sequence":
            layout = Sequence1D(natural(record["length"]))
        case kind:
            raise ValueError(f"unknown layout {kind!r}")
    if layout.length > MAX_SITES:
        raise ValueError(f"{layout.length} sites are too many")
    return layout


def region_from(edges: object) -> Region | None:
    if edges is None:
        return None
    if not isinstance(edges, list) or len(edges) != 4 or not all(type(e) is int for e in edges):
        raise ValueError(f"a region is four whole numbers, got {edges!r}")
    return Region(*edges)


def natural(value: object) -> int:
    """A whole number from 0, not a bool, and never an index from the end."""
    if type(value) is not int or value < 0:
        raise ValueError(f"expected a whole number from 0, got {value!r}")
    return value


def text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {value!r}")
    return value


def checked(read: Callable[[], ReadT], sentence: str) -> ReadT:
    """What `read` returns; whatever damaged data makes it raise becomes BadInput."""
    try:
        return read()
    except BadInput:
        raise
    except MemoryError as error:
        raise NotNow(
            "There is not enough free memory to open this.", "Close other programs."
        ) from error
    except DAMAGE as bad:
        raise BadInput(sentence, f"Details: {type(bad).__name__}: {str(bad)[:200]}.") from bad
