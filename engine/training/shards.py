"""WebDataset shards of captioned pictures: .tar files with a picture and a text for each key."""

import io
import json
import tarfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from engine.training.own_pictures import lines, own_scene, place_in_order, square
from engine.training.scenes import Scene
from engine.training.sprites import Pixels
from engine.values.errors import BadInput

PICTURES = ("png", "jpg", "jpeg", "webp")
SHARDS_HELD = 2
"""Shards kept in memory, packed: consecutive seeds lie in one shard, or at its end in two."""

Sample = Mapping[str, Any]


class ShardPictures:
    """Pictures in a stream, or by seed: shard after shard, each in an order of its own."""

    def __init__(self, shards: tuple[Path, ...], side: int) -> None:
        """Reads every shard once to count its samples; BadInput for one that cannot be read."""
        self._shards = shards
        self._side = side
        self._held: OrderedDict[Path, list[Sample]] = OrderedDict()
        self._ends = tuple(accumulate(sum(1 for _ in _samples(shard)) for shard in shards))
        if not self._ends or not self._ends[-1]:
            raise BadInput("The shards hold no pictures.", "Give .tar files of WebDataset samples.")

    @classmethod
    def open(cls, folder: Path, side: int) -> "ShardPictures":
        """All .tar files of a folder."""
        return cls(tuple(sorted(folder.glob("*.tar"))), side)

    def __len__(self) -> int:
        return self._ends[-1]

    def __iter__(self) -> Iterator[tuple[Pixels, str]]:
        """(side, side, 3) uint8 and the first caption of each sample, in the shards' own order."""
        for shard in self._shards:
            for sample in _samples(shard):
                pixels, captions = _decoded(sample, self._side, shard)
                yield pixels, captions[0]

    def scene(self, seed: int) -> Scene:
        time_round, place = divmod(seed, len(self))
        # Shards are never mixed, so that one at a time need be read.
        shard = int(np.searchsorted(self._ends, place, side="right"))
        start = self._ends[shard - 1] if shard else 0
        count = self._ends[shard] - start
        within = place_in_order(time_round * count + place - start, count)
        path = self._shards[shard]
        return own_scene(*_decoded(self._packed(path)[within], self._side, path), seed)

    def _packed(self, shard: Path) -> list[Sample]:
        if shard not in self._held:
            self._held[shard] = list(_samples(shard))
            if len(self._held) > SHARDS_HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(shard)
        return self._held[shard]


def _samples(shard: Path) -> Iterator[Sample]:
    try:
        from webdataset.tariterators import group_by_keys, tar_file_expander
    except ImportError as error:
        raise BadInput(
            "Shards are read with the webdataset package, which is not installed.",
            "Install ellbox[train].",
        ) from error
    try:
        with shard.open("rb") as stream:
            files = tar_file_expander([{"url": str(shard), "stream": stream}])
            yield from group_by_keys(files)
    except (OSError, ValueError, EOFError, tarfile.TarError) as error:
        raise BadInput(f"{shard} cannot be read as a shard: {error}.", "Write it anew.") from error


def _decoded(sample: Sample, side: int, shard: Path) -> tuple[Pixels, tuple[str, ...]]:
    where = f"{sample['__key__']} in {shard}"
    packed = next((sample[kind] for kind in PICTURES if kind in sample), None)
    captions = _captions(sample)
    if packed is None or not captions:
        raise BadInput(f"{where} has no picture or no caption.", "Give it a .jpg and a .txt.")
    try:
        with Image.open(io.BytesIO(packed)) as image:
            return square(image, side), captions
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise BadInput(f"{where} cannot be read as a picture.", "Take it out.") from error


def _captions(sample: Sample) -> tuple[str, ...]:
    """Of the .txt, or of `caption` or `text` in the .json."""
    try:
        if "txt" in sample:
            return lines(sample["txt"].decode("utf-8"))
        said = json.loads(sample.get("json", b"{}"))
    except ValueError:
        return ()
    text = said.get("caption", said.get("text", "")) if isinstance(said, dict) else ""
    return lines(text) if isinstance(text, str) else ()
