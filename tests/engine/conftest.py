"""Commands in an empty folder, with a tiny model in place of the built-in one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from engine.cli import app
from tests.tiny_model import write_tiny_model


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder that nobody writes to."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "lformer")


@pytest.fixture
def run(tiny: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Runs a command, its arguments turned into text."""
    monkeypatch.setattr("engine.catalog.embedded_folders", lambda: (tiny,))
    monkeypatch.setattr("engine.doctor.embedded_folders", lambda: (tiny,))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments])
