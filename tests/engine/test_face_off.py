"""One box and prompt through tiny generators of all families; the table of models."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from engine.catalog import table
from engine.cli import app
from engine.document.export import contact_sheet
from engine.document.picture_file import open_picture
from engine.document.recipe import recipe_in
from engine.face_off import SHEET
from engine.generators.star.generator import StarGenerator
from engine.listing import as_table, models_as_table
from engine.values.spec import STEP_NAMES
from tests.tiny_models import WRITERS, write_tiny_models

KINDS = {"lformer": "block", "star": "scale", "vq-diffusion": "denoise", "maskgen": "unmask"}
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return tuple(write_tiny_models(tmp_path_factory.mktemp("models")))


@pytest.fixture
def run(folders: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command in an empty folder, where all four families are ready."""
    monkeypatch.setattr("engine.catalog.embedded_folders", lambda: folders)
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
    Image.fromarray(pixels).save("photo.png")
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments])


BOX = ("edit", "photo.png", "--box", "30,20,52,41", "--prompt", "a cat", "--backend", "all")


def test_every_generator_redraws_the_box(run: Run) -> None:
    done = run(*BOX, "-o", "out", "--seed", 5)
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in Path("out").iterdir()) == sorted(
        (*(f"{key}.png" for key in WRITERS), SHEET)
    )
    before = open_picture(Path("photo.png")).pixels
    seen = set()
    for key in WRITERS:
        path = Path("out") / f"{key}.png"
        after = open_picture(path).pixels.copy()
        seen.add(after.tobytes())
        after[20:41, 30:52] = before[20:41, 30:52]
        assert np.array_equal(before, after)
        recipe = recipe_in(path.read_bytes(), path.name)
        assert (recipe.generator, recipe.params.seed) == (key, 5)
        told = json.loads(run("info", path).stdout)
        assert told["step_kind"] == STEP_NAMES[KINDS[key]]  # type: ignore[index]
    assert len(seen) == len(WRITERS)
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["generator", "steps", "time", "memory", "picture"]
    for line, (key, kind) in zip(lines[1:], KINDS.items(), strict=False):
        assert line.startswith(key) and STEP_NAMES[kind] in line  # type: ignore[index]
        assert " s " in line and "MB" in line and f"{key}.png" in line


def test_one_that_fails_is_a_sentence_and_the_others_go_on(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("scripted")

    monkeypatch.setattr(StarGenerator, "step", broken)
    done = run("generate", "a cat", "--backend", "all", "-o", "out")
    assert done.exit_code == 0, done.output
    assert not (Path("out") / "star.png").exists()
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("star")]
    assert "unexpected" in line and "scripted" in line
    for key in ("lformer", "vq-diffusion", "maskgen"):
        assert (Path("out") / f"{key}.png").exists()


def test_a_lone_generator_is_told(
    run: Run, folders: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.catalog.embedded_folders", lambda: folders[:1])
    done = run("generate", "a cat", "--backend", "all", "-o", "out")
    assert done.exit_code == 0, done.output
    assert "Ready: lformer; so there is nothing to compare." in done.stderr
    assert (Path("out") / "lformer.png").exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("-o", "out.png"), "names a folder"),
        (("-o", "out", "--steps-dir", "steps"), "names a folder"),
        (("-o", "out", "--top-p", "2"), "top-p"),
    ],
)
def test_what_a_face_off_refuses(run: Run, more: tuple[str, ...], told: str) -> None:
    before = sorted(Path().rglob("*"))
    refused = run(*BOX, *more)
    assert refused.exit_code == 2 and told in refused.stderr
    assert sorted(Path().rglob("*")) == before


def test_half_precision_draws_with_every_family(run: Run) -> None:
    done = run(*BOX, "-o", "out", "--precision", "half", "--device", "cpu")
    assert done.exit_code == 0, done.output
    assert len(list(Path("out").glob("*.png"))) == len(WRITERS) + 1


def test_info_without_a_file_lists_all_models(run: Run) -> None:
    lines = run("info").stdout.splitlines()
    rows = {line.split()[0]: line for line in lines[1:]}
    for key, kind in KINDS.items():
        assert "ready" in rows[key] and f"{STEP_NAMES[kind]}s" in rows[key]  # type: ignore[index]
    assert "not here" in rows["star-1024"] and "21.2 GB" in rows["star-1024"]
    assert models_as_table(table()) == "\n".join(lines)


def test_columns_are_as_wide_as_their_cells() -> None:
    assert as_table([("a", "bcd"), ("ef", "")], ("x", "y")) == "x   y\na   bcd\nef"


def test_a_sheet_names_its_pictures() -> None:
    picture = np.full((40, 30, 3), 200, np.uint8)
    plain, named = contact_sheet([picture]), contact_sheet([picture], ["a long name"])
    assert named.shape[0] > plain.shape[0] and named.shape[1] > plain.shape[1]
    assert (named[:44] == 200).all(-1).sum() == 1200  # the picture is not written on
    assert (named[44:] > 150).any()
