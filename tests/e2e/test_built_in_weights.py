"""The whole walk with the weights that ship with Ellbox, in the real window."""

from pathlib import Path

import pytest
from PIL import Image

from app.tour import take_tour
from engine.catalog import catalog
from engine.document.recipe import recipe_in


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.gui
@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_tour_with_the_built_in_model(
    qtbot: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`qtbot` gives the test its QApplication."""
    if not catalog():
        pytest.skip("assets/embedded holds no model")
    assert take_tour(out=tmp_path) == 0
    told = capsys.readouterr().out
    assert "every pixel outside the box is the same" in told
    recipe = recipe_in((tmp_path / "edited.png").read_bytes(), "edited.png")
    assert recipe.region is not None and recipe.weights
    with Image.open(tmp_path / "edited.gif") as animation:
        assert getattr(animation, "n_frames", 1) > 3
