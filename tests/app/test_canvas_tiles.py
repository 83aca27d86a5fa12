"""Tiles: the canvas shows the very pixels, in pieces that leave no seams and cost what is seen."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.canvas import tiles as module
from app.canvas.tiles import TILE_PX, Tiles, level_for
from app.models.convert import picture_to_qimage, to_pixels
from app.models.pyramid import built
from app.models.sources import DocumentSource, PixelsSource, Source
from engine.document.document import Document, Edit
from engine.values.image import Picture
from engine.values.region import Region
from tests.engine.document.conftest import make_timeline

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def with_application(qtbot: QtBot) -> None:
    """Fonts and pixmaps need an application; painting on an image may, too."""


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height + width).integers(0, 256, (height, width, 3), np.uint8)


def smoothed(height: int, width: int) -> np.ndarray:
    """A picture without sharp edges, so that rounding of places shows little."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / 37 + k) * np.cos(y / (29 + 5 * k)) for k in range(3)]
    return (128 + 120 * np.stack(waves, axis=-1)).astype(np.uint8)


def drawn(tiles: Tiles, size: tuple[int, int], scale: float, left: int, top: int) -> np.ndarray:
    """(h, w, 3): a screen of this size, with the picture's corner at (-left, -top) px."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.translate(-left, -top)
    painter.scale(scale, scale)
    exposed = QRectF(left / scale, top / scale, size[0] / scale, size[1] / scale)
    whole = QRectF(0, 0, tiles.source.width, tiles.source.height)
    tiles.draw(painter, exposed.intersected(whole), scale)
    painter.end()
    return to_pixels(image)


def settled(tiles: Tiles, *view: object) -> np.ndarray:
    """Drawn until nothing is left to be made."""
    for _ in range(1000):
        picture = drawn(tiles, *view)  # type: ignore[arg-type]
        if tiles.whole:
            return picture
    raise AssertionError("the tiles are never whole")


def nearest(
    pixels: np.ndarray, size: tuple[int, int], scale: float, left: int, top: int
) -> np.ndarray:
    """What a screen pixel's middle falls on."""
    columns = ((np.arange(size[0]) + 0.5 + left) / scale).astype(int)
    rows = ((np.arange(size[1]) + 0.5 + top) / scale).astype(int)
    found: np.ndarray = pixels[rows][:, columns]
    return found


@pytest.mark.parametrize(
    ("scale", "left", "top"),
    [
        (1.0, 0, 0),
        (1.0, 301, 411),
        (2.0, 777, 900),
        (3.0, 1000, 1333),
        (8.0, 4000, 4090),
        (64, 9, 9),
    ],
)
def test_pixels_are_exact_from_100_percent_on(scale: float, left: int, top: int) -> None:
    pixels = noise(1200, 1300)
    tiles = Tiles(PixelsSource(pixels))
    view = ((500, 400), scale, left, top)
    assert np.array_equal(settled(tiles, *view), nearest(pixels, *view))
    tiles.put_pyramid(built(tiles.source))
    assert np.array_equal(settled(tiles, *view), nearest(pixels, *view))


@pytest.mark.parametrize("level", [1, 2])
def test_at_half_and_quarter_the_pyramid_is_shown_as_it_is(level: int) -> None:
    tiles = Tiles(PixelsSource(noise(1200, 1300)))
    tiles.put_pyramid(built(tiles.source))
    assert tiles.pyramid is not None
    packed = tiles.pyramid.levels[level - 1][20:220, 30:280]
    expected = np.stack([(packed >> shift) & 255 for shift in (16, 8, 0)], axis=-1)
    assert np.array_equal(drawn(tiles, (250, 200), 0.5**level, 30, 20), expected)


@pytest.mark.parametrize("scale", [0.13, 0.27, 0.51, 0.7, 0.93, 1.3, 1.7])
def test_pieces_leave_no_seams(scale: float) -> None:
    """In strips and tiles as the whole level drawn at once by Qt."""
    tiles = Tiles(PixelsSource(noise(1200, 1300)))
    tiles.put_pyramid(built(tiles.source))
    size, left, top = (330, 300), round(450 * scale), round(430 * scale)
    level = level_for(scale)
    source = tiles.source.part(Region(0, 0, 1300, 1200))
    if level:
        source = tiles._levels[level - 1]
    whole = QImage(*size, QImage.Format.Format_RGB32)
    whole.fill(0)
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.translate(-left, -top)
    painter.scale(scale * 2**level, scale * 2**level)
    painter.drawImage(0, 0, source)
    painter.end()
    made = settled(tiles, size, scale, left, top)
    inside = (slice(0, int(1200 * scale) - top), slice(0, int(1300 * scale) - left))
    apart = np.abs(made.astype(int) - to_pixels(whole))[inside]
    assert apart.max() <= 2, "a seam would show as a line"


