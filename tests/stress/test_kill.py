"""A short run of the kill driver; `make stress` has the long one."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.document.document import Document
from engine.document.project import Project
from engine.document.project_file import save_project
from engine.document.recovery import Autosave, Work
from engine.values.image import Picture
from tests.stress import kill

KILLS = 10
ROOT = Path(__file__).parents[2]


def test_nothing_acknowledged_is_lost_over_kills() -> None:
    """In a process of its own: a fork of this one would inherit its threads' locks."""
    command = [sys.executable, "-m", "tests.stress.kill", "--kills", str(KILLS), "--seed", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{KILLS} kills") and "0 faults" in done.stdout


@pytest.mark.parametrize("saved_too", [True, False])
def test_the_driver_notices_a_loss(tmp_path: Path, saved_too: bool) -> None:
    """A driver that can find nothing would prove nothing."""
    rng = np.random.default_rng(0)
    lost, kept = (Project(Document(Picture(kill.noise(rng, 4, 4)))) for _ in range(2))
    autosave = Autosave(tmp_path / kill.STATE)
    autosave.keep(Work(kept, "a"))
    autosave.close()
    states, saves, figures = kill.Ledger(), kill.Ledger(), kill.Figures()
    states.tried(kill.digest(lost))
    states.acknowledged(kill.digest(lost))
    if saved_too:
        save_project(kept, tmp_path / kill.PROJECT)
        saves.tried(kill.digest(lost))
    kill.inspect(tmp_path, states, saves, figures)
    assert len(figures.faults) == (2 if saved_too else 1)
