"""The table of figures, as Markdown and as JSON."""

import math
from dataclasses import asdict
from typing import Any

from engine.quality.figures import Aim, Figure
from engine.quality.intervals import Estimate

HEAD = (
    "| figure | measured | 95 % interval | ceiling | floor | of ceiling | samples "
    "| aim CPU | aim GPU | met | |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)
NONE = "–"


def line(figure: Figure) -> str:
    """A row of the table under HEAD."""
    estimate, aim = figure.estimate, figure.aim
    cells = (
        figure.name,
        number(estimate.value),
        _interval(estimate),
        number(figure.ceiling),
        number(figure.floor),
        number(figure.of_ceiling),
        f"{estimate.samples:,}",
        NONE if aim is None else _aim(aim.cpu, aim),
        NONE if aim is None else _aim(aim.gpu, aim),
        _met(figure),
        figure.note,
    )
    return f"| {' | '.join(cells)} |"


def as_json(figure: Figure) -> dict[str, Any]:
    """Everything that a row says, unrounded; nothing measured is null."""
    estimate = {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in asdict(figure.estimate).items()
    }
    return {
        **asdict(figure),
        "estimate": estimate,
        "of_ceiling": figure.of_ceiling,
        "meets_cpu": figure.meets_cpu,
        "meets_gpu": figure.meets_gpu,
    }


def number(value: float | None) -> str:
    """Three decimals below ten, one above."""
    if value is None or math.isnan(value):
        return NONE
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def _interval(estimate: Estimate) -> str:
    if math.isnan(estimate.low) or estimate.low == estimate.high == estimate.value:
        return NONE
    return f"{number(estimate.low)} to {number(estimate.high)}"


def _aim(least: float, aim: Aim) -> str:
    return f"{least:g} of ceiling" if aim.of_ceiling else f"{least:g}"


def _met(figure: Figure) -> str:
    if figure.meets_cpu is None:
        return NONE
    if figure.meets_gpu:
        return "both"
    return "CPU" if figure.meets_cpu else "no"
