"""The tour: the real window driven without a display, from a prompt to an exported picture.

It presses real keys and drags a real mouse, through Qt's own test events.
`python -m app.tour [--out DIR]` takes it.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.desk import Desk, build_application, build_torch_engine, sample_paths
from app.models.editor import Mode
from app.settings import Settings
from engine.runtime.worker import Runs
from engine.values.region import Region

WHOLE_PROMPT = "a red apple on a blue background"
BOX_PROMPT = "a frog"
SAMPLE = "coffee.jpg"
PATIENCE_SECONDS = 180.0
SIZE_PX = (1280, 820)


class TourStopped(Exception):
    """The tour could not go on; the text says where."""


def take_tour(build: Callable[[], Runs] = build_torch_engine, out: Path | None = None) -> int:
    """Walk through everything; pictures land in `out` (default: a new temporary folder)."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(tempfile.mkdtemp(prefix="ellbox-tour-")) if out is None else out
    folder.mkdir(parents=True, exist_ok=True)
    app = build_application(sys.argv[:1])
    desk = Desk(Settings(appearance="dark", candidates=4), build, state=folder / "state")
    desk.window.resize(*SIZE_PX)
    desk.window.show()
    tour = Tour(app, desk, folder)
    try:
        tour.walk()
    except TourStopped as stopped:
        say(f"The tour stopped: {stopped}")
        return 1
    finally:
        desk.close()
    say(f"Everything lies in {folder}")
    return 0


