"""Opens damaged pictures: `python -m tests.stress.fuzz_pictures --count 50000`.

Small pictures of every format and kind, with recipes in them, are damaged and opened as the window
opens them, recipe and all. Each must open or be refused with a sentence, quickly and in little
memory. One in five has a sound file around a damaged recipe.
"""

import io
import json
import random
import sys
from functools import cache

import numpy as np
from PIL import Image

from engine.document.carried import RECIPE_KEYWORD, XMP_KEYWORD
from engine.document.encoding import EVERYTHING, NAMES, Told, encoded
from engine.document.png import SIGNATURE, encode_png
from engine.document.recipe import Recipe
from engine.document.restored import read_as_document
from engine.document.xmp import packet_of, properties_of
from engine.values.image import Picture
from tests.engine.document.conftest import BOX, make_timeline
from tests.stress.fuzzing import run
from tests.stress.mutations import damaged, exchange, with_right_sums

SIDES_PX = (24, 18)
RECIPE_SHARE, SUMS_SHARE = 0.2, 0.7


@cache
def pictures() -> tuple[bytes, ...]:
    """Sound files: our own in five formats and two depths, and others' of every kind."""
    rng = np.random.default_rng(0)
    width, height = SIDES_PX
    shallow = Picture(rng.integers(0, 256, (height, width, 3), np.uint8), exif=_turned())
    deep = Picture(rng.integers(0, 65536, (height, width, 4), dtype=np.uint16))
    ours = [
        encoded(picture, kind, Told.by(recipe()), EVERYTHING)[0]
        for kind in NAMES
        for picture in (shallow, deep)
    ]
    image = Image.fromarray(shallow.rgb8)
    return (
        *ours,
        *(_saved(image.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "I;16")),
        _saved(image.convert("CMYK"), "JPEG"),
        _saved(image, "JPEG", progressive=True),
        *(_saved(image.convert(mode), "TIFF") for mode in ("1", "L", "CMYK", "LAB", "I;16", "F")),
        *(_saved(image, "TIFF", compression=name) for name in ("tiff_lzw", "jpeg", "packbits")),
        *(_moving(image, kind) for kind in ("GIF", "WEBP", "PNG", "TIFF", "AVIF")),
        _saved(image, "WEBP", lossless=True),
        *(_saved(image, kind) for kind in ("BMP", "PPM")),
        _saved(image.resize((300, 1)), "PNG"),
        _saved(image.resize((1, 300)), "JPEG"),
    )


def recipe() -> Recipe:
    before = np.random.default_rng(1).integers(0, 256, (BOX.height, BOX.width, 3), np.uint8)
    return Recipe(make_timeline(BOX), {"a.safetensors": "ab" * 32}, before)


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    return exif.tobytes().removeprefix(b"Exif\0\0")


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _moving(image: Image.Image, kind: str) -> bytes:
    turned = [image.rotate(angle) for angle in (90, 180)]
    return _saved(image, kind, save_all=True, append_images=turned)


def case(chance: random.Random) -> bytes:
    """One damaged file."""
    if chance.random() < RECIPE_SHARE:
        return _with_recipe(chance, _odd_recipe(chance))
    data = damaged(chance, chance.choice(pictures()), pictures())
    if data.startswith(SIGNATURE) and chance.random() < SUMS_SHARE:
        return with_right_sums(data)
    return data


def _odd_recipe(chance: random.Random) -> str:
    """JSON with one to three values exchanged, or damaged as text."""
    text, _ = recipe().as_text()
    if chance.random() < 0.3:
        return damaged(chance, text.encode(), [text.encode()]).decode("utf-8", "replace")
    record = json.loads(text)
    for _number in range(chance.randint(1, 3)):
        exchange(chance, record)
    return json.dumps(record)


def _with_recipe(chance: random.Random, text: str) -> bytes:
    """A sound picture that carries it: as a PNG's text, or as XMP in a WebP or a TIFF."""
    plain = Picture(np.zeros((12, 12, 3), np.uint8))
    kind = chance.choice(("PNG", "WEBP", "TIFF"))
    xmp = packet_of(properties_of(text, "composite"))
    if chance.random() < 0.3:
        xmp = damaged(chance, xmp, [xmp])
    if kind == "PNG":
        packet = xmp.decode("utf-8", "replace")
        return encode_png(plain, (RECIPE_KEYWORD, text), (XMP_KEYWORD, packet))
    if kind == "WEBP":
        return _saved(Image.fromarray(plain.rgb8), kind, xmp=xmp)
    return _saved(Image.fromarray(plain.rgb8), kind, tiffinfo={700: xmp})


def read(data: bytes) -> object:
    """As the window opens a file, and paints it."""
    return read_as_document(data, "a picture").picture.rgb8


if __name__ == "__main__":
    sys.exit(run(case, read, __doc__))
