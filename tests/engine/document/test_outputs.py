"""What is made of a document: its picture, a box, a mask, layers, and the document again."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from engine.document.carried import origin_in
from engine.document.document import Document, Edit
from engine.document.encoding import ExportOptions
from engine.document.openraster import encode_openraster
from engine.document.outputs import Wish, write_output
from engine.document.picture_file import open_picture, read_picture, save_picture
from engine.document.recipe import Recipe, find_recipe
from engine.document.restored import open_as_document
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.region import Region
from engine.values.timeline import Timeline
from tests.engine.document.conftest import BOX, make_timeline

RNG = np.random.default_rng(8)
LATER = Region(5, 1, 9, 6)
WEIGHTS = {"a.safetensors": "ab" * 32}


def noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    return RNG.integers(1, 256, (height, width, channels), dtype=np.uint8)


def edited(channels: int = 3, *, deep: bool = False) -> Document:
    """Two edits that overlap, the upper one on top."""
    pixels = noise(16, 20, channels)
    base = Picture(pixels.astype(np.uint16) * 257 if deep else pixels)
    lower = Edit(BOX, noise(BOX.height, BOX.width), make_timeline(BOX), weights=WEIGHTS)
    upper = Edit(LATER, noise(5, 4), make_timeline(LATER), weights=WEIGHTS)
    return Document(base).applied(lower).applied(upper)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
@pytest.mark.parametrize("deep", [False, True])
def test_an_exported_picture_opens_as_what_it_was(tmp_path: Path, name: str, deep: bool) -> None:
    document = edited(4, deep=deep)
    assert write_output(document, tmp_path / name, Wish(), WEIGHTS) == ""
    opened = open_as_document(tmp_path / name)
    (edit,) = opened.edits
    assert np.array_equal(opened.picture.pixels, document.picture.pixels)
    below = Document(document.base, document.edits[:1]).picture
    assert np.array_equal(opened.base.pixels, below.pixels)
    assert np.array_equal(edit.patch, document.edits[1].patch)
    assert (edit.timeline, edit.region) == (document.edits[1].timeline, LATER)
    assert edit.weights == WEIGHTS


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.avif"])
def test_lossy_formats_bring_the_steps_back(tmp_path: Path, name: str) -> None:
    document = edited()
    write_output(document, tmp_path / name, Wish(), WEIGHTS)
    opened = open_as_document(tmp_path / name)
    assert opened.edits[0].timeline == document.edits[1].timeline
    assert np.array_equal(opened.picture.pixels, open_picture(tmp_path / name).pixels)


def test_a_generated_picture_is_one_edit(tmp_path: Path, whole_timeline: Timeline) -> None:
    picture = Picture(noise(8, 8))
    save_picture(picture, tmp_path / "a.png", recipe=Recipe(whole_timeline))
    opened = open_as_document(tmp_path / "a.png")
    assert not opened.base.pixels.any()
    assert np.array_equal(opened.picture.pixels, picture.pixels)
    assert opened.edits[0].timeline.head_run.region is None


@pytest.mark.parametrize("recipe", [Recipe(make_timeline(BOX)), None])
def test_recipes_that_do_not_fit_are_told_and_the_picture_opens(
    tmp_path: Path, recipe: Recipe | None
) -> None:
    small = Picture(noise(4, 4))
    before = noise(BOX.height, BOX.width)
    save_picture(small, tmp_path / "a.png", recipe=recipe or Recipe(make_timeline(BOX), {}, before))
    opened = open_as_document(tmp_path / "a.png")
    assert opened.edits == ()
    assert "larger picture" in opened.base.notice
    assert np.array_equal(opened.base.pixels, small.pixels)


def test_a_mask_is_white_inside_the_boxes(tmp_path: Path) -> None:
    write_output(edited(), tmp_path / "m.png", Wish("mask"), {})
    with Image.open(tmp_path / "m.png") as image:
        assert (image.mode, image.size) == ("L", (20, 16))
        mask = np.asarray(image)
    inside = np.zeros((16, 20), bool)
    for box in (BOX, LATER):
        inside[box.top : box.bottom, box.left : box.right] = True
    assert np.array_equal(mask, np.where(inside, 255, 0))
    write_output(edited(), tmp_path / "m.png", Wish("mask", boxes=(Region(0, 0, 2, 1),)), {})
    assert (np.asarray(Image.open(tmp_path / "m.png")) > 0).sum() == 2


def test_a_box_is_cut_out_with_all_its_bits(tmp_path: Path) -> None:
    document = edited(4, deep=True)
    box = Region(3, 2, 30, 7)
    write_output(document, tmp_path / "b.png", Wish("box", boxes=(box,)), WEIGHTS)
    cut = open_picture(tmp_path / "b.png")
    assert np.array_equal(cut.pixels, document.picture.pixels[2:7, 3:20])
    data = (tmp_path / "b.png").read_bytes()
    assert find_recipe(data, "b.png") is None
    assert origin_in(data) == "composite"
    untouched = Wish("box", boxes=(Region(15, 12, 18, 15),))
    write_output(document, tmp_path / "b.png", untouched, WEIGHTS)
    assert origin_in((tmp_path / "b.png").read_bytes()) is None


def test_the_mark_says_what_a_model_drew(tmp_path: Path, whole_timeline: Timeline) -> None:
    base = Picture(np.zeros((8, 8, 3), np.uint8))
    generated = Document(base).applied(Edit(Region(0, 0, 8, 8), noise(8, 8), whole_timeline))
    retouched = generated.applied(Edit(Region(1, 1, 4, 4), noise(3, 3), make_timeline(LATER)))
    hidden = Document(base, (edited().edits[0],)).with_visibility(0, False)
    expected = {"generated": generated, "also": retouched, "composite": edited(), "none": hidden}
    for name, document in expected.items():
        write_output(document, tmp_path / f"{name}.webp", Wish(), {})
    found = {name: origin_in((tmp_path / f"{name}.webp").read_bytes()) for name in expected}
    assert found == {
        "generated": "generated", "also": "generated", "composite": "composite", "none": None,
    }  # fmt: skip


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("deep", [False, True])
def test_openraster_is_read_back_as_the_specification_says(channels: int, deep: bool) -> None:
    document = edited(channels, deep=deep).with_visibility(0, False)
    data = encode_openraster(document)
    assert data[30:38] == b"mimetype"
    assert data[38:54] == b"image/openraster"
    archive = zipfile.ZipFile(io.BytesIO(data))
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
    image = ElementTree.fromstring(archive.read("stack.xml"))
    assert (image.tag, image.attrib["w"], image.attrib["h"]) == ("image", "20", "16")
    layers = image.findall("stack/layer")
    assert [layer.attrib["visibility"] for layer in layers] == ["visible", "hidden", "visible"]
    shown = composed(archive, [layer.attrib for layer in reversed(layers)])
    assert np.array_equal(shown, document.picture.pixels)
    merged = read_png(archive.read("mergedimage.png"))
    assert np.array_equal(merged, document.picture.pixels)
    thumbnail = Image.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png")))
    assert max(thumbnail.size) <= 256
    assert data == encode_openraster(document)


def read_png(data: bytes) -> np.ndarray:
    return read_picture(data, "a.png").pixels


def composed(archive: zipfile.ZipFile, layers: list[dict[str, str]]) -> np.ndarray:
    """What a reader paints, from the bottom up: opaque patches by src-over or src-atop."""
    canvas = read_png(archive.read(layers[0]["src"])).copy()
    for layer in layers[1:]:
        pixels = read_png(archive.read(layer["src"]))
        x, y = int(layer["x"]), int(layer["y"])
        below = canvas[y : y + pixels.shape[0], x : x + pixels.shape[1]]
        if layer["visibility"] == "visible":
            below[..., :3] = pixels[..., :3]
            if layer["composite-op"] == "svg:src-over" and below.shape[2] == 4:
                below[..., 3] = 255
    return canvas


def test_layers_are_named_by_their_prompts() -> None:
    document = Document(Picture(noise(16, 20)), (Edit(BOX, noise(6, 5), make_timeline(BOX)),))
    archive = zipfile.ZipFile(io.BytesIO(encode_openraster(document)))
    names = [layer.attrib["name"] for layer in ElementTree.fromstring(archive.read("stack.xml"))[0]]
    assert names == ["a cat", "Picture"]


@pytest.mark.parametrize(
    ("name", "wish", "told"),
    [
        ("a.jpg", Wish("mask"), "does not end in .png"),
        ("a.png", Wish("layers"), "does not end in .ora"),
        ("a.bmp", Wish(), "does not end"),
        ("a.png", Wish("box", boxes=(Region(50, 50, 60, 60),)), "outside"),
        ("a.png", Wish("mask", boxes=(Region(50, 50, 60, 60),)), "outside"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(
    tmp_path: Path, name: str, wish: Wish, told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        write_output(edited(), tmp_path / name, wish, {})
    assert list(tmp_path.iterdir()) == []


def test_without_boxes_there_is_no_mask(tmp_path: Path) -> None:
    plain = Document(Picture(noise(4, 4)))
    for what, told in (("mask", "mask"), ("box", "cut out")):
        with pytest.raises(BadInput, match=told):
            write_output(plain, tmp_path / "a.png", Wish(what), {})  # type: ignore[arg-type]


def test_options_reach_the_file(tmp_path: Path) -> None:
    wish = Wish(options=ExportOptions(depth=16, recipe=False, mark=False))
    write_output(edited(), tmp_path / "a.png", wish, WEIGHTS)
    assert open_picture(tmp_path / "a.png").is_deep
    assert find_recipe((tmp_path / "a.png").read_bytes(), "a.png") is None
