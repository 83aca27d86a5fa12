"""Whether the window stays smooth: while decoding, on a photo of 50 megapixels, while scrubbing.

Uses the built-in model; `--model FOLDER` another one; `--picture FILE` another photo than the one
made here. Two times stand side by side: on the clock, and of the processor on the thread of the
window alone, which other work on the machine does not lengthen.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEventLoop, QObject, QPointF, QTimer

from app.canvas.view import CanvasView
from app.desk import Desk, build_application, sample_paths, uncollected
from app.models.editor import Mode
from app.settings import Settings
from engine.runtime.worker import Runs
from engine.values.region import Region

TICK_MS = 16
DECODES = 8
SCRUBS = 60
FRAMES = 60
OPENINGS = 3
WIDTH, HEIGHT = 8660, 5774
"""Of the photo: 50 megapixels."""
SIZES = ((1280, 820), (1920, 1080))
ZOOMS = (0.13, 0.3, 0.51, 0.8, 1.0, 1.5, 3.0, 12.0)
LATE_MS, FRAME_MS, OPEN_MS = 8.0, 16.0, 1500.0
IDLE_SECONDS, PATIENCE_SECONDS = 1.5, 180.0
POLL_MS = 4


class Spans:
    """Milliseconds on the clock and of this thread's processor time, one pair a span."""

    def __init__(self) -> None:
        self.wall_ms: list[float] = []
        self.own_ms: list[float] = []

    @contextmanager
    def span(self) -> Iterator[None]:
        began, own = time.perf_counter(), time.thread_time()
        yield
        self.wall_ms.append((time.perf_counter() - began) * 1000)
        self.own_ms.append((time.thread_time() - own) * 1000)


