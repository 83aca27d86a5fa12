"""The command line, over a tiny model with random weights."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from typer.testing import Result

from engine import system_libraries
from engine.cli import INTERRUPTED, command_names
from engine.document.document import Document, Edit
from engine.document.picture_file import open_picture, save_picture
from engine.document.project import Project
from engine.document.project_file import save_project
from engine.document.recipe import recipe_in
from engine.values.image import Picture
from engine.values.region import Region
from engine.values.timeline import Timeline
from tests.tiny_model import write_tiny_model

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., Result]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    pixels = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def pixels_of(path: Path) -> NDArray[np.generic]:
    return open_picture(path).pixels


def test_generate_writes_candidates_and_steps(run: Run, tmp_path: Path) -> None:
    done = run("generate", "a red cat", "-o", "a.png", "--seed", 5, "-n", 3, "--steps-dir", "steps")
    assert done.exit_code == 0, done.output
    recipes = [recipe_in(Path(name).read_bytes(), name) for name in ("a.png", "a-2.png", "a-3.png")]
    assert sorted(recipe.params.seed for recipe in recipes) == [5, 6, 7]
    assert all(recipe.prompt == "a red cat" for recipe in recipes)
    assert all(len(digest) == 64 for digest in recipes[0].weights.values())
    assert recipes[0].timeline.head_snapshot.state.tokens.known.all()
    steps = sorted(path.name for path in Path("steps").iterdir())
    assert steps == [f"step-{step:02d}.png" for step in range(5)]
    assert "Decoding: step 4 of 4" in done.stderr


def test_the_same_command_gives_the_same_bytes(run: Run) -> None:
    for name in ("a.png", "b.png"):
        assert run("generate", "a cat", "-o", name, "--seed", 1).exit_code == 0
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    assert run("generate", "a cat", "-o", "c.png", "--seed", 2).exit_code == 0
    assert Path("c.png").read_bytes() != Path("a.png").read_bytes()


def test_settings_reach_the_recipe(run: Run) -> None:
    options = ("--guidance", 3, "--top-k", 8, "--top-p", 0.5, "--temperature", 0.7)
    assert run("generate", "a cat", "-o", "a.png", *options).exit_code == 0
    told = json.loads(run("info", "a.png").stdout)
    params = told["params"]
    assert (params["guidance_scale"], params["top_k"]) == (3, 8)
    assert (params["top_p"], params["temperature"]) == (0.5, 0.7)
    assert len(told["tokens"]) == 16


def test_an_edit_touches_its_box_only(run: Run, photo: Path) -> None:
    done = run("edit", photo, "--box", "30,20,52,41", "--prompt", "a cat", "-o", "e.png")
    assert done.exit_code == 0, done.output
    before, after = pixels_of(photo).copy(), pixels_of(Path("e.png")).copy()
    assert not np.array_equal(before, after)
    before[20:41, 30:52] = after[20:41, 30:52]
    assert np.array_equal(before, after)


BOX_OF_PHOTO = ("--box", "0,0,70,55", "--prompt", "a cat", "--seed", 4)


def test_full_strength_is_no_strength(run: Run, photo: Path) -> None:
    for name, more in (("a.png", ()), ("b.png", ("--strength", 1))):
        assert run("edit", photo, *BOX_OF_PHOTO, *more, "-o", name).exit_code == 0
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    assert "strength" not in json.loads(run("info", "a.png").stdout)["params"]


def test_less_strength_keeps_tokens_and_can_be_made_again(run: Run, photo: Path) -> None:
    done = run("edit", photo, *BOX_OF_PHOTO, "--strength", 0.5, "-o", "a.png")
    assert done.exit_code == 0, done.output
    assert json.loads(run("info", "a.png").stdout)["params"]["strength"] == 0.5
    timeline = recipe_in(Path("a.png").read_bytes(), "a.png").timeline
    begun = timeline.snapshots[0].state.tokens
    assert (~begun.known).sum() == 5  # of 9 in the box
    assert same_again(run, "a.png") == 0
    rolled = run(
        "rollback", "a.png", "--step", begun_at(timeline), "--prompt", "red", "-o", "b.png"
    )
    assert rolled.exit_code == 0, rolled.output
    branch = recipe_in(Path("b.png").read_bytes(), "b.png").timeline
    assert branch.head_run.params.strength == 0.5
    kept = begun.known
    assert np.array_equal(branch.head_snapshot.state.tokens.ids[kept], begun.ids[kept])
    assert same_again(run, "b.png") == 0


def begun_at(timeline: Timeline) -> int:
    return timeline.snapshots[0].state.step


def same_again(run: Run, name: str) -> int:
    return run("verify", name).exit_code


@pytest.mark.parametrize("wrong", [0, -1, 1.01, "nan"])
def test_an_impossible_strength_is_refused(run: Run, photo: Path, wrong: object) -> None:
    refused = run("edit", photo, *BOX_OF_PHOTO, f"--strength={wrong}", "-o", "a.png")
    assert refused.exit_code == 2
    assert not Path("a.png").exists()


def test_a_deep_picture_with_alpha_stays_so(run: Run, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 65536, (50, 40, 4), dtype=np.uint16)
    save_picture(Picture(pixels), Path("deep.png"))
    done = run("edit", "deep.png", "--box", "5,5,30,30", "--prompt", "a cat", "-o", "e.png")
    assert done.exit_code == 0, done.output
    after = pixels_of(Path("e.png")).copy()
    assert np.array_equal(after[..., 3], pixels[..., 3])
    after[5:30, 5:30] = pixels[5:30, 5:30]
    assert np.array_equal(after, pixels)
    assert run("rollback", "e.png", "--step", 2, "-o", "r.png").exit_code == 0
    assert np.array_equal(pixels_of(Path("r.png")), pixels_of(Path("e.png")))


@pytest.mark.parametrize("kind", ["generate", "edit"])
def test_rollback_is_exact_or_branches(run: Run, photo: Path, kind: str) -> None:
    if kind == "generate":
        made = run("generate", "a cat", "-o", "a.png", "--seed", 4)
    else:
        box = ("--box", "0,0,70,55")
        made = run("edit", photo, *box, "--prompt", "a cat", "-o", "a.png", "--seed", 4)
    assert made.exit_code == 0, made.output
    assert run("rollback", "a.png", "--step", 2, "-o", "same.png").exit_code == 0
    assert np.array_equal(pixels_of(Path("same.png")), pixels_of(Path("a.png")))
    changed = run("rollback", "a.png", "--step", 2, "--seed", 9, "--prompt", "red", "-o", "b.png")
    assert changed.exit_code == 0, changed.output
    assert not np.array_equal(pixels_of(Path("b.png")), pixels_of(Path("a.png")))
    first, second = (recipe_in(Path(name).read_bytes(), name) for name in ("a.png", "b.png"))
    count = len(first.timeline.snapshots)
    assert second.timeline.snapshots[:count] == first.timeline.snapshots
    assert (second.prompt, second.params.seed) == ("red", 9)
    branch, old = second.timeline.path(), first.timeline.path()
    assert [s.state for s in branch[:3]] == [s.state for s in old[:3]]
    again = run("rollback", "b.png", "--step", 2, "-o", "c.png")
    assert again.exit_code == 0, again.output
    assert np.array_equal(pixels_of(Path("c.png")), pixels_of(Path("b.png")))


@pytest.mark.parametrize("step", [-1, 4, 99])
def test_rollback_to_no_step_is_refused(run: Run, step: int) -> None:
    run("generate", "a cat", "-o", "a.png")
    refused = run("rollback", "a.png", f"--step={step}", "-o", "b.png")
    assert refused.exit_code == 2
    assert "between 0 and 3" in refused.stderr


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_export_shows_the_decode(run: Run, photo: Path, kind: str) -> None:
    run("edit", photo, "--box", "0,0,70,55", "--prompt", "a cat", "-o", "a.png")
    done = run("export", "a.png", "--as", kind, "-o", f"film.{kind}")
    assert done.exit_code == 0, done.output
    steps = len(recipe_in(Path("a.png").read_bytes(), "a.png").timeline.path())
    with Image.open(f"film.{kind}") as film:
        assert getattr(film, "n_frames", 1) == (1 if kind == "png" else steps)


def test_other_weights_are_noticed(run: Run, tiny: Path, tmp_path: Path) -> None:
    run("generate", "a cat", "-o", "a.png")
    model = json.loads((tiny / "model.json").read_text())
    recipe = recipe_in(Path("a.png").read_bytes(), "a.png")
    assert recipe.weights[model["files"]["network"]["name"]] == model["files"]["network"]["sha256"]
    weights = dict(recipe.weights) | {"lformer.safetensors": "00" * 32}
    changed = type(recipe)(recipe.timeline, weights, recipe.before)
    save_picture(open_picture(Path("a.png")), Path("b.png"), recipe=changed)
    done = run("rollback", "b.png", "--step", 1, "-o", "c.png")
    assert done.exit_code == 0
    assert "other weights" in done.stderr


BOX = ("--box", "1,1,20,20", "--prompt", "a cat", "-o", "x.png")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("edit", "none.png", *BOX), "no file"),
        (("edit", ".", *BOX), "not a file"),
        (("edit", "text.png", *BOX), "not a picture"),
        (("edit", "bomb.png", *BOX), "million pixels"),
        (("edit", "photo.png", *BOX[2:], "--box", "100,1,120,9"), "outside"),
        (("edit", "photo.png", *BOX[2:], "--box", "5,5,5,9"), "no area"),
        (("edit", "photo.png", *BOX[2:], "--box", "1,2,3"), "whole numbers"),
        (("edit", "photo.png", *BOX[2:], "--box", "a,b,c,d"), "whole numbers"),
        (("generate", "a cat", "-o", "nowhere/x.png"), "no folder"),
        (("generate", "a cat", "-o", "folder.png"), "not a file"),
        (("generate", "a cat", "-o", "x.bmp"), "does not end"),
        (("generate", "a cat", "-o", "x.png", "--backend", "star"), "Ready: lformer"),
        (("generate", "  ", "-o", "x.png"), "empty"),
        (("generate", "a cat", "-o", "x.png", "-n", "0"), "between 1 and 64"),
        (("generate", "a cat", "-o", "x.png", "--seed", "2147483647", "-n", "2"), "seed"),
        (("generate", "a cat", "-o", "x.png", "--seed", "-1"), "seed"),
        (("generate", "a cat", "-o", "x.png", "--temperature", "nan"), "finite"),
        (("generate", "a cat", "-o", "x.png", "--top-p", "2"), "top-p"),
        (("rollback", "photo.png", "--step", "1", "-o", "x.png"), "no recipe"),
        (("export", "photo.png", "--as", "gif", "-o", "x.gif"), "no recipe"),
        (("export", "photo.png", "--as", "gif", "-o", "x.png"), "does not end in .gif"),
        (("info", "photo.png"), "no recipe"),
        (("info", "--vocabulary", "--backend", "star"), "Ready: lformer"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(
    run: Run, photo: Path, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    Path("text.png").write_text("hello")
    Path("folder.png").mkdir()
    if "bomb.png" in arguments:
        Image.new("1", (12_000, 12_000)).save("bomb.png")
    before = sorted(tmp_path.rglob("*"))
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert told in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_bad_input_leaves_the_old_target(run: Run) -> None:
    Path("x.png").write_bytes(b"old")
    assert run("edit", "none.png", *BOX).exit_code == 2
    assert Path("x.png").read_bytes() == b"old"


def test_lossy_targets_carry_the_recipe_too(run: Run) -> None:
    assert run("generate", "a cat", "-o", "a.jpg").exit_code == 0
    assert recipe_in(Path("a.jpg").read_bytes(), "a.jpg").prompt == "a cat"


def test_info_of_a_project(run: Run) -> None:
    run("generate", "a cat", "-o", "a.png")
    timeline = recipe_in(Path("a.png").read_bytes(), "a.png").timeline
    base = Picture(np.zeros((4, 4, 3), np.uint8))
    edit = Edit(Region(0, 0, 4, 4), np.zeros((4, 4, 3), np.uint8), timeline)
    save_project(Project(Document(base, (edit,))), Path("a.ellbox"))
    told = json.loads(run("info", "a.ellbox").stdout)
    assert [each["prompt"] for each in told] == ["a cat"]


def test_the_vocabulary(run: Run) -> None:
    assert "apple" in run("info", "--vocabulary").stdout.split("\n")


def test_the_doctor_looks_at_everything(
    run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("engine.doctor.missing_packages", tuple)
    well = run("doctor")
    assert well.exit_code == 0, well.output
    for word in ("Python", "torch", "decodes on", "verified", "display", "in place"):
        assert word in well.stdout
    monkeypatch.setattr("engine.doctor.missing_packages", lambda: ("libegl1",))
    monkeypatch.setattr("engine.doctor.embedded_folders", tuple)
    ill = run("doctor")
    assert ill.exit_code == 1
    assert "apt-get install libegl1" in ill.stdout
    assert "no built-in model" in ill.stdout


def test_damaged_weights_are_found(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_tiny_model(tmp_path / "damaged")
    file = folder / "lformer.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    monkeypatch.setattr("engine.doctor.embedded_folders", lambda: (folder,))
    told = run("doctor")
    assert told.exit_code == 1
    assert "lformer.safetensors are damaged" in told.stdout


def test_the_help_names_every_command(run: Run) -> None:
    told = run("--help").stdout
    expected = {"generate", "edit", "rollback", "export", "verify", "info", "doctor", "train"}
    expected |= {"weights"}
    assert command_names() == expected
    assert all(f"\n  {name} " in told for name in expected)
    assert run("--version").stdout.startswith("ellbox ")


def test_missing_libraries_become_packages() -> None:
    absent = {"libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0"}
    missing = system_libraries.missing_packages(lambda library: library not in absent)
    expected = ("libegl1", "libglib2.0-0") if sys.platform.startswith("linux") else ()
    assert missing == expected
    assert system_libraries.missing_packages(lambda _: True) == ()


def started(*arguments: str, module: str = "engine") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("module", ["engine", "app"])
def test_both_modules_take_commands(module: str) -> None:
    assert "rollback" in started("--help", module=module).stdout
    refused = started("info", "none.png", module=module)
    assert refused.returncode == 2
    assert refused.stderr.startswith("There is no file none.png.")


def test_the_library_check_needs_nothing_installed() -> None:
    command = [sys.executable, "-I", "-S", str(ROOT / "engine" / "system_libraries.py")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert tuple(told.stdout.split()) == system_libraries.missing_packages()


def test_telling_about_a_file_loads_no_torch() -> None:
    code = "import sys, engine.cli; assert not {'torch', 'PySide6'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


SLOW = """
import sys, time
from pathlib import Path
import engine.catalog
folders = (Path(sys.argv.pop(1)),)
engine.catalog.embedded_folders = lambda: folders
from engine.generators.lformer.generator import LformerGenerator
plain = LformerGenerator.step
def slow(self, states, inputs):
    time.sleep(0.3)
    return plain(self, states, inputs)
LformerGenerator.step = slow
from engine.cli import app
app()
"""


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is another thing there")
def test_ctrl_c_cancels_between_steps(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.png"
    command = [sys.executable, "-c", SLOW, str(tiny), "generate", "a cat", "-o", str(out)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert "step 1 of 4" in first, first + process.stderr.read()
        process.send_signal(signal.SIGINT)
        asked = time.monotonic()
        rest = process.stderr.read()
        assert process.wait() == INTERRUPTED
    assert time.monotonic() - asked < 20
    assert "Cancelled" in rest
    assert "step 4 of 4" not in rest
    assert not list(tmp_path.glob("*.png"))
