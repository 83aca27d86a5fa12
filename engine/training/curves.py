"""Curves of a run as a picture: one small panel a figure, over minutes of training."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.training.metrics import Row

WIDTH, HEIGHT, MARGIN = 360, 220, 36
COLUMNS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """values over minutes, both (N,)."""

    title: str
    minutes: NDArray[np.float64]
    values: NDArray[np.float64]


def curve(rows: Sequence[Row], name: str, title: str) -> Curve:
    """One column of metrics.csv; rows that lack it are left out."""
    found = [(row["minutes"], row[name]) for row in rows if name in row]
    minutes, values = np.array(found, float).reshape(-1, 2).T
    return Curve(title, minutes, values)


def plotted(curves: Sequence[Curve]) -> Image.Image:
    """Smoothed, three in a row."""
    columns, rows = min(COLUMNS, len(curves)), -(-len(curves) // COLUMNS)
    sheet = Image.new("RGB", (WIDTH * columns, HEIGHT * rows), "white")
    draw = ImageDraw.Draw(sheet)
    for index, shown in enumerate(curves):
        _panel(draw, shown, index % COLUMNS * WIDTH, index // COLUMNS * HEIGHT)
    return sheet


def plot_metrics(rows: Sequence[Row], path: Path) -> None:
    """All figures of a run; nothing while there are too few rows to draw a line."""
    names = [name for name in dict.fromkeys(n for row in rows for n in row) if name not in _AXES]
    curves = [shown for name in names if len((shown := curve(rows, name, name)).values) > 1]
    if curves:
        fresh = path.with_suffix(".tmp")
        plotted(curves).save(fresh, "PNG")
        fresh.replace(path)


_AXES = ("step", "minutes")


def _panel(draw: ImageDraw.ImageDraw, shown: Curve, x0: int, y0: int) -> None:
    minutes, values = shown.minutes, _smoothed(shown.values)
    left, right = x0 + MARGIN, x0 + WIDTH - MARGIN // 2
    top, bottom = y0 + MARGIN, y0 + HEIGHT - MARGIN
    low, high = float(values.min()), float(values.max())
    x = left + minutes / max(float(minutes.max()), 1e-9) * (right - left)
    y = bottom - (values - low) / max(high - low, 1e-9) * (bottom - top)
    draw.rectangle((left, top, right, bottom), outline="#bbbbbb")
    draw.line(list(zip(x.tolist(), y.tolist(), strict=True)), fill="#1f6feb", width=2)
    draw.text((left, top - 16), shown.title, fill="black")
    draw.text((left - 32, top), f"{high:.3g}", fill="black")
    draw.text((left - 32, bottom - 10), f"{low:.3g}", fill="black")
    draw.text((right - 70, bottom + 4), f"{minutes.max():.3g} minutes", fill="black")


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    window = max(1, len(values) // 40)
    padded = np.pad(values, (window - 1, 0), mode="edge")
    return np.convolve(padded, np.ones(window) / window, mode="valid")
