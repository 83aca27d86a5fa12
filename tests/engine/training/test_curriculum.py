"""The wide preset, and what scenes show at each point of a training."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.training.config import Stage, TrainingConfig
from engine.training.curriculum import stage
from engine.training.generator import scene_order
from engine.training.parts import Workshop, scenes_of
from engine.training.scenes import SceneConfig
from engine.values.errors import BadInput
from tests.tiny_bank import PAINTS, write_tiny_bank


def test_stages_follow_each_other(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    wanted = {
        "scenes": {"pairs": 0.4, "styles": ["flat"]},
        "curriculum": [
            {"count": 100, "scenes": {"pairs": 0.0, "sizes": [96]}},
            {"count": 50, "scenes": {"tinted": 0.0}},
        ],
    }
    path.write_text(json.dumps(wanted))
    config = TrainingConfig.read(path)
    first, second = stage(config, 99), stage(config, 100)
    assert (first.pairs, first.sizes, first.styles) == (0.0, (96,), ("flat",))
    assert (second.pairs, second.tinted, second.styles) == (0.4, 0.0, ("flat",))
    assert stage(config, 150) == stage(config, 2**40) == config.scenes
    assert TrainingConfig.read(path).to_json() == config.to_json()


def test_without_a_curriculum_scenes_never_change() -> None:
    assert stage(TrainingConfig(), 0) == stage(TrainingConfig(), 2**40) == SceneConfig()


def test_training_reads_the_stages(tmp_path: Path) -> None:
    concepts = tuple(PAINTS)
    narrow = SceneConfig(concepts=concepts[:1], pairs=0.0)
    config = TrainingConfig(
        scenes=replace(narrow, concepts=concepts[1:2]), curriculum=(Stage(3, narrow),)
    )
    write_tiny_bank(tmp_path / "bank.npz")
    shop = Workshop(config, tmp_path, tmp_path / "bank.npz", torch.device("cpu"))
    shown = [scene.objects[0].concept for scene in map(scenes_of(shop), range(6))]
    assert shown == [concepts[0]] * 3 + [concepts[1]] * 3


def test_generators_meet_scenes_in_their_order_and_then_mixed() -> None:
    orders = np.concatenate([scene_order(step, 4, 10) for step in range(5)])
    assert orders[:10].tolist() == list(range(10))
    assert sorted(orders[10:]) == list(range(10)) != orders[10:].tolist()


@pytest.mark.parametrize("stages", ['[{"count": "much"}]', '[{"scenes": {}}]', "3"])
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
    early, later, last = (stage(config, number) for number in (0, 10_000, 30_000))
    assert early.landscapes == 0 < later.landscapes < last.landscapes
    assert last == scenes
