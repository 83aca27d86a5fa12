"""From any step that a project file stores, every generator goes on to the same tokens."""

from pathlib import Path

import numpy as np
import pytest

from engine.document.document import Document, Edit
from engine.document.project import Project
from engine.document.project_file import open_project, save_project
from engine.values.image import Picture
from engine.values.region import Region
from tests.contract.backends import inputs_for, new, path_of, timeline_of


@pytest.mark.parametrize("backend", ["lformer-latent", "maskgen", "star", "vq-diffusion"])
def test_regenerating_from_any_stored_step_gives_the_same_tokens(
    backend: str, tmp_path: Path
) -> None:
    generator, inputs = new(backend), inputs_for(backend, 7)
    states = path_of(generator, inputs)
    timeline = timeline_of(generator.spec, states)
    black = np.zeros((8, 8, 3), np.uint8)
    edit = Edit(Region(0, 0, 8, 8), black, timeline)
    save_project(Project(Document(Picture(black), (edit,))), tmp_path / "a.ellbox")
    stored = open_project(tmp_path / "a.ellbox").edits[0].timeline
    assert stored == timeline
    for snapshot in stored.snapshots:
        again = path_of(new(backend), inputs, start=(snapshot.state,))
        assert again[-1] == states[-1]
