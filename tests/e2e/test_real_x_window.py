"""One run in a real X window: a server without a screen, an X11 connection, real painting."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

SCRIPT = """
import sys
from pathlib import Path
import app.tour
from PySide6.QtGui import QGuiApplication
from tests.app.fake_engine import FakeEngine
code = app.tour.take_tour(FakeEngine, Path(sys.argv[1]))
print("platform", QGuiApplication.platformName())
sys.exit(code)
"""


@pytest.fixture
def display() -> Iterator[str]:
    """The name of a fresh X display."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("Xvfb is not installed (apt-get install xvfb)")
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    try:
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.slow
@pytest.mark.gui
def test_the_tour_runs_in_a_real_x_window(display: str, tmp_path: Path) -> None:
    environment = dict(os.environ, DISPLAY=display, QT_QPA_PLATFORM="xcb", OMP_NUM_THREADS="1")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "platform xcb" in done.stdout
    window = Image.open(tmp_path / "window-7-window.png")
    assert window.width >= 1200
    assert len(window.convert("RGB").getcolors(1 << 24) or ()) > 1000
