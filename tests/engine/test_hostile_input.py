"""Odd prompts, pictures and weights, through the command line: a picture or a sentence."""

import json
import struct
import zlib
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from PIL import Image
from torch import nn
from typer.testing import Result

from engine.document.picture_file import open_picture
from engine.document.recipe import recipe_in
from engine.values.errors import BadInput, WeightsMissing
from engine.weights.loading import load_strict
from engine.weights.published import read_published

Run = Callable[..., Result]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NOISE = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)


@pytest.mark.parametrize(
    "prompt",
    [
        "\N{CAT FACE}\N{ZERO WIDTH JOINER}\N{RED APPLE}",
        "\u05ea\u05e4\u05d5\u05d7 \u05d0\u05d3\u05d5\u05dd \u202e\u0645\u0631\u062d\u0628\u0627",
        "a\tcat\r\n\x00\x07\x1b[31m\x7f",
        "e\u0301\u0301\u0301 \ufffe",
    ],
    ids=["emoji", "right to left", "control characters", "combining"],
)
def test_any_text_is_a_prompt(run: Run, prompt: str) -> None:
    """What the model does not know it leaves aside; the recipe keeps every character."""
    done = run("generate", prompt, "-o", "a.png")
    assert done.exit_code == 0, done.stderr
    assert recipe_in(Path("a.png").read_bytes(), "a.png").prompt == prompt.strip()


@pytest.mark.parametrize(
    "prompt",
    [
        "a cat " * 16_667,
        "".join(f"xy{letters} " for letters in map("".join, product(LETTERS, repeat=3)))[:100_000],
        "x" * 100_000,
    ],
    ids=["words", "unknown words", "one word"],
)
def test_a_prompt_of_100_000_characters_is_cut_and_said_so(run: Run, prompt: str) -> None:
    done = run("generate", prompt, "-o", "a.png")
    assert done.exit_code == 0, done.stderr
    assert "too long" in done.stderr and len(done.stderr) < 1000


def test_an_empty_prompt_is_refused(run: Run) -> None:
    for prompt in ("", " \t\n"):
        refused = run("generate", prompt, "-o", "a.png")
        assert refused.exit_code == 2 and "empty" in refused.stderr
        assert not Path("a.png").exists()


def lying(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def write_kind(kind: str) -> None:
    """odd.png: a sound picture of an unusual kind, whatever its name says."""
    image, path = Image.fromarray(NOISE), "odd.png"
    match kind:
        case "1 x N":
            Image.fromarray(NOISE[:1]).save(path)
        case "N x 1":
            Image.fromarray(NOISE[:, :1]).save(path)
        case "16 bits":
            Image.fromarray(NOISE[..., 0].astype(np.uint16) * 257).save(path)
        case "CMYK":
            image.convert("CMYK").save(path, "JPEG")
        case "palette":
            image.quantize(16).save(path)
        case "animated":
            image.save(path, "GIF", save_all=True, append_images=[image.rotate(180)])
        case "turned":
            image.save(path, "JPEG", exif=lying(6))


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("1 x N", (1, 90)),
        ("N x 1", (60, 1)),
        ("16 bits", (60, 90)),
        ("CMYK", (60, 90)),
        ("palette", (60, 90)),
        ("animated", (60, 90)),
        ("turned", (90, 60)),
    ],
)
def test_pictures_of_every_kind_are_edited(run: Run, kind: str, size: tuple[int, int]) -> None:
    """The box lies over one corner; most of these have a wrong suffix too."""
    write_kind(kind)
    before = open_picture(Path("odd.png"))
    done = run("edit", "odd.png", "--box", "0,0,9,9", "--prompt", "a cat", "-o", "out.png")
    assert done.exit_code == 0, done.stderr
    after = open_picture(Path("out.png"))
    assert after.pixels.shape[:2] == size and after.is_deep == before.is_deep
    assert np.array_equal(after.pixels[9:], before.pixels[9:])
    assert np.array_equal(after.pixels[:, 9:], before.pixels[:, 9:])


def huge_png() -> bytes:
    """300 million pixels by its header, in a few bytes."""
    header = struct.pack(">IIBBBBB", 20_000, 15_000, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def broken(kind: str) -> bytes:
    Image.fromarray(NOISE).save("sound.png")
    sound = Path("sound.png").read_bytes()
    return {
        "truncated": sound[: len(sound) // 2],
        "only a head": sound[:40],
        "300 megapixels": huge_png(),
        "a project": b"PK\x03\x04" + bytes(100),
        "zeros": bytes(1000),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["truncated", "only a head", "300 megapixels", "a project", "zeros"]
)
def test_broken_pictures_are_refused_and_nothing_is_written(run: Run, kind: str) -> None:
    Path("odd.png").write_bytes(broken(kind))
    Path("out.png").write_bytes(b"old")
    held = psutil.Process().memory_info().rss
    refused = run("edit", "odd.png", "--box", "0,0,9,9", "--prompt", "a cat", "-o", "out.png")
    assert refused.exit_code == 2
    assert refused.stderr.count("\n") == 1 and refused.stderr.rstrip().endswith(".")
    assert Path("out.png").read_bytes() == b"old"
    assert sorted(path.name for path in Path().iterdir()) == ["odd.png", "out.png", "sound.png"]
    assert psutil.Process().memory_info().rss - held < 200 * 2**20


def sparse_weights(path: Path, shape: list[int], length: int) -> None:
    """A sound header over `length` bytes that take no room on the disk."""
    header = json.dumps(
        {"weight": {"dtype": "F32", "shape": shape, "data_offsets": [0, length]}}
    ).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + length)


@pytest.mark.parametrize(
    ("shape", "length"),
    [([2**29], 2**31), ([2**40], 2**42), ([2**40], 4), ([4, 4], 8)],
    ids=["2 GiB", "4 TiB", "4 TiB said, 4 bytes there", "16 numbers said, 2 there"],
)
def test_shapes_of_weights_are_looked_at_before_memory_is_taken(
    tmp_path: Path, shape: list[int], length: int
) -> None:
    path = tmp_path / "a.safetensors"
    sparse_weights(path, shape, length)
    with torch.device("meta"):
        module = nn.Linear(2, 2, bias=False)
    held = psutil.Process().memory_info().rss
    with pytest.raises(WeightsMissing):
        load_strict(module, path, device=torch.device("cpu"), dtype=torch.float32)
    assert psutil.Process().memory_info().rss - held < 100 * 2**20


class Runs:
    """What a pickle runs when it is read without care."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.mark,)


def test_a_pickle_that_would_run_something_is_refused(tmp_path: Path) -> None:
    path, mark = tmp_path / "a.pth", tmp_path / "ran"
    torch.save({"weight": torch.zeros(2), "more": Runs(mark)}, path)
    with pytest.raises(BadInput, match="safely"):
        read_published(path)
    assert not mark.exists()
    torch.load(path, weights_only=False)
    assert mark.exists(), "the file is harmless, so refusing it proves nothing"
