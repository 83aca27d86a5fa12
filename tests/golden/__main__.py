"""python -m tests.golden DIR [DIR ...]: compare cases, or folders of cases, with our code."""

import sys
from pathlib import Path

from tests.golden.case import Report
from tests.golden.lformer_cases import run_case
from tests.golden.lformer_keys import run_keys

KEYS = "keys_full.json"


def found(path: Path) -> list[Path]:
    """The cases at a path: itself, or those in the folder, and key lists."""
    if (path / "case.json").is_file() or path.name == KEYS:
        return [path]
    inside = sorted(case.parent for case in path.rglob("case.json"))
    return inside + sorted(path.rglob(KEYS))


def run(path: Path) -> Report:
    """One case or key list compared; a case nobody knows is a miss."""
    return run_keys(path) if path.name == KEYS else run_case(path)


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
