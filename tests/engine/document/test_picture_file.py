"""Opening whatever people have, and writing it whole or not at all."""

import io
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from engine.document import picture_file
from engine.document.picture_file import open_picture, save_picture
from engine.document.png import encode_png
from engine.document.recipe import Recipe, recipe_in
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.timeline import Timeline

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(width: int = 12, height: int = 8) -> NDArray[np.uint8]:
    """Blocks of 4 px, so that lossy formats keep it nearly."""
    rng = np.random.default_rng(3)
    blocks = rng.integers(40, 216, (height // 4, width // 4, 3), dtype=np.uint8)
    return blocks.repeat(4, axis=0).repeat(4, axis=1)


@pytest.mark.parametrize("suffix", [".png", ".tiff", ".bmp", ".ppm"])
def test_lossless_formats_open_as_they_are(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"photo{suffix}"
    Image.fromarray(photo()).save(path)
    picture = open_picture(path)
    assert np.array_equal(picture.pixels, photo())
    assert picture.notice == ""


@pytest.mark.parametrize(
    ("mode", "suffix", "channels"),
    [
        ("1", ".png", 3),
        ("L", ".png", 3),
        ("LA", ".png", 4),
        ("P", ".gif", 3),
        ("CMYK", ".jpg", 3),
        ("CMYK", ".tiff", 3),
    ],
)
def test_other_colours_become_rgb_with_a_notice(
    tmp_path: Path, mode: str, suffix: str, channels: int
) -> None:
    path = tmp_path / f"photo{suffix}"
    Image.fromarray(photo()).convert(mode).save(path)
    picture = open_picture(path)
    assert picture.pixels.shape == (8, 12, channels)
    assert "became RGB" in picture.notice


def test_palette_transparency_becomes_alpha(tmp_path: Path) -> None:
    path = tmp_path / "palette.png"
    image = Image.fromarray(photo()).quantize(8)
    image.save(path, transparency=image.getpixel((0, 0)))
    picture = open_picture(path)
    assert picture.has_alpha
    assert picture.pixels[0, 0, 3] == 0


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("deep", [False, True])
def test_a_turned_picture_stands_upright(tmp_path: Path, orientation: int, deep: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker"
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    lying = photo()
    path = tmp_path / "turned.png"
    path.write_bytes(
        encode_png(Picture(lying.astype(np.uint16) * 257 if deep else lying, None, block))
    )
    expected = ImageOps.exif_transpose(
        Image.open(io.BytesIO(encode_png(Picture(lying, None, block))))
    )
    picture = open_picture(path)
    assert picture.is_deep == deep
    assert np.array_equal(picture.rgb8, np.asarray(expected))
    carried = Image.Exif()
    carried.load(picture.exif or b"")
    assert carried[0x0112] == 1
    assert carried[0x010F] == "Maker"


def test_a_turned_tiff_stands_upright(tmp_path: Path) -> None:
    path = tmp_path / "turned.tiff"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(photo()).save(path, exif=exif)
    assert np.array_equal(open_picture(path).pixels, np.rot90(photo(), -1))


def test_grey_of_16_bits_stays_deep(tmp_path: Path) -> None:
    grey = np.arange(96, dtype=np.uint16).reshape(8, 12) * 600
    for name in ("grey.png", "grey.tiff"):
        Image.fromarray(grey).save(tmp_path / name)
        picture = open_picture(tmp_path / name)
        assert picture.is_deep
        assert np.array_equal(picture.pixels[..., 1], grey)
        assert "grey" in picture.notice


def test_only_the_first_frame_opens(tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    frames = [Image.fromarray(photo()), Image.fromarray(255 - photo())]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert "first of 2 frames" in open_picture(path).notice


def test_profile_and_exif_travel(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    picture = Picture(photo(), icc=SRGB, exif=block)
    for name in ("a.png", "a.jpg", "a.webp", "a.tif", "a.avif"):
        assert save_picture(picture, tmp_path / name) == ""
        opened = open_picture(tmp_path / name)
        assert opened.icc == SRGB
        carried = Image.Exif()
        carried.load(opened.exif or b"")
        assert carried[0x010F] == "Maker"
        assert abs(opened.rgb8.astype(int) - photo()).mean() < 15


def test_a_profile_of_another_colour_space_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    grey = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    Image.fromarray(photo()).convert("L").save(path, icc_profile=grey)
    assert open_picture(path).icc is None


def test_deep_pictures_with_alpha_come_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 65536, (9, 6, 4), dtype=np.uint16)
    for name in ("deep.png", "deep.tif"):
        assert save_picture(Picture(pixels), tmp_path / name) == ""
        assert np.array_equal(open_picture(tmp_path / name).pixels, pixels)


def test_what_a_format_cannot_keep_is_said(tmp_path: Path, edit_timeline: Timeline) -> None:
    pixels = np.zeros((4, 4, 4), np.uint16)
    recipe = Recipe(edit_timeline)
    notice = save_picture(Picture(pixels), tmp_path / "a.jpg", recipe=recipe)
    assert all(word in notice for word in ("16 bits", "white"))
    assert open_picture(tmp_path / "a.jpg").rgb8.min() > 250
    notice = save_picture(Picture(pixels), tmp_path / "a.webp", recipe=recipe)
    assert open_picture(tmp_path / "a.webp").has_alpha
    assert "white" not in notice


def test_a_png_carries_its_recipe(tmp_path: Path, edit_timeline: Timeline) -> None:
    path = tmp_path / "a.png"
    assert save_picture(Picture(photo()), path, recipe=Recipe(edit_timeline)) == ""
    assert recipe_in(path.read_bytes(), "a.png").timeline == edit_timeline
    assert np.array_equal(open_picture(path).pixels, photo())


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (12_000, 12_000)).save(path)
    with pytest.raises(BadInput, match="million pixels"):
        open_picture(path)
    Image.new("1", (70_000, 1)).save(path)
    with pytest.raises(BadInput, match="65535"):
        open_picture(path)
    os.truncate(path, picture_file.MAX_FILE_BYTES + 1)
    with pytest.raises(BadInput, match="1 GiB"):
        open_picture(path)


@pytest.mark.parametrize("name", ["none.png", "folder", "text.png", "empty.png", "float.tiff"])
def test_what_is_no_picture_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.png").write_text("hello")
    (tmp_path / "empty.png").touch()
    Image.new("F", (2, 2)).save(tmp_path / "float.tiff")
    with pytest.raises(BadInput) as refused:
        open_picture(tmp_path / name)
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".gif", ".tiff"])
@pytest.mark.parametrize("deep", [False, True])
def test_cut_files_never_raise_anything_else(tmp_path: Path, suffix: str, deep: bool) -> None:
    path = tmp_path / f"photo{suffix}"
    if deep and suffix == ".png":
        save_picture(Picture(photo().astype(np.uint16)), path)
    else:
        Image.fromarray(photo()).save(path)
    data = path.read_bytes()
    for end in range(0, len(data), max(1, len(data) // 40)):
        path.write_bytes(data[:end])
        with suppress(BadInput):
            open_picture(path)


def test_targets_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    picture = Picture(photo())
    (tmp_path / "folder.png").mkdir()
    for name in ("folder.png", "nowhere/a.png", "a.bmp", "a"):
        with pytest.raises(BadInput):
            save_picture(picture, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.atomic_write.os.fsync", full)
    with pytest.raises(BadInput, match="No space left"):
        save_picture(Picture(photo()), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_replaced_file_keeps_its_permissions_and_a_link_its_target(tmp_path: Path) -> None:
    path, link = tmp_path / "a.png", tmp_path / "link.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    save_picture(Picture(photo()), link)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert np.array_equal(open_picture(path).pixels, photo())
