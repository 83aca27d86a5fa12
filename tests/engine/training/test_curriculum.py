"""The wide preset, and what scenes show at each point of a training."""

import json
from pathlib import Path

import pytest

from engine.training.config import TrainingConfig
from engine.training.curriculum import stage
from engine.training.scenes import SceneConfig
from engine.values.errors import BadInput


def test_stages_follow_each_other(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    wanted = {
        "scenes": {"pairs": 0.4, "styles": ["flat"]},
        "curriculum": [
            {"share": 0.25, "scenes": {"pairs": 0.0, "sizes": [96]}},
            {"share": 0.25, "scenes": {"tinted": 0.0}},
        ],
    }
    path.write_text(json.dumps(wanted))
    config = TrainingConfig.read(path)
    first, second = stage(config, 0.1), stage(config, 0.25)
    assert (first.pairs, first.sizes, first.styles) == (0.0, (96,), ("flat",))
    assert (second.pairs, second.tinted, second.styles) == (0.4, 0.0, ("flat",))
    assert stage(config, 0.5) == stage(config, 1.0) == config.scenes
    assert TrainingConfig.read(path).to_json() == config.to_json()


def test_without_a_curriculum_scenes_never_change() -> None:
    assert stage(TrainingConfig(), 0.0) == stage(TrainingConfig(), 1.0) == SceneConfig()


@pytest.mark.parametrize("stages", ['[{"share": "much"}]', '[{"scenes": {}}]', "3"])
def test_a_curriculum_that_makes_no_sense_is_refused(tmp_path: Path, stages: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(f'{{"curriculum": {stages}}}')
    with pytest.raises(BadInput, match="not a training configuration"):
        TrainingConfig.read(path)


def test_the_wide_preset_shows_what_it_says() -> None:
    config = TrainingConfig.layered((Path("wide"),))
    scenes = config.scenes
    assert len(set(scenes.concepts)) == len(scenes.concepts) > 190
    assert set(SceneConfig().concepts) <= set(scenes.concepts)
    assert {name.rpartition("/")[0] for name in scenes.without} <= set(scenes.concepts)
    shares = [stage(config, share) for share in (0.0, 0.2, 0.5)]
    assert shares[0].landscapes == 0 < shares[1].landscapes < shares[2].landscapes
    assert shares[2] == scenes
