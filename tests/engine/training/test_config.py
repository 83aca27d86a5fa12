"""Training configurations: layers of JSON over the defaults, and what the loops are told."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.training.config import PRESETS, TrainingConfig, changed_loop
from engine.training.parts import TASKS, loop_config
from engine.values.errors import BadInput


def written(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(json.dumps(content))
    return path


def test_a_configuration_names_only_what_differs(tmp_path: Path) -> None:
    path = written(tmp_path / "config.json", {"kl_weight": 0.5, "scenes": {"sizes": [56]}})
    config = TrainingConfig.read(path)
    assert config.kl_weight == 0.5
    assert config.scenes.sizes == (56,)
    assert config.tokenizer == TrainingConfig().tokenizer


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"unknown": 1}', '{"scenes": {"unknown": 1}}', '{"loops": 3}']
)
def test_a_wrong_configuration_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(BadInput, match="is not a training configuration"):
        TrainingConfig.read(path)


def test_later_files_go_over_earlier_ones(tmp_path: Path) -> None:
    first = {"kl_weight": 0.5, "loops": {"clip": {"batch": 7, "lr": 0.5}}, "scenes": {"side": 64}}
    second = {"kl_weight": 0.7, "loops": {"clip": {"batch": 9}}}
    config = TrainingConfig.layered(
        [written(tmp_path / "a.json", first), written(tmp_path / "b.json", second)]
    )
    assert (config.kl_weight, config.scenes.side) == (0.7, 64)
    clip = loop_config(config, "clip", {})
    assert (clip.batch, clip.lr, clip.minutes) == (9, 0.5, 7.0)


def test_a_new_budget_takes_the_place_of_the_old_one() -> None:
    assert changed_loop({"minutes": 3.0, "lr": 1.0}, {"steps": 5}) == {"lr": 1.0, "steps": 5}
    assert changed_loop({"steps": 5}, {"lr": 2.0}) == {"steps": 5, "lr": 2.0}


def test_every_part_has_loop_settings_and_unknown_ones_are_refused() -> None:
    for part in TASKS:
        assert loop_config(TrainingConfig(), part, {}).minutes
    with pytest.raises(BadInput, match="settings of clip do not fit"):
        loop_config(TrainingConfig(), "clip", {"speed": 3})


def test_presets_are_taken_by_name_and_fit() -> None:
    names = [path.stem for path in PRESETS.glob("*.json")]
    assert "gpu" in names
    for name in names:
        config = TrainingConfig.layered([Path(name)])
        assert config != TrainingConfig()
        for part in TASKS:
            loop_config(config, part, {})
