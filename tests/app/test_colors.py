"""Pictures as they are meant to be seen: their colours, which side is up, and sharp screens."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QColorSpace, QGuiApplication, QImage

from app.models.convert import picture_to_qimage, to_picture, to_pixels
from app.models.exporting import Decode
from engine.document.document import Document
from engine.values.image import Picture
from engine.values.region import Region
from tests.app.driver import CTRL, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]

ROOT = Path(__file__).resolve().parents[2]
SPACES = QColorSpace.NamedColorSpace


def profile(space: QColorSpace.NamedColorSpace) -> bytes:
    return bytes(QColorSpace(space).iccProfile().data())


def by_littlecms(pixels: NDArray[np.uint8], icc: bytes) -> NDArray[np.uint8]:
    """What another colour engine makes of it."""
    made = ImageCms.profileToProfile(
        Image.fromarray(pixels),
        ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    return np.asarray(made)


def all_sorts(side: int = 64) -> NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (side, side, 3)).astype(np.uint8)


@pytest.mark.parametrize("space", [SPACES.AdobeRgb, SPACES.DisplayP3, SPACES.ProPhotoRgb])
def test_colours_are_those_of_the_profile(space: QColorSpace.NamedColorSpace) -> None:
    pixels, icc = all_sorts(), profile(space)
    shown = to_pixels(picture_to_qimage(Picture(pixels, icc=icc))).astype(int)
    expected = by_littlecms(pixels, icc)
    assert np.abs(shown - expected).max() <= 2
    assert np.abs(shown - pixels).max() > 20


@pytest.mark.qt_log_ignore("fromIccProfile")
def test_srgb_and_profiles_of_no_use_leave_every_level() -> None:
    pixels = all_sorts()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (None, profile(SPACES.SRgb), srgb, b"nonsense", b""):
        assert np.array_equal(to_pixels(picture_to_qimage(Picture(pixels, icc=icc))), pixels)


def test_transparency_is_kept() -> None:
    pixels = np.dstack([all_sorts(), np.full((64, 64), 128, np.uint8)])
    image = picture_to_qimage(Picture(pixels, icc=profile(SPACES.AdobeRgb)))
    assert {image.pixelColor(x, x).alpha() for x in range(64)} == {128}


def test_a_pasted_image_comes_in_srgb() -> None:
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.green)
    image.setColorSpace(QColorSpace(SPACES.AdobeRgb))
    wide = np.array([[[0, 255, 0]]], np.uint8)
    expected = by_littlecms(wide, profile(SPACES.AdobeRgb))[0, 0]
    assert np.abs(to_picture(image).pixels[0, 0].astype(int) - expected).max() <= 2


def test_the_canvas_shows_them_and_the_file_keeps_them(driver: Driver, tmp_path: Path) -> None:
    wide = np.full((240, 320, 3), (40, 200, 60), np.uint8)
    icc = profile(SPACES.AdobeRgb)
    path = tmp_path / "wide.png"
    Image.fromarray(wide).save(path, icc_profile=icc)
    driver.open(path)
    expected = by_littlecms(wide[:1, :1], icc)[0, 0]
    driver.qtbot.waitUntil(lambda: near(color_at(driver, driver.point(20, 20)), expected))

    region = driver.boxed(path)
    driver.generate()
    inside = driver.point((region.left + region.right) / 2, (region.top + region.bottom) / 2)
    on_offer = color_at(driver, inside)
    driver.press(Qt.Key.Key_Return)
    # Applied, it is a part of the picture, and looks as it did on offer.
    driver.qtbot.waitUntil(lambda: near(color_at(driver, inside), on_offer))

    driver.press(Qt.Key.Key_C, CTRL)
    copied = QGuiApplication.clipboard().image()
    assert near(rgb(copied.pixelColor(5, 5)), expected)
    exported = tmp_path / "out.png"
    driver.documents.export(exported)
    driver.wait_idle()
    with Image.open(exported) as image:
        assert image.info["icc_profile"] == icc
        assert np.asarray(image)[0, 0].tolist() == wide[0, 0].tolist()


def color_at(driver: Driver, spot: QPoint) -> NDArray[np.int64]:
    return rgb(driver.window.view.viewport().grab().toImage().pixelColor(spot))


def rgb(color: QColor) -> NDArray[np.int64]:
    return np.array([color.red(), color.green(), color.blue()])


def near(one: NDArray[np.generic], other: NDArray[np.generic]) -> bool:
    return bool(np.abs(one.astype(int) - other.astype(int)).max() <= 2)


def test_films_are_in_srgb() -> None:
    pixels, icc = all_sorts(), profile(SPACES.DisplayP3)
    patch = np.full((8, 8, 3), (200, 20, 30), np.uint8)
    (frame,) = Decode((patch,), Document(Picture(pixels, icc=icc)), Region(0, 0, 8, 8)).pictures()
    whole = pixels.copy()
    whole[:8, :8] = patch
    assert np.abs(frame.astype(int) - by_littlecms(whole, icc)).max() <= 2


def test_a_turned_photo_stands_upright_and_leaves_so(driver: Driver, tmp_path: Path) -> None:
    pixels = np.zeros((240, 320, 3), np.uint8)
    pixels[:, :160] = 250
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter to the right
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    driver.open(tmp_path / "turned.jpg")
    assert driver.editor.picture_size == (240, 320)
    top, bottom = driver.point(120, 40), driver.point(120, 280)
    driver.qtbot.waitUntil(lambda: bool(color_at(driver, top).min() > 240))
    assert color_at(driver, bottom).max() < 10
    driver.documents.export(tmp_path / "out.jpg")
    driver.wait_idle()
    with Image.open(tmp_path / "out.jpg") as image:
        assert image.size == (240, 320) and image.getexif()[0x0112] == 1


SHARP = """
import sys
import time
from pathlib import Path
import numpy as np
from PySide6.QtWidgets import QApplication
from app.canvas.view import CanvasView
from app.models.convert import to_pixels
from app.models.sources import DocumentSource
from engine.document.restored import open_as_document

app = QApplication([])
document = open_as_document(Path(sys.argv[1]))
view = CanvasView()
view.resize(450, 300)
view.show()
view.show_picture(DocumentSource(document))
view.actual_size()
deadline = time.monotonic() + 30
while abs(view.scale_factor - 0.5) > 1e-12:  # the last frames of the zoom come near it
    app.processEvents()
    time.sleep(0.01)
    assert time.monotonic() < deadline, view.scale_factor
grabbed = view.viewport().grab()
assert grabbed.devicePixelRatio() == 2.0, grabbed.devicePixelRatio()
seen = to_pixels(grabbed.toImage()).astype(int)
left, top = (2 * view.mapFromScene(100, 80)).toTuple()
picture = document.picture.pixels[80:180, 100:200]
# Half a point is one pixel: where the corner lies is known to the next pixel.
shifts = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]
corners = [(top + down, left + across) for down, across in shifts]
apart = min(abs(seen[y : y + 100, x : x + 100] - picture).max() for y, x in corners)
assert apart == 0, apart
print("sharp")
"""


def test_at_twice_the_scale_a_pixel_is_a_pixel_of_the_screen(tmp_path: Path) -> None:
    """A process of its own: the scale is settled when Qt starts."""
    Image.fromarray(all_sorts(400)).save(tmp_path / "noise.png")
    script = tmp_path / "sharp.py"
    script.write_text(SHARP, encoding="utf-8")
    environment = dict(os.environ, QT_SCALE_FACTOR="2", PYTHONPATH=str(ROOT))
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "noise.png")],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "sharp", done.stderr[-2000:]
