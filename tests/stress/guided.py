"""Fuzzing that is led by coverage: `python -m tests.stress.guided pictures --runs 50000`.

Needs atheris (`pip install atheris`), which no other part of Ellbox does. It begins with the sound
files of the other fuzz drivers and keeps those changes that reach new lines of engine/document.
"""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any

KINDS = ("pictures", "projects")


def main() -> int:
    """Ends by atheris itself: with a traceback at the first fault."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("kind", choices=KINDS)
    options.add_argument("--runs", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        sys.stderr.write("atheris is missing. Install it: pip install atheris\n")
        return 2
    with atheris.instrument_imports(include=["engine.document"]):
        driver: Any = importlib.import_module(f"tests.stress.fuzz_{asked.kind}")
        errors: Any = importlib.import_module("engine.values.errors")

    def once(data: bytes) -> None:
        try:
            driver.read(data)
        except errors.BadInput as bad:
            if not bad.sentence.endswith("."):
                raise ValueError(f"no sentence: {bad.sentence!r}") from bad

    with tempfile.TemporaryDirectory(prefix="ellbox-guided-") as name:
        for number, data in enumerate(getattr(driver, asked.kind)()):
            (Path(name) / f"sound{number}").write_bytes(data)
        limits = [f"-runs={asked.runs}", f"-seed={asked.seed}", "-max_len=65536", "-timeout=30"]
        atheris.Setup([sys.argv[0], *limits, name], once)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
