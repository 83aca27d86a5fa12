"""How late 16 ms ticks of the window are while the engine decodes, and how fast scrubbing shows.

Uses the built-in model; `--model FOLDER` another one.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtTest import QTest

from app.desk import Desk, build_application, sample_paths
from app.models.editor import Mode
from app.settings import Settings
from engine.runtime.worker import Runs
from engine.values.region import Region

TICK_MS = 16
DECODES = 8
SCRUBS = 60
PATIENCE_SECONDS = 180.0


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
    model = parser.parse_args().model
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    build_application([])
    desk = Desk(Settings(), lambda: _engine(model))
    desk.window.resize(1280, 820)
    desk.window.show()
    try:
        measure(desk)
    finally:
        desk.close()


def _engine(model: Path | None) -> Runs:
    from engine.runtime.engine import build_engine

    return build_engine("auto", None if model is None else [model])


def measure(desk: Desk) -> None:
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
    QTest.qWait(1500)
    idle.stop()
    decoding, seconds = Ticks(), []
    generate(desk)
    decoding.start()
    for _ in range(DECODES):
        began = time.perf_counter()
        generate(desk)
        seconds.append(time.perf_counter() - began)
    decoding.stop()
    print(f"{'lateness of 16 ms ticks':<30}{'median':>10}{'p99':>10}{'worst':>10}")
    for name, ticks in (("while torch loads", loading), ("idle", idle), ("decoding", decoding)):
        row(name, ticks.late_ms)
    print(
        f"box edit, {desk.editor.wishes.candidates} candidates: {statistics.median(seconds):.2f} s"
    )
    print(f"\n{'scrub to any step':<30}{'median':>10}{'p99':>10}{'worst':>10}")
    row("key to painted canvas", scrubbed(desk))


def generate(desk: Desk) -> None:
    desk.editor.generate()
    wait(lambda: desk.editor.mode is Mode.CHOOSING)


def scrubbed(desk: Desk) -> list[float]:
    """Milliseconds from the wish to see a step until canvas and timeline are painted."""
    wait(lambda: bool(desk.editor.frames()))
    proposal = desk.editor.proposal
    assert proposal is not None
    taken = []
    for turn in range(SCRUBS):
        began = time.perf_counter()
        desk.editor.choosing.scrub(turn * 7 % len(proposal.path))
        desk.window.view.viewport().repaint()
        desk.window.timeline.strip.repaint()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def row(name: str, milliseconds: list[float]) -> None:
    ordered = sorted(milliseconds)
    if not ordered:
        print(f"{name:<30}{'-':>10}{'-':>10}{'-':>10}")
        return
    p99 = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    print(f"{name:<30}{statistics.median(ordered):>7.1f} ms{p99:>7.1f} ms{ordered[-1]:>7.1f} ms")


def wait(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError("the engine did not answer")
        QTest.qWait(1)


if __name__ == "__main__":
    main()
