"""Animations and contact sheets."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.document.export import Animation, contact_sheet, export_animation
from engine.values.errors import BadInput
from engine.values.jobs import Pixels


def frames(count: int, side: int = 8) -> list[Pixels]:
    return [np.full((side, side, 3), 20 * number + 10, np.uint8) for number in range(count)]


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_an_animation_shows_every_step_and_holds_the_last(tmp_path: Path, kind: Animation) -> None:
    path = tmp_path / f"a.{kind}"
    export_animation(frames(5), path, kind)
    with Image.open(path) as image:
        assert image.n_frames == 5  # type: ignore[attr-defined]
        for number, frame in enumerate(frames(5)):
            image.seek(number)
            shown = np.asarray(image.convert("RGB"))
            assert abs(shown.astype(int) - frame).max() <= 1
        assert image.info["duration"] == 1500
    first = path.read_bytes()
    export_animation(frames(5), path, kind)
    assert path.read_bytes() == first


def test_large_pictures_are_made_smaller(tmp_path: Path) -> None:
    export_animation([np.zeros((20, 2048, 3), np.uint8)], tmp_path / "a.gif", "gif")
    with Image.open(tmp_path / "a.gif") as image:
        assert image.size == (1024, 10)


def test_a_sheet_holds_all_pictures() -> None:
    sheet = contact_sheet(frames(5))
    assert sheet.shape == (2 * 12 + 4, 3 * 12 + 4, 3)
    assert {10, 30, 50, 70, 90} <= set(sheet.reshape(-1).tolist())


def test_no_steps_no_animation(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        export_animation([], tmp_path / "a.gif", "gif")
    with pytest.raises(BadInput):
        contact_sheet([])
    assert not list(tmp_path.iterdir())
