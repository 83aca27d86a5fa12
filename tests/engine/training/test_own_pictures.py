"""A person's own pictures: folders and shards become scenes; what is wrong is named."""

import io
import json
import tarfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.training.commands.options import Common
from engine.training.config import TrainingConfig
from engine.training.folder import FolderPictures
from engine.training.own_pictures import Pictures, place_in_order, square
from engine.training.parts import Workshop, pictures, scenes_of
from engine.training.scenes import SceneConfig
from engine.training.shards import ShardPictures
from engine.training.sprites import Pixels
from engine.training.tokenised import Said
from engine.values.errors import BadInput

COLOURS = ("red", "green", "blue", "yellow", "white")


def packed(colour: str, size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "more").mkdir()
    for number, colour in enumerate(COLOURS):
        path = tmp_path / ("more" if number % 2 else "") / f"{colour}.png"
        path.write_bytes(packed(colour))
        path.with_suffix(".txt").write_text(f"a {colour} square\nsomething {colour}\n")
    return tmp_path


def write_shard(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    for number, colours in enumerate((COLOURS[:3], COLOURS[3:])):
        files = {}
        for colour in colours:
            files[f"{colour}.png"] = packed(colour)
            files[f"{colour}.txt"] = f"a {colour} square".encode()
        write_shard(tmp_path / f"part-{number}.tar", files)
    return tmp_path


def says_its_colour(pixels: Pixels, caption: str) -> bool:
    word = next(word for word in caption.split() if word in COLOURS)
    colour = Image.new("RGB", (1, 1), word).getpixel((0, 0))
    return bool((pixels == np.array(colour)).all())


def test_every_picture_comes_with_its_own_caption(folder: Path) -> None:
    pictures = FolderPictures.open(folder, 16)
    assert len(pictures) == 5
    for number in range(5):
        pixels, caption = pictures[number]
        assert pixels.shape == (16, 16, 3) and pixels.dtype == np.uint8
        assert says_its_colour(pixels, caption)


@pytest.mark.parametrize("kind", ["folder", "shards"])
def test_seeds_go_round_all_pictures(kind: str, request: pytest.FixtureRequest) -> None:
    place: Path = request.getfixturevalue(kind)
    opened: Pictures = (FolderPictures if kind == "folder" else ShardPictures).open(place, 8)
    for first in (0, 5, 10):
        scenes = [opened.scene(seed) for seed in range(first, first + 5)]
        assert len({scene.pixels.tobytes() for scene in scenes}) == 5
        assert all(says_its_colour(scene.pixels, scene.caption) for scene in scenes)
        assert all(scene.caption in scene.captions for scene in scenes)
    again = opened.scene(7)
    assert np.array_equal(again.pixels, opened.scene(7).pixels)
    assert again.caption == opened.scene(7).caption


def test_orders_differ_between_rounds() -> None:
    rounds = [[place_in_order(seed, 9) for seed in range(r * 9, r * 9 + 9)] for r in range(3)]
    assert all(sorted(order) == list(range(9)) for order in rounds)
    assert rounds[0] != rounds[1]


def test_all_captions_of_a_picture_are_drawn(folder: Path) -> None:
    pictures = FolderPictures.open(folder, 8)
    drawn = Counter(pictures.scene(seed).caption.split()[0] for seed in range(60))
    assert set(drawn) == {"a", "something"}
    assert min(drawn.values()) > 15


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metadata.csv", 'file_name,text\nred.png,"a red square, plain"\n'),
        ("metadata.jsonl", '{"file_name": "red.png", "text": "a red square, plain"}\n'),
        ("metadata.json", '[{"file_name": "red.png", "caption": "a red square, plain"}]'),
        ("metadata.json", '{"red.png": ["a red square, plain", "red"]}'),
    ],
)
def test_metadata_files(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "red.png").write_bytes(packed("red"))
    (tmp_path / name).write_text(text)
    assert FolderPictures.open(tmp_path, 8)[0][1] == "a red square, plain"


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"red.png": packed("red")}, "red.png has no caption"),
        ({"red.png": packed("red"), "red.txt": b" \n"}, "red.txt holds an empty caption"),
        ({"red.png": packed("red"), "red.txt": b"\xff\xfe\xfd"}, "red.txt cannot be read as text"),
        ({"metadata.csv": b"file_name,text\nblue.png,blue\n"}, "names blue.png, which is not"),
        ({"metadata.jsonl": b'{"file_name": "a.png"}'}, "without file_name or text"),
        ({"metadata.json": b"{"}, "metadata.json cannot be read"),
        ({"metadata.json": b"3"}, "lists no pictures"),
        ({}, "no picture with a caption"),
    ],
)
def test_bad_folders_are_refused(tmp_path: Path, files: dict[str, bytes], named: str) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInput, match=named):
        FolderPictures.open(tmp_path, 8)
    with pytest.raises(BadInput, match="is not a folder"):
        FolderPictures.open(tmp_path / "nowhere", 8)