class Ticks(QObject):
    """Counts by how many milliseconds each tick comes late."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(self._timer.timerType().PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._due = 0.0

    def start(self) -> None:
        self._due = time.perf_counter() + TICK_MS / 1000
        self._timer.start(TICK_MS)

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(now - self._due, 0.0) * 1000)
        self._due = now + TICK_MS / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="folder of a model")
    parser.add_argument("--picture", type=Path, help="a photo instead of the one made here")
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    build_application([])
    with tempfile.TemporaryDirectory() as folder:
        picture = chosen.picture or made_photo(Path(folder) / "photo.jpg")
        state = Path(folder) / "state"
        desk = Desk(Settings(), lambda: _engine(chosen.model), state=state)
        desk.window.resize(*SIZES[0])
        desk.window.show()
        try:
            measure_decoding(desk)
            measure_photo(desk, picture)
        finally:
            desk.close()


def made_photo(path: Path) -> Path:
    """Slopes and noise, as a JPEG: about as large and as slow to read as a photo."""
    noise = np.random.default_rng(0).integers(0, 24, (HEIGHT, WIDTH), np.uint8)
    across = (np.arange(WIDTH, dtype=np.uint16) // 48).astype(np.uint8)
    down = (np.arange(HEIGHT, dtype=np.uint16) // 32).astype(np.uint8)[:, None]
    pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    for channel, slope in enumerate((across, down, across // 2 + down // 2)):
        np.add(slope, noise, out=pixels[..., channel])
    Image.fromarray(pixels).save(path, quality=92)
    return path


def _engine(model: Path | None) -> Runs:
    with uncollected():
        from engine.runtime.engine import build_engine

        return build_engine("auto", None if model is None else [model])


def measure_decoding(desk: Desk) -> None:
    loading = Ticks()
    loading.start()
    wait(lambda: desk.editor.generator is not None)
    loading.stop()
    desk.documents.open(sample_paths()[0])
    wait(lambda: desk.documents.document is not None)
    size = desk.editor.picture_size
    assert size is not None
    desk.editor.set_region(Region(size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4))
    desk.editor.wishes.set_prompt("a red apple on a blue background")
    idle = Ticks()
    idle.start()
    until = time.monotonic() + IDLE_SECONDS
    wait(lambda: time.monotonic() > until)
    idle.stop()
    decoding, seconds = Ticks(), []
    generate(desk)
    decoding.start()
    for _ in range(DECODES):
        began = time.perf_counter()
        generate(desk)
        seconds.append(time.perf_counter() - began)
    decoding.stop()
    heading(f"lateness of {TICK_MS} ms ticks, on the clock")
    row("while torch loads", loading.late_ms)
    row("idle", idle.late_ms)
    row("decoding", decoding.late_ms, LATE_MS)
    print(
        f"box edit, {desk.editor.wishes.candidates} candidates: {statistics.median(seconds):.2f} s"
    )
    heading("scrub to any step, to the painted canvas")
    rows("", scrubbed(desk))
    desk.editor.choosing.dismiss()


def measure_photo(desk: Desk, picture: Path) -> None:
    """Opening, then moving about on it at every zoom and window size."""
    opening, ticks, used = Spans(), Ticks(), []
    ticks.start()
    for _ in range(OPENINGS):
        desk.documents.close()
        used.append(time.process_time())
        with opening.span():
            open_to_paint(desk, picture)
        used[-1] = (time.process_time() - used[-1]) * 1000
        wait(lambda: not desk.pyramids.busy)
    ticks.stop()
    size = desk.editor.picture_size
    assert size is not None
    heading(f"open {size[0] * size[1] / 1e6:.0f} MP, to the painted canvas")
    rows("", opening, OPEN_MS)
    row("  processor, all threads", used, OPEN_MS)
    row("  ticks late meanwhile", ticks.late_ms, LATE_MS)
    view = desk.window.view
    for width, height in SIZES:
        desk.window.resize(width, height)
        heading(f"frames, window {width} x {height}")
        for zoom in ZOOMS:
            rows(f"pan at {zoom:.0%}", panned(view, zoom))
        rows("zoom in and out", zoomed(view))


def open_to_paint(desk: Desk, picture: Path) -> None:
    desk.documents.open(picture)
    wait(lambda: desk.documents.document is not None)
    desk.window.view.viewport().repaint()


def panned(view: CanvasView, zoom: float) -> Spans:
    """Frames while the picture is dragged to and fro."""
    view.actual_size()
    view.zoom_at(QPointF(view.viewport().rect().center()), zoom / view.scale_factor)
    across, down = view.horizontalScrollBar(), view.verticalScrollBar()
    view.viewport().repaint()
    frames = Spans()
    for turn in range(FRAMES):
        way = 1 if turn % 30 < 15 else -1
        with frames.span():
            across.setValue(across.value() + 37 * way)
            down.setValue(down.value() + 23 * way)
            view.viewport().repaint()
    return frames


def zoomed(view: CanvasView) -> Spans:
    """Frames of a zoom from the whole picture to single pixels and back."""
    view.fit(animated=False)
    frames = Spans()
    anchor = QPointF(view.viewport().rect().center())
    for turn in range(2 * FRAMES):
        with frames.span():
            view.zoom_at(anchor, 1.08 if turn < FRAMES else 1 / 1.08)
            view.viewport().repaint()
    return frames


def generate(desk: Desk) -> None:
    desk.editor.asking.generate()
    wait(lambda: desk.editor.mode is Mode.CHOOSING)


def scrubbed(desk: Desk) -> Spans:
    """From the wish to see a step until canvas and timeline are painted."""
    wait(lambda: bool(desk.editor.frames()))
    proposal = desk.editor.proposal
    assert proposal is not None
    taken = Spans()
    for turn in range(SCRUBS):
        with taken.span():
            desk.editor.choosing.scrub(turn * 7 % len(proposal.path))
            desk.window.view.viewport().repaint()
            desk.window.workspace.timeline.strip.repaint()
    return taken


def heading(told: str) -> None:
    print(f"\n{told:<44}{'median':>12}{'p99':>12}{'worst':>12}{'aim, p99':>12}")


def rows(name: str, spans: Spans, aim_ms: float = FRAME_MS) -> None:
    row(f"{name}  on the clock".strip(), spans.wall_ms, aim_ms)
    row(f"{name}  processor, window's thread".strip(), spans.own_ms, aim_ms)


def row(name: str, milliseconds: list[float], aim_ms: float | None = None) -> None:
    """aim_ms: what the 99th percentile should stay below."""
    ordered = sorted(milliseconds)
    if not ordered:
        print(f"{name:<44}{'-':>12}{'-':>12}{'-':>12}")
        return
    p99 = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    told = "".join(f"{each:>9.1f} ms" for each in (statistics.median(ordered), p99, ordered[-1]))
    aim = "" if aim_ms is None else f"{'<' if p99 < aim_ms else 'NOT <'} {aim_ms:.0f} ms"
    print(f"{name:<44}{told}{aim:>12}")


def wait(reached: Callable[[], bool]) -> None:
    """In an event loop as the program's own: QTest.qWait keeps Python's lock, so that other
    threads come to work a few times in 10 ms only."""
    loop, poll, given_up = QEventLoop(), QTimer(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if reached() else None)
    poll.start(POLL_MS)
    given_up.setSingleShot(True)
    given_up.timeout.connect(lambda: loop.exit(1))
    given_up.start(int(PATIENCE_SECONDS * 1000))
    if not reached() and loop.exec():
        raise TimeoutError("the engine did not answer")


if __name__ == "__main__":
    main()
