"""The golden cases, and that the runner notices what it must notice."""

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from tests.golden.__main__ import found, main, run

HERE = Path(__file__).parent
CASES = found(HERE)


def test_all_cases_are_there() -> None:
    assert len(CASES) >= 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_case(case: Path) -> None:
    report = run(case)
    assert report.passed, report.line()


def test_unknown_case_is_a_miss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "nobody"
    shutil.copytree(HERE / "lformer" / "order", case)
    described = json.loads((case / "case.json").read_text())
    (case / "case.json").write_text(json.dumps(described | {"component": "nobody knows"}))
    assert main([str(tmp_path)]) == 1
    assert "MISS nobody" in capsys.readouterr().out


def test_changed_number_is_a_miss(tmp_path: Path) -> None:
    case = tmp_path / "forward_cross"
    shutil.copytree(HERE / "lformer" / "forward_cross", case)
    tensors = load_file(case / "io.safetensors")
    tensors["logits"][0, 0, 0] += 0.01
    save_file(tensors, case / "io.safetensors")
    assert main([str(case)]) == 1


def test_folder_without_cases_is_a_miss(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 1
