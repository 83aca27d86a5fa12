"""A person's own pictures as training scenes: squares of one size with what is said of them."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from PIL import Image, ImageOps

from engine.training.scenes import Scene
from engine.training.sprites import Pixels


class Pictures(Protocol):
    """Stands where training composes scenes: seed -> Scene, without end and the same each time."""

    def scene(self, seed: int) -> Scene:
        """Every picture once before any comes again, in an order that changes each time round."""
        ...

    def __len__(self) -> int:
        """How many different pictures there are."""
        ...


def square(image: Image.Image, side: int) -> Pixels:
    """(side, side, 3) uint8: upright, the middle of the longer way, resized; clear turns white."""
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    ground = Image.new("RGBA", upright.size, "white")
    plain = Image.alpha_composite(ground, upright).convert("RGB")
    return np.array(ImageOps.fit(plain, (side, side), Image.Resampling.LANCZOS))


def own_scene(pixels: Pixels, captions: Sequence[str], seed: int) -> Scene:
    """A scene of which nothing is known but its captions (at least one); `caption` by the seed."""
    drawn = np.random.default_rng(seed).integers(len(captions))
    return Scene(pixels, captions[int(drawn)], tuple(captions), (), "")


def place_in_order(seed: int, count: int) -> int:
    """In [0, count): the seed's place in an order that is drawn anew each time round."""
    time_round, place = divmod(seed, count)
    return int(np.random.default_rng(time_round).permutation(count)[place])


def lines(text: str) -> tuple[str, ...]:
    """Captions of a text, one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
