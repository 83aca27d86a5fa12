"""Animations and contact sheets."""

import sys
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.document.export import SUFFIXES, Animation, contact_sheet, export_animation
from engine.values.errors import BadInput
from engine.values.jobs import Pixels


def frames(count: int, side: int = 8) -> list[Pixels]:
    return [np.full((side, side, 3), 20 * number + 10, np.uint8) for number in range(count)]


@pytest.mark.parametrize("kind", ["gif", "webp", "apng"])
def test_an_animation_shows_every_step_and_holds_the_last(tmp_path: Path, kind: Animation) -> None:
    path = tmp_path / f"a{SUFFIXES[kind][0]}"
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


def test_a_film_shows_every_step_and_holds_the_last(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    export_animation(frames(3, 33), tmp_path / "a.mp4", "mp4")
    with av.open(tmp_path / "a.mp4") as film:
        shown = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert {picture.shape for picture in shown} == {(34, 34, 3)}
    levels = [round(float(picture.mean())) for picture in shown]
    runs = [len(list(group)) for _, group in groupby(levels, key=lambda level: level // 20)]
    assert runs == [3, 3, 38]
    assert levels == sorted(levels)


def test_without_the_video_package_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(BadInput, match="need the package"):
        export_animation(frames(2), tmp_path / "a.mp4", "mp4")
    assert not list(tmp_path.iterdir())


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
