"""Pixel snapshots: canvas, timeline and candidate strip look as they did, light and dark.

To renew them after a change that is meant, see CONTRIBUTING.md.
"""

import os
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget

from app.models.convert import to_pixels
from app.settings import Appearance
from tests.app.driver import Driver

pytestmark = [
    pytest.mark.gui,
    pytest.mark.snapshot,
    pytest.mark.qt_log_ignore("This plugin does not support"),
]

STORED = Path(__file__).parent / "snapshots"
RENEW = "ELLBOX_RENEW_SNAPSHOTS"
NEAR_PX = 1
LEVELS = 8
SHARE = 0.002
"""Of the pixels, how many may have no like within NEAR_PX in the other picture.

Measured in the timeline and the tiles: another hinting, and another face, come to 0.17 % at the
most. A star that moved by two pixels comes to 0.21 %, the frame of the step to 0.55 %, an accent
one seventh lighter to 0.8 %.
"""


@pytest.fixture
def calm_photo(tmp_path: Path) -> Path:
    """320 x 240: hills under a sky, of few colours, so that snapshots stay small."""
    rows, columns = np.mgrid[0:240, 0:320]
    hill = rows > 150 + 30 * np.sin(columns / 50)
    pixels = np.where(hill[..., None], (90, 140, 70), (150, 190, 230)).astype(np.uint8)
    path = tmp_path / "calm.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def one_font(qapp: QApplication) -> Iterator[None]:
    before = qapp.font()
    font = QFont("DejaVu Sans")
    font.setPixelSize(12)
    qapp.setFont(font)
    yield
    qapp.setFont(before)


def canvas(driver: Driver) -> NDArray[np.uint8]:
    """The picture with its box, and a little of what is around it, a pixel each."""
    view = driver.window.view
    view.actual_size()
    driver.qtbot.waitUntil(lambda: view.scale_factor == 1)
    shown = QRect(view.mapFromScene(0, 0), view.mapFromScene(320, 240)).adjusted(-20, -20, 19, 19)
    return grabbed(view.viewport(), shown)


def timeline(driver: Driver) -> NDArray[np.uint8]:
    """The first cells: as wide as they are, whatever the window's fonts leave them."""
    strip = driver.window.workspace.timeline.strip
    return grabbed(strip, strip.cell(0).united(strip.cell(strip.maximum())))


def candidates(driver: Driver) -> NDArray[np.uint8]:
    """The tiles; the buttons beside them are as wide as their texts."""
    strip = driver.window.workspace.strip
    first, last = (
        QRect(tile.mapTo(strip, QPoint()), tile.size())
        for tile in (strip.tiles[0], strip.tiles[-1])
    )
    return grabbed(strip, first.united(last))


def grabbed(widget: QWidget, part: QRect) -> NDArray[np.uint8]:
    """(H, W, 3) what a part of a widget shows."""
    return to_pixels(widget.grab(part).toImage())[..., :3]


PIECES: tuple[Callable[[Driver], NDArray[np.uint8]], ...] = (canvas, timeline, candidates)


def apart(seen: NDArray[np.uint8], stored: NDArray[np.uint8]) -> float:
    """Share of pixels of either that are unlike all of the other within NEAR_PX; 1.0 at two sizes.

    Unlike is more than LEVELS outside what the nearest pixels range over, in any channel.
    """
    if seen.shape != stored.shape:
        return 1.0
    return max(float(strays(seen, stored).mean()), float(strays(stored, seen).mean()))


def strays(seen: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(H, W) bool: pixels that the other has not at their place nor near it."""
    high, wide = seen.shape[:2]
    framed = np.pad(other, ((NEAR_PX, NEAR_PX), (NEAR_PX, NEAR_PX), (0, 0)), mode="edge")
    shifts = range(2 * NEAR_PX + 1)
    near = [framed[down : down + high, along : along + wide] for down in shifts for along in shifts]
    low = reduce(np.minimum, near).astype(int) - LEVELS
    top = reduce(np.maximum, near).astype(int) + LEVELS
    astray: NDArray[np.bool_] = np.any((seen < low) | (seen > top), axis=2)
    return astray


@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.usefixtures("one_font")
def test_pieces_look_as_they_did(
    driver: Driver, calm_photo: Path, tmp_path: Path, appearance: Appearance
) -> None:
    driver.window.set_appearance(appearance)
    driver.boxed(calm_photo)
    driver.generate()
    driver.qtbot.waitUntil(lambda: bool(driver.editor.frames()))
    driver.press(Qt.Key.Key_2)
    driver.press(Qt.Key.Key_S)
    driver.qtbot.waitUntil(lambda: bool(driver.editor.frames()))
    for _ in range(3):
        driver.press(Qt.Key.Key_Left)
    told = []
    for piece in PIECES:
        name = f"{piece.__name__}-{appearance}.png"
        seen = piece(driver)
        if RENEW in os.environ:
            Image.fromarray(seen).save(STORED / name, optimize=True)
        share = apart(seen, np.asarray(Image.open(STORED / name)))
        if share > SHARE:
            Image.fromarray(seen).save(tmp_path / name)
            told.append(f"{name}: {share:.1%} of the pixels differ, see {tmp_path / name}")
    assert not told, told