def test_a_level_that_is_not_there_yet_is_stood_in_for() -> None:
    pixels = smoothed(1200, 1300)
    tiles = Tiles(PixelsSource(pixels))
    rough = drawn(tiles, (325, 300), 0.25, 0, 0)
    tiles.put_pyramid(built(tiles.source))
    fine = drawn(tiles, (325, 300), 0.25, 0, 0)
    assert 0 < np.abs(rough.astype(int) - fine).max() < 60


@pytest.mark.parametrize("deep", [False, True])
def test_an_edit_costs_the_tiles_under_it(deep: bool) -> None:
    pixels = noise(1100, 1600)
    base = Picture(pixels.astype(np.uint16) * 257 if deep else pixels)
    document = Document(base)
    asked = Asked(DocumentSource(document))
    tiles = Tiles(asked)
    settled(tiles, (1600, 1100), 1.0, 0, 0)
    assert len(asked.parts) == 12
    box = Region(600, 100, 700, 200)
    document = document.applied(Edit(box, np.zeros((100, 100, 3), np.uint8), make_timeline(box)))
    again = Asked(DocumentSource(document))
    tiles.renew(again, box)
    shown = settled(tiles, (1600, 1100), 1.0, 0, 0)
    assert np.array_equal(shown, document.picture.rgb8)
    assert [(part.left, part.top) for part in again.parts] == [(TILE_PX - 1, 0)]


def test_zoomed_out_an_edit_shows_at_once() -> None:
    """Before its levels are made, and the same afterwards."""
    document = Document(Picture(noise(1024, 1024)))
    tiles = Tiles(DocumentSource(document))
    tiles.put_pyramid(built(tiles.source))
    box = Region(203, 305, 411, 600)
    patch = np.zeros((box.height, box.width, 3), np.uint8)
    document = document.applied(Edit(box, patch, make_timeline(box)))
    tiles.renew(DocumentSource(document), box)
    at_once = drawn(tiles, (256, 256), 0.25, 0, 0)
    assert at_once[80:145, 55:100].max() == 0
    tiles.put_pyramid(built(tiles.source, tiles.pyramid, tiles.stale))
    assert np.array_equal(drawn(tiles, (256, 256), 0.25, 0, 0), at_once)


def test_tiles_are_bounded_by_bytes() -> None:
    pixels = noise(1100, 1600)
    limit = 3 * (TILE_PX + 2) ** 2 * 4
    tiles = Tiles(PixelsSource(pixels), limit)
    assert np.array_equal(settled(tiles, (1600, 1100), 1.0, 0, 0), pixels)
    assert 0 < tiles.held_bytes <= limit


def test_a_frame_that_has_done_its_share_shows_the_pyramid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pixels = smoothed(1100, 1600)
    tiles = Tiles(PixelsSource(pixels))
    tiles.put_pyramid(built(tiles.source))
    monkeypatch.setattr(module, "TILES_SECONDS", -1.0)
    coarse = drawn(tiles, (1600, 1100), 1.0, 0, 0)
    assert not tiles.whole and tiles.held_bytes == 0
    apart = np.abs(coarse.astype(int) - pixels)
    assert 0 < apart.max() < 20
    monkeypatch.undo()
    assert np.array_equal(settled(tiles, (1600, 1100), 1.0, 0, 0), pixels)


def test_a_see_through_picture_keeps_its_alpha() -> None:
    pixels = np.dstack([noise(300, 400), np.full((300, 400), 128, np.uint8)])
    picture = Picture(pixels)
    tiles = Tiles(DocumentSource(Document(picture)))
    on_black = drawn(tiles, (400, 300), 1.0, 0, 0)
    image = picture_to_qimage(picture).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    black = QImage(400, 300, QImage.Format.Format_RGB32)
    black.fill(0)
    painter = QPainter(black)
    painter.drawImage(0, 0, image)
    painter.end()
    assert np.array_equal(on_black, to_pixels(black)) and on_black.max() <= 129


class Asked:
    """A source that remembers which parts were taken."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.width, self.height, self.has_alpha = source.width, source.height, source.has_alpha
        self.parts: list[Region] = []

    def part(self, region: Region, step: int = 1) -> QImage:
        self.parts.append(region)
        return self._source.part(region, step)
