"""How much memory a model takes, reckoned before anything of it is loaded; no torch."""

import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path

from engine.values.errors import WeightsMissing

NUMBER_BYTES = 4
"""Of everything that is computed: generators work in single precision."""

LAYER_COPIES = 16
"""Widths' worth of numbers a position holds while a layer runs: what flows on, its norm, queries,
keys, values, what attention saw, and the MLP's hidden states before and after their activation."""

LOGIT_COPIES = 10
"""Of a codebook's worth of numbers at a drawn site: logits of both texts, their mix, the chances,
what is sorted with its order, sums, and what is left after the cut."""

PICTURE_COPIES = 6
"""Feature maps of the full side that a coder holds at once."""

FORMAT_HEADER_BYTES = 100_000_000
"""Longer headers are refused by the format's own readers as well."""


@dataclass(frozen=True, slots=True)
class NetworkSize:
    """What of a model decides about its memory.

    numbers: weights of all its networks. layers, width, sites, codebook_size: of the network that
    decodes. cached: keys and values of all sites are kept from step to step. image_side, channels:
    of the tokenizer's widest feature map of the full side.
    """

    numbers: int
    layers: int
    width: int
    sites: int
    codebook_size: int
    cached: bool
    image_side: int
    channels: int


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Bytes. weights: once a model. cache: keys and values. work: what a step or a decoding of
    pictures holds at its largest."""

    weights: int
    cache: int
    work: int

    @property
    def total(self) -> int:
        return self.weights + self.cache + self.work


def memory_need(
    size: NetworkSize, candidates: int = 1, *, weight_bytes: int = NUMBER_BYTES
) -> MemoryNeed:
    """The most that decoding so many candidates at a time takes, guided, all sites in one call.

    rows = 2 candidates, for the prompt and the null prompt.
    weights = numbers * weight_bytes
    cache = 2 * layers * rows * sites * width * 4, for keys and values, where they are kept
    work = the larger of a step, rows * sites * (16 width + 5 codebook_size) * 4, and of the
    pictures, candidates * 6 * channels * side^2 * 4.

    A step rarely runs all sites; resuming, and boxes at the end of the order, do. The ten copies of
    logits are of candidates, hence five a row.
    """
    rows = 2 * candidates
    cache = 2 * size.layers * rows * size.sites * size.width if size.cached else 0
    site = LAYER_COPIES * size.width + LOGIT_COPIES // 2 * size.codebook_size
    pictures = candidates * PICTURE_COPIES * size.channels * size.image_side**2
    return MemoryNeed(
        weights=size.numbers * weight_bytes,
        cache=cache * NUMBER_BYTES,
        work=max(rows * size.sites * site, pictures) * NUMBER_BYTES,
    )


def numbers_in(path: Path) -> int:
    """How many numbers a .safetensors file holds, from its header alone; 0 for any other file.

    WeightsMissing for a header that cannot be read.
    """
    if path.suffix != ".safetensors":
        return 0
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > FORMAT_HEADER_BYTES:
                raise ValueError(f"a header of {length} bytes")
            header = json.loads(file.read(length))
        return sum(
            math.prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__"
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise WeightsMissing(
            f"The weights {path.name} cannot be read: {error}.", "Install Ellbox again."
        ) from error


def gigabytes(count_bytes: int) -> str:
    """`1.4 GB` or `12 MB`, for people."""
    if count_bytes < 10**9:
        return f"{max(count_bytes, 10**6) / 1e6:.0f} MB"
    return f"{count_bytes / 1e9:.1f} GB"
