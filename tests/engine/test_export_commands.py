"""`ellbox export` and `ellbox verify`, over a tiny model with random weights."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import Result

from engine.document.carried import RECIPE_KEYWORD, origin_in
from engine.document.picture_file import open_picture, save_picture
from engine.document.png import encode_png
from engine.document.project import OpenBox, Project
from engine.document.project_file import save_project
from engine.document.recipe import find_recipe, recipe_in
from engine.document.restored import open_as_document
from engine.values.params import SamplingParams
from engine.values.region import Region

Run = Callable[..., Result]
BOX = "10,4,58,50"


@pytest.fixture
def edited(run: Run, tmp_path: Path) -> Path:
    """A photo of smooth colours with one box redrawn."""
    across, down = np.meshgrid(np.linspace(0, 255, 90), np.linspace(0, 255, 60))
    photo = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    Image.fromarray(photo).save(tmp_path / "photo.png")
    done = run("edit", "photo.png", "--box", BOX, "--prompt", "a cat", "--seed", 3, "-o", "a.png")
    assert done.exit_code == 0, done.output
    return tmp_path / "a.png"


def test_verify_makes_a_picture_again(run: Run, edited: Path) -> None:
    same = run("verify", "a.png")
    assert same.exit_code == 0, same.output
    assert "Equal: all 2208 pixels are the same. The tokens are the same." in same.stdout
    run("generate", "a dog", "--seed", 1, "-o", "b.webp")
    near = run("verify", "b.webp")
    assert near.exit_code == 0, near.output
    assert "Near" in near.stdout
    assert "lossy" in near.stdout


def test_verify_follows_the_branches_of_a_rollback(run: Run, edited: Path) -> None:
    steps = [each.state.step for each in recipe_in(edited.read_bytes(), "a.png").timeline.path()]
    run("rollback", "a.png", "--step", steps[1], "--seed", 9, "--prompt", "a dog", "-o", "b.png")
    run("rollback", "b.png", "--step", steps[-2], "--seed", 4, "-o", "c.png")
    assert len(recipe_in(Path("c.png").read_bytes(), "c.png").timeline.runs) == 3
    same = run("verify", "c.png")
    assert same.exit_code == 0, same.output
    assert same.stdout.startswith("Equal")


def test_a_jpeg_of_an_edit_is_near(run: Run, edited: Path) -> None:
    assert run("export", "a.png", "-o", "a.jpg").exit_code == 0
    near = run("verify", "a.jpg")
    assert near.exit_code == 0, near.output
    assert "The tokens are the same." in near.stdout


def test_another_picture_is_different(run: Run, edited: Path) -> None:
    recipe = recipe_in(edited.read_bytes(), "a.png")
    picture = open_picture(edited)
    save_picture(replace(picture, pixels=255 - picture.pixels), Path("b.png"), recipe=recipe)
    different = run("verify", "b.png")
    assert different.exit_code == 1
    assert "Different" in different.stdout


def test_other_or_missing_weights_are_told(run: Run, edited: Path) -> None:
    recipe = recipe_in(edited.read_bytes(), "a.png")
    picture = open_picture(edited)
    for weights, told in (({"lformer.safetensors": "00" * 32}, "other weights"), ({}, "not say")):
        save_picture(picture, Path("b.png"), recipe=replace(recipe, weights=weights))
        refused = run("verify", "b.png")
        assert refused.exit_code == 1
        assert told in refused.stderr
        assert refused.stderr.count("\n") == 1


def test_weights_that_are_not_installed_are_told(
    run: Run, edited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.catalog.embedded_folders", lambda: ())
    refused = run("verify", "a.png")
    assert refused.exit_code == 1
    assert "weights that made a.png are not here" in refused.stderr


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif", "avif"])
def test_export_writes_every_format(run: Run, edited: Path, suffix: str) -> None:
    out = Path(f"b.{suffix}")
    assert run("export", "a.png", "-o", out).exit_code == 0
    again = open_as_document(out)
    assert again.edits[0].region == Region.from_text(BOX)
    assert origin_in(out.read_bytes()) == "composite"
    bare = run("export", "a.png", "-o", out, "--no-recipe", "--no-mark", "--quality", "40")
    assert bare.exit_code == 0, bare.output
    assert find_recipe(out.read_bytes(), "b") is None
    assert origin_in(out.read_bytes()) is None


def test_export_of_16_bits_says_what_cannot_keep_them(run: Run, edited: Path) -> None:
    assert run("export", "a.png", "--depth", "16", "-o", "b.tif").exit_code == 0
    assert open_picture(Path("b.tif")).is_deep
    assert "Only PNG and TIFF" in run("export", "b.tif", "-o", "b.jpg").stderr


def test_export_of_a_project(run: Run, edited: Path) -> None:
    document = open_as_document(edited)
    box = OpenBox(Region(1, 2, 11, 6), "a dog", "lformer", SamplingParams())
    save_project(Project(document, (box,)), Path("p.ellbox"))
    for kind, name in (("mask", "m.png"), ("box", "b.png"), ("layers", "l.ora"), ("gif", "f.gif")):
        done = run("export", "p.ellbox", "--as", kind, "-o", name)
        assert done.exit_code == 0, done.output
    mask = np.asarray(Image.open("m.png"))
    assert (mask > 0).sum() == 40
    assert np.array_equal(open_picture(Path("b.png")).pixels, document.picture.pixels[2:6, 1:11])
    run("export", "p.ellbox", "--as", "mask", "--box", BOX, "-o", "m.png")
    assert (np.asarray(Image.open("m.png")) > 0).sum() == 2208


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("export", "photo.png", "--as", "mask", "-o", "x.png"), "no box"),
        (("export", "a.png", "--as", "mask", "-o", "x.jpg"), "does not end in .png"),
        (("export", "a.png", "--as", "mp4", "-o", "x.gif"), "does not end in .mp4"),
        (("export", "a.png", "--quality", "0", "-o", "x.jpg"), "between 1 and 100"),
        (("export", "a.png", "--as", "box", "--box", "1,2", "-o", "x.jpg"), "whole numbers"),
        (("export", "a.png", "-o", "x.bmp"), "does not end"),
        (("verify", "photo.png"), "no recipe"),
        (("verify", "none.png"), "no file"),
    ],
)
def test_bad_wishes_are_answered_in_a_sentence(
    run: Run, edited: Path, arguments: tuple[str, ...], told: str
) -> None:
    before = sorted(edited.parent.rglob("*"))
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert told in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert sorted(edited.parent.rglob("*")) == before


def test_damaged_recipes_are_told(run: Run, edited: Path) -> None:
    edited.write_bytes(encode_png(open_picture(edited), (RECIPE_KEYWORD, "{}")))
    refused = run("verify", "a.png")
    assert refused.exit_code == 2
    assert "damaged" in refused.stderr
