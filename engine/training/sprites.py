"""The sprite bank: named art in several styles, with its licences."""

import io
import json
from collections import Counter, OrderedDict
from functools import cached_property
from pathlib import Path
from typing import NotRequired, TypedDict, cast
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.training.lexicon import Entry, Lexicon
from engine.values.errors import BadInput

Pixels = NDArray[np.uint8]

TINTS: dict[str, tuple[float, float, float]] = {
    "red": (358.0, 0.82, 0.86),
    "orange": (28.0, 0.88, 0.96),
    "yellow": (50.0, 0.80, 0.98),
    "green": (125.0, 0.68, 0.66),
    "blue": (216.0, 0.78, 0.86),
    "purple": (276.0, 0.66, 0.72),
}
"""Colours a sprite can be dyed: hue in degrees, usual saturation and value in 0..1."""

HUE_WINDOW = 55.0
LEAST_COLOUR = 0.2
"""Mean of saturation times value: line drawings and steel have less and are not dyed."""

CACHE_LIMIT = 6000


class _Image(TypedDict):
    c: int
    s: int
    col: NotRequired[str]
    line: NotRequired[bool]
    sil: NotRequired[bool]


class _Concept(TypedDict):
    name: str
    words: list[str]
    tags: list[str]


class _Meta(TypedDict):
    size: int
    styles: list[str]
    licence: dict[str, str]
    sources: NotRequired[dict[str, str]]
    images: list[_Image]
    concepts: list[_Concept]


