"""Tables for the terminal."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from engine.catalog import ModelRow
from engine.memory import gigabytes, memory_need
from engine.values.params import SamplingParams
from engine.values.spec import STEP_NAMES

HEAD = (
    "generator", "weights", "steps", "side", "a box redraws", "memory", "tokenizer", "text encoder",
    "defaults", "licence",
)  # fmt: skip
LOCALITY = {"token": "its own tokens", "blend": "all tokens, pasted"}


def models_as_table(rows: Iterable[ModelRow]) -> str:
    """All that is known of each model; memory in full precision, for one candidate."""
    return as_table(map(_cells, rows), HEAD)


def as_table(rows: Iterable[Sequence[str]], head: Sequence[str]) -> str:
    """Columns as wide as their longest cell."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cells(row: ModelRow) -> tuple[str, ...]:
    spec = row.spec
    return (
        spec.key,
        "ready" if row.ready else "not here",
        f"{STEP_NAMES[spec.step_kind]}s",
        f"{spec.image_side} px",
        LOCALITY[spec.region_edit],
        gigabytes(memory_need(row.size).total),
        row.tokenizer,
        row.text_encoder,
        _settings(spec.defaults),
        spec.licence,
    )


def _settings(params: SamplingParams) -> str:
    """Those that differ from no settings at all."""
    off = asdict(SamplingParams())
    return ", ".join(
        f"{name} {value:g}" for name, value in asdict(params).items() if value != off[name]
    )