def test_a_bad_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "torn.png").write_bytes(packed("red")[:40])
    (tmp_path / "torn.txt").write_text("red")
    with pytest.raises(BadInput, match=r"torn\.png cannot be read as a picture"):
        FolderPictures.open(tmp_path, 8).scene(0)


def test_shards_are_a_stream_too(shards: Path) -> None:
    pictures = ShardPictures.open(shards, 8)
    told = list(pictures)
    assert len(told) == len(pictures) == 5
    assert all(says_its_colour(pixels, caption) for pixels, caption in told)


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"a.png": packed("red")}, "a in .*bad.tar has no picture or no caption"),
        ({"a.png": b"no picture", "a.txt": b"red"}, "a in .*bad.tar cannot be read as a picture"),
        ({"a.png": packed("red"), "a.json": b"[]"}, "no caption"),
    ],
)
def test_bad_samples_are_refused(tmp_path: Path, files: dict[str, bytes], named: str) -> None:
    pictures = ShardPictures((write_shard(tmp_path / "bad.tar", files),), 8)
    with pytest.raises(BadInput, match=named):
        pictures.scene(0)


def test_bad_shards_are_refused(tmp_path: Path) -> None:
    (tmp_path / "torn.tar").write_bytes(b"x" * 700)
    with pytest.raises(BadInput, match=r"torn\.tar cannot be read as a shard"):
        ShardPictures.open(tmp_path, 8)
    with pytest.raises(BadInput, match="no pictures"):
        ShardPictures((), 8)


def test_captions_of_shards_may_lie_in_json(tmp_path: Path) -> None:
    files = {"a.png": packed("red"), "a.json": json.dumps({"caption": "all red"}).encode()}
    pictures = ShardPictures((write_shard(tmp_path / "one.tar", files),), 8)
    assert pictures.scene(0).caption == "all red"


def test_squares_are_the_upright_middle_on_white() -> None:
    wide = Image.new("RGBA", (90, 30), (0, 0, 0, 0))
    wide.paste((255, 0, 0, 255), (30, 0, 60, 30))
    # The filter reaches a little beyond the part that is kept.
    assert np.abs(square(wide, 10).astype(int) - (255, 0, 0)).max() < 24
    assert (square(Image.new("RGBA", (30, 30)), 10) == 255).all()
    turned = Image.new("RGB", (30, 60), "red")
    turned.paste("blue", (0, 0, 30, 30))
    turned.getexif()[0x0112] = 6
    file = io.BytesIO()
    turned.save(file, "JPEG", exif=turned.getexif(), quality=95)
    pixels = square(Image.open(file), 10)
    assert pixels[5, 1, 0] > 200 and pixels[5, 8, 2] > 200


@pytest.mark.parametrize("kind", ["folder", "shards"])
def test_training_takes_them_in_place_of_scenes(kind: str, request: pytest.FixtureRequest) -> None:
    place: Path = request.getfixturevalue(kind)
    settings = replace(
        TrainingConfig(), pictures=str(place), scenes=SceneConfig(side=16), wide_share=1.0
    )
    shop = Workshop(settings, place / "checkpoints", place / "no-bank.npz", torch.device("cpu"))
    scene, picture = scenes_of(shop), pictures(shop)
    assert np.array_equal(scene(3).pixels, picture(3))
    assert picture(3).shape == (16, 16, 3)
    assert Said.of(scene(3)) == Said((), scene(3).captions)
    asked = Common(data=place).settings()
    assert asked.pictures == str(place) and Common().settings().pictures == ""
