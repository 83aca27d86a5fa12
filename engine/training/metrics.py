"""metrics.csv: the figures of a run, one row every few steps."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = dict[str, float]


def read_metrics(path: Path) -> list[Row]:
    """Every whole row; a last one that a kill cut short is passed over."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    whole = [row for row in rows if None not in row and None not in row.values()]
    return [{name: float(value) for name, value in row.items() if value} for row in whole]


def truncate_metrics(path: Path, step: int) -> None:
    """Forget what came after `step`, which will be done again."""
    _write(path, [row for row in read_metrics(path) if row["step"] <= step])


def append_metrics(path: Path, row: Mapping[str, float]) -> None:
    """Add a row; figures that the file has no column for get one."""
    known = _columns(path)
    if not set(row) <= set(known):
        _write(path, [*read_metrics(path), dict(row)])
        return
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, known).writerow(row)


def _columns(path: Path) -> Sequence[str]:
    if not path.exists():
        return ()
    with path.open(newline="", encoding="utf-8") as file:
        return next(csv.reader(file), [])


def _write(path: Path, rows: Sequence[Row]) -> None:
    columns = dict.fromkeys(name for row in rows for name in row)
    fresh = path.with_suffix(".tmp")
    with fresh.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(rows)
    fresh.replace(path)
