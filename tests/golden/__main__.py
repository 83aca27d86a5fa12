"""python -m tests.golden DIR [DIR ...]: compare cases, or folders of cases, with our code."""

import sys
from collections.abc import Callable
from pathlib import Path

import torch

from tests.golden import (
    lformer_cases,
    lformer_keys,
    star_cases,
    star_keys,
    titok_cases,
    titok_keys,
    vq_diffusion_cases,
    vq_diffusion_keys,
)
from tests.golden.case import Case, Report, read_case

KEYS = ("keys_full.json", "keys_full.json.gz")
COMPARISONS: dict[str, Callable[[Case, Report], None]] = {
    **lformer_cases.CASES,
    **star_cases.CASES,
    **titok_cases.CASES,
    **vq_diffusion_cases.CASES,
}
"""By a case's component."""

KEY_LISTS: dict[str, Callable[[Path], Report]] = {
    "lformer": lformer_keys.run_keys,
    "star": star_keys.run_keys,
    "titok": titok_keys.run_keys,
    "vq_diffusion": vq_diffusion_keys.run_keys,
}
"""By the folder that a list of keys lies in."""


def found(path: Path) -> list[Path]:
    """The cases at a path: itself, or those in the folder, and key lists."""
    if (path / "case.json").is_file() or path.name in KEYS:
        return [path]
    inside = sorted(case.parent for case in path.rglob("case.json"))
    return inside + sorted(list_ for name in KEYS for list_ in path.rglob(name))


def run(path: Path) -> Report:
    """One case or key list compared; a case nobody knows is a miss."""
    if path.name in KEYS:
        return KEY_LISTS[path.parent.name](path)
    case = read_case(path)
    report = Report(case.name)
    compare = COMPARISONS.get(case.component)
    if compare is None:
        report.fail(f"nobody knows the component {case.component!r}")
        return report
    with torch.no_grad():
        compare(case, report)
    return report


def main(arguments: list[str]) -> int:
    """Exit status: 0 if all passed, 1 on a miss, 2 without any case."""
    if not arguments:
        print(__doc__)
        return 2
    missed = 0
    for argument in arguments:
        cases = found(Path(argument))
        if not cases:
            print(f"MISS {argument}: no case here")
            missed += 1
        for case in cases:
            report = run(case)
            print(report.line(), flush=True)
            missed += not report.passed
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
