"""`ellbox train judge` and `evaluate` on the real engine with tiny networks."""

import json
from pathlib import Path

import pytest
import torch

from engine.quality.commands import measure_app
from engine.quality.judge import Judge, JudgeNetwork, Labels
from engine.training.scenes import SceneConfig
from engine.values.errors import BadInput
from tests.tiny_bank import PAINTS, write_tiny_bank
from tests.tiny_model import write_tiny_model

CHAPTERS = ("prompts", "scene-boxes", "photo-boxes", "diversity")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bank, a configuration of its concepts, a model and an untrained judge."""
    folder = tmp_path_factory.mktemp("studio")
    write_tiny_bank(folder / "bank.npz")
    write_tiny_model(folder / "model")
    scenes = {"concepts": list(PAINTS)}
    (folder / "config.json").write_text(json.dumps({"scenes": scenes}))
    labels = Labels.of(SceneConfig(concepts=tuple(PAINTS)))
    torch.manual_seed(0)
    Judge(JudgeNetwork(labels, width=8), labels).save(folder / "judge.safetensors")
    return folder


def run(studio: Path, command: str, *options: str) -> None:
    """As `ellbox train COMMAND` with the studio's files."""
    files = ("--bank", str(studio / "bank.npz"), "--config", str(studio / "config.json"))
    measure_app(args=[command, *files, *options], standalone_mode=False)


def evaluate(studio: Path, *options: str) -> None:
    given = ("--model", str(studio / "model"), "--judge", str(studio / "judge.safetensors"))
    run(studio, "evaluate", *given, "--samples", "2", "--device", "cpu", *options)


def test_evaluate_prints_the_table_and_repeats_it(
    studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chapters = [word for chapter in CHAPTERS for word in ("--chapter", chapter)]
    written = ("--json", str(tmp_path / "out.json"), "--sheets", str(tmp_path / "sheets"))
    evaluate(studio, *chapters, *written)
    table = capsys.readouterr().out
    result = json.loads((tmp_path / "out.json").read_text())
    names = [figure["name"] for figure in result["figures"]]
    assert all(f"| {name} |" in table for name in names)
    assert len(names) == len(set(names)) == 9 + 2 + 2 + 2
    rows = {figure["name"]: figure for figure in result["figures"]}
    for where in ("scenes", "photos"):
        untouched = rows[f"box on {where}: rest untouched"]
        assert untouched["estimate"]["value"] == 1.0 and untouched["meets_gpu"]
        assert untouched["note"].startswith("0 of ")
    assert rows["diversity in pixels, against real"]["estimate"]["value"] > 0
    assert (result["backend"], result["samples"], len(result["judge"])) == ("lformer", 2, 64)
    assert {path.stem for path in (tmp_path / "sheets").iterdir()} == set(CHAPTERS)
    evaluate(studio, "--chapter", "scene-boxes")
    again = [row for row in capsys.readouterr().out.splitlines() if row.startswith("| box")]
    assert again == [row for row in table.splitlines() if row.startswith("| box on scenes")]


def test_what_does_not_fit_is_refused_in_a_sentence(studio: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="takes 32 px, but scenes have 128 px"):
        evaluate(studio, "--chapter", "tokenizer")
    with pytest.raises(BadInput, match="no chapter 'colours'"):
        evaluate(studio, "--chapter", "colours")
    with pytest.raises(BadInput, match="There is no generator 'other'"):
        evaluate(studio, "--backend", "other")
    with pytest.raises(BadInput, match="cannot be read as a judge"):
        evaluate(studio, "--judge", str(tmp_path / "none"))


def test_the_judge_command_writes_a_judge(studio: Path, tmp_path: Path) -> None:
    options = ("--steps", "1", "--batch", "4", "--workers", "0", "--threads", "1")
    run(studio, "judge", "--folder", str(tmp_path), "--device", "cpu", *options)
    judge = Judge.read(tmp_path / "judge" / "judge.safetensors")
    assert judge.labels.concepts == tuple(PAINTS)