class SpriteBank:
    """Sprites by (concept name, style) or by number, as square RGBA arrays of any size."""

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64], meta: _Meta) -> None:
        self._blob = blob
        self._offsets = offsets
        self._meta = meta
        self._numbers: dict[tuple[str, str], int] = {}
        self._concepts: dict[str, _Concept] = {}
        for number, image in enumerate(meta["images"]):
            concept = meta["concepts"][image["c"]]
            self._concepts.setdefault(concept["name"], concept)
            # Line art and silhouettes are no pictures of the thing in the style's colours.
            if "line" not in image and "sil" not in image:
                self._numbers.setdefault((concept["name"], meta["styles"][image["s"]]), number)
        self._cache: OrderedDict[tuple[int, int, str | None], Pixels] = OrderedDict()
        self._shares: dict[tuple[int, str | None, tuple[int, int, int]], float] = {}
        self._colourfulness: dict[int, float] = {}
        self._choices: dict[tuple[tuple[str, ...], tuple[str, ...], str], tuple[str, ...]] = {}

    @classmethod
    def open(cls, path: Path) -> "SpriteBank":
        """Read a bank file (.npz with blob, off and meta); BadInput when it is not one."""
        try:
            with np.load(path) as arrays:
                meta = cast(_Meta, json.loads(arrays["meta"].tobytes().decode()))
                return cls(arrays["blob"], arrays["off"], meta)
        except (OSError, KeyError, ValueError, BadZipFile) as error:
            raise BadInput(
                f"{path} cannot be read as a sprite bank.",
                "Give the path of a sprite file such as sprites-128.npz.",
            ) from error

    def __len__(self) -> int:
        return len(self._meta["images"])

    @property
    def styles(self) -> tuple[str, ...]:
        return tuple(self._meta["styles"])

    @property
    def names(self) -> tuple[str, ...]:
        """Every concept's name."""
        return tuple(self._concepts)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The nouns of its concepts."""
        return Lexicon.of(
            Entry(name, tuple(concept["words"])) for name, concept in self._concepts.items()
        )

    def keywords(self, name: str) -> tuple[str, ...]:
        """Names to use in captions, best first, and then the related words."""
        concept = self._concepts.get(name)
        if concept is None:
            raise BadInput(f"The sprite bank has no concept called {name!r}.")
        return tuple(dict.fromkeys((*concept["words"], *concept["tags"])))

    def licence(self, style: str) -> str:
        """The licence of a style's art."""
        if style not in self._meta["styles"]:
            raise BadInput(f"No style {style!r}.", f"The bank has {', '.join(self.styles)}.")
        return self._meta["licence"][style]

    def source(self, style: str) -> str:
        """The packages that the style was built from, '' where the bank does not say."""
        return self._meta.get("sources", {}).get(style, "")

    def counts(self) -> dict[str, int]:
        """Sprites of each style."""
        found = Counter(self._meta["styles"][image["s"]] for image in self._meta["images"])
        return {style: found[style] for style in self.styles}

    def has(self, name: str, style: str) -> bool:
        return (name, style) in self._numbers

    def choice(
        self, names: tuple[str, ...], style: str, without: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Those of the names that there is art of in the style; `without` holds "name/style"."""
        key = (names, without, style)
        if key not in self._choices:
            self._choices[key] = tuple(
                name for name in names if self.has(name, style) and f"{name}/{style}" not in without
            )
        return self._choices[key]

    def number(self, name: str, style: str) -> int:
        """The sprite's number in the bank; BadInput when there is none."""
        found = self._numbers.get((name, style))
        if found is None:
            raise BadInput(f"The sprite bank has no {name!r} in the style {style!r}.")
        return found

    def colour(self, name: str, style: str) -> str | None:
        """The word for the sprite's main colour, None when no single colour is the main one."""
        return self._meta["images"][self.number(name, style)].get("col")

    def sprite(self, name: str, style: str, size: int, tint: str | None = None) -> Pixels:
        """(size, size, 4) uint8 RGBA, read-only; `tint` is a key of TINTS."""
        return self.sprite_by_number(self.number(name, style), size, tint)

    def sprite_by_number(self, number: int, size: int, tint: str | None = None) -> Pixels:
        """(size, size, 4) uint8 RGBA of sprite `number` in [0, len(bank)), read-only."""
        key = (number, size, tint)
        cached = self._cache.get(key)
        if cached is not None:
            self._cache.move_to_end(key)
            return cached
        image = self._decoded(number)
        if image.size != (size, size):
            image = image.resize((size, size), Image.Resampling.LANCZOS)
        pixels = np.array(image if tint is None else tinted(image, tint))
        pixels.setflags(write=False)
        self._cache[key] = pixels
        if len(self._cache) > CACHE_LIMIT:
            self._cache.popitem(last=False)
        return pixels

    def share_near(
        self, name: str, style: str, tint: str | None, colour: tuple[int, int, int]
    ) -> float:
        """0..1: how much of the sprite would vanish on a ground of that RGB colour."""
        number = self.number(name, style)
        key = (number, tint, colour)
        if key not in self._shares:
            sprite = self.sprite_by_number(number, 32, tint).astype(np.int32)
            opaque = sprite[..., 3] > 128
            distance = np.sqrt(((sprite[..., :3] - np.array(colour)) ** 2).sum(axis=-1))
            self._shares[key] = float((distance[opaque] < 70).sum() / max(opaque.sum(), 1))
        return self._shares[key]

    def can_be_dyed(self, name: str, style: str) -> bool:
        """Whether the sprite has colour enough for a tint to show."""
        number = self.number(name, style)
        if number not in self._colourfulness:
            image = Image.fromarray(self.sprite_by_number(number, 32))
            hsv = np.asarray(image.convert("RGB").convert("HSV")).astype(np.float32) / 255.0
            opaque = np.asarray(image.getchannel("A")) > 128
            strength = (hsv[..., 1] * hsv[..., 2])[opaque]
            self._colourfulness[number] = float(strength.sum() / max(strength.size, 1))
        return self._colourfulness[number] > LEAST_COLOUR

    def _decoded(self, number: int) -> Image.Image:
        start, end = self._offsets[number], self._offsets[number + 1]
        with Image.open(io.BytesIO(self._blob[start:end].tobytes())) as image:
            return image.convert("RGBA")


def tinted(image: Image.Image, tint: str) -> Image.Image:
    """The RGBA picture with its main hue turned to `tint`, other hues, greys and alpha kept."""
    hue_to, saturation_to, value_to = TINTS[tint]
    alpha = image.getchannel("A")
    hsv = np.asarray(image.convert("RGB").convert("HSV")).astype(np.float32) / 255.0
    hue, saturation, value = hsv[..., 0] * 360.0, hsv[..., 1], hsv[..., 2]
    weight = saturation * value * (np.asarray(alpha) > 128)
    main = _main_hue(hue, weight)
    away = (hue - main + 180.0) % 360.0 - 180.0
    near = np.clip((HUE_WINDOW - np.abs(away)) / 15.0, 0.0, 1.0)
    # Greys and highlights belong to no hue: they keep their lightness.
    coloured = near * np.clip(saturation / 0.3, 0.0, 1.0)
    chosen = weight * near > 0.15
    gain_s = saturation_to / max(float(np.median(saturation[chosen])), 0.05)
    gain_v = value_to / max(float(np.median(value[chosen])), 0.05)
    # A quarter of the old hue's spread keeps the shading alive without changing the colour's name.
    hue = np.where(near > 0.0, hue_to + 0.25 * away, hue) % 360.0
    saturation = np.clip(saturation * (1.0 + coloured * (gain_s - 1.0)), 0.0, 1.0)
    value = np.clip(value * (1.0 + coloured * (gain_v - 1.0)), 0.0, 1.0)
    turned = np.stack([hue / 360.0, saturation, value], axis=-1)
    result = Image.fromarray((turned * 255.0).round().astype(np.uint8), "HSV").convert("RGB")
    result.putalpha(alpha)
    return result


def _main_hue(hue: NDArray[np.float32], weight: NDArray[np.float32]) -> float:
    """Centre in degrees of the 30-degree span that holds most of the weight."""
    counts, _ = np.histogram(hue, bins=36, range=(0.0, 360.0), weights=weight)
    spans = counts + np.roll(counts, 1) + np.roll(counts, -1)
    return (int(spans.argmax()) + 0.5) * 10.0