class Tour:
    """One walk; every step waits for what it asked for."""

    def __init__(self, app: QApplication, desk: Desk, folder: Path) -> None:
        self._app, self._desk, self._folder = app, desk, folder
        self._window, self._editor = desk.window, desk.editor
        self._documents = desk.documents
        self._trouble = ""
        self._editor.failed.connect(lambda trouble: self._stumble(trouble.sentence))
        self._documents.failed.connect(lambda trouble: self._stumble(trouble.sentence))

    def walk(self) -> None:
        # Keys only reach the table of actions in an active window.
        self._window.activateWindow()
        self._until(self._window.isActiveWindow, "getting the keyboard")
        self._until(lambda: bool(self._editor.machine.device), "loading the model")
        if self._editor.generator is None:
            raise TourStopped(self._editor.machine.absence)
        say(f"Ready. {self._editor.machine.device}")
        self._generate_whole()
        self._open_sample()
        region = self._draw_box()
        self._regenerate_box()
        self._branch()
        self._apply_and_export(region)

    def _generate_whole(self) -> None:
        field = self._window.workspace.start_field
        field.setFocus()
        QTest.keyClicks(field, WHOLE_PROMPT)
        self._screenshot("1-start")
        QTest.keyClick(field, Qt.Key.Key_Return)
        self._until_choosing("generating a picture")
        say(f'Generated "{WHOLE_PROMPT}".')
        self._screenshot("2-candidates")
        self._animation("generated.gif")
        self._press(Qt.Key.Key_Return)
        self._until(lambda: self._documents.document is not None, "applying the picture")
        self._export("generated.png")
        self._documents.save(self._folder / "generated.ellbox")
        self._until(lambda: not self._documents.dirty, "saving the project")

    def _open_sample(self) -> None:
        sample = next((path for path in sample_paths() if path.name == SAMPLE), None)
        if sample is None:
            raise TourStopped(f"the sample picture {SAMPLE} is missing")
        self._window.files.open(sample)
        self._until(lambda: self._documents.name == SAMPLE, "opening a sample")
        say(f"Opened {SAMPLE}.")

    def _draw_box(self) -> Region:
        """Drag over the middle of the picture with the left button."""
        assert self._editor.picture_size is not None
        width, height = self._editor.picture_size
        side = min(width, height) * 0.45
        corners = [
            self._window.view.mapFromScene(
                width / 2 + sign * side / 2, height / 2 + sign * side / 2
            )
            for sign in (-1, 1)
        ]
        target = self._window.view.viewport()
        self._drag(target, corners[0], corners[1])
        region = self._editor.region
        if region is None:
            raise TourStopped("the drag drew no box")
        say(f"Drew a box at {region.as_text()}.")
        return region

    def _drag(self, target: QWidget, start: QPoint, end: QPoint) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(target, left, none, start)
        for step in range(1, 11):
            QTest.mouseMove(target, start + (end - start) * step / 10)
        QTest.mouseRelease(target, left, none, end)

    def _regenerate_box(self) -> None:
        field = self._window.workspace.prompt.field
        field.selectAll()
        QTest.keyClicks(field, BOX_PROMPT)
        self._screenshot("3-box")
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self._until_choosing("redrawing the box")
        say(f'Redrew the box as "{BOX_PROMPT}".')
        self._screenshot("4-box-candidates")

    def _branch(self) -> None:
        proposal = self._editor.proposal
        assert proposal is not None
        for _ in range(len(proposal.path) // 2):
            self._press(Qt.Key.Key_Left)
        self._until(lambda: self._editor.shown_pixels is not None, "drawing an earlier step")
        self._screenshot("5-scrubbed-back")
        before = len(proposal.options)
        self._press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        self._until_choosing("regenerating from there")
        grown = self._editor.proposal
        assert grown is not None
        say(f"Scrubbed back and regenerated: {len(grown.options) - before} new branches.")
        self._animation("edited.gif")  # first, so that all steps are seen in the picture
        self._screenshot("6-branches")

    def _apply_and_export(self, region: Region) -> None:
        document = self._documents.document
        assert document is not None
        before = document.picture
        self._press(Qt.Key.Key_Return)
        after = self._documents.document
        assert after is not None
        outside = np.ones(before.pixels.shape[:2], bool)
        outside[region.top : region.bottom, region.left : region.right] = False
        if not np.array_equal(before.pixels[outside], after.picture.pixels[outside]):
            raise TourStopped("pixels outside the box have changed")
        say("Applied it; every pixel outside the box is the same.")
        self._export("edited.png")
        self._screenshot("7-window")

    def _export(self, name: str) -> None:
        self._documents.export(self._folder / name)
        self._until(lambda: not self._documents.busy, f"exporting {name}")

    def _animation(self, name: str) -> None:
        self._until(lambda: bool(self._editor.frames()), "drawing all steps")
        self._window.exports.export_animation(self._folder / name)
        self._until(lambda: not self._documents.busy, f"exporting {name}")

    def _press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self._window.view.setFocus()
        QTest.keyClick(self._window.view, key, modifier)

    def _screenshot(self, name: str) -> None:
        # Notices name files of whoever takes the tour.
        self._window.statusBar().clearMessage()
        QTest.qWait(60)
        self._window.grab().save(str(self._folder / f"window-{name}.png"))

    def _until_choosing(self, doing: str) -> None:
        # Pressing a key may need a turn of the event loop before the decode has begun.
        self._until(lambda: self._editor.mode is Mode.CHOOSING, doing)

    def _until(self, reached: Callable[[], bool], doing: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            # Not QTest.qWait: it keeps Python's lock, and the engine's thread starves.
            self._app.processEvents()
            time.sleep(0.01)
            if self._trouble:
                raise TourStopped(f"while {doing}: {self._trouble}")
            if time.monotonic() > deadline:
                raise TourStopped(f"{doing} took longer than {PATIENCE_SECONDS:.0f} s")

    def _stumble(self, sentence: str) -> None:
        self._trouble = sentence


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """The command line of the tour."""
    parser = argparse.ArgumentParser(prog="python -m app.tour", description=__doc__)
    parser.add_argument("--out", type=Path, help="folder for the pictures (default: a new one)")
    return take_tour(out=parser.parse_args(arguments).out)


if __name__ == "__main__":
    sys.exit(main())
