"""A branch of opened sites keeps, in project and recipe, which tokens it was told to keep."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.document.carried import RECIPE_KEYWORD
from engine.document.document import Document, Edit
from engine.document.png import encode_png
from engine.document.project import Project
from engine.document.project_file import open_project, save_project
from engine.document.recipe import Recipe, recipe_in
from engine.document.timeline_record import from_record, to_record
from engine.values.image import Picture
from engine.values.timeline import Timeline
from engine.values.tokens import UNKNOWN
from tests.engine.document.conftest import BOX, make_timeline, state


@pytest.fixture(params=[True, False], ids=["boxed", "whole"])
def timeline(request: pytest.FixtureRequest) -> Timeline:
    """A branch of opened sites upon a branch; then one with a token put in place."""
    tree = make_timeline(BOX if request.param else None)
    tokens = tree.head_snapshot.state.tokens
    ids = np.where(np.arange(16) == 5, UNKNOWN, np.maximum(tokens.ids, 0)).astype(np.int32)
    opened = replace(tree.head_run, kept=replace(tokens, ids=ids))
    tree = tree.branched(opened, state(5, 1, latent=tree.head_snapshot.state.latent is not None))
    placed = replace(tree.head_run, kept=replace(tokens, ids=np.full(16, 9, np.int32)))
    return tree.at(2).branched(placed, state(5, 2, latent=placed.region is not None))


def test_in_a_record(timeline: Timeline) -> None:
    again = from_record(*to_record(timeline))
    assert again == timeline
    assert [run.kept is not None for run in again.runs] == [False, False, True, True]


def test_in_a_project(timeline: Timeline, tmp_path: Path) -> None:
    picture = Picture(np.zeros((12, 12, 3), np.uint8))
    patch = np.zeros((BOX.height, BOX.width, 3), np.uint8)
    document = Document(picture, (Edit(BOX, patch, timeline),))
    save_project(Project(document), tmp_path / "a.ellbox")
    assert open_project(tmp_path / "a.ellbox").edits[0].timeline == timeline


def test_in_a_recipe(timeline: Timeline) -> None:
    boxed = timeline.head_run.region is not None
    before = np.zeros((BOX.height, BOX.width, 3), np.uint8) if boxed else None
    text, notice = Recipe(timeline, before=before).as_text()
    png = encode_png(Picture(np.zeros((12, 12, 3), np.uint8)), (RECIPE_KEYWORD, text))
    assert recipe_in(png, "a.png").timeline == timeline and not notice


def test_runs_without_it_are_written_as_before() -> None:
    record, _ = to_record(make_timeline(BOX))
    assert all("kept" not in run for run in record["runs"])
