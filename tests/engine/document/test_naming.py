"""Names of exported files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document.naming import MAX_NAME_BYTES, file_name, free_path
from engine.values.errors import BadInput

FACTS = {"name": "photo", "what": "edited", "prompt": "a cat / a dog?"}


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{name} {what}", "photo edited"),
        ("{prompt}", "a cat - a dog-"),
        ("plain", "plain"),
        ("  {name}.  ", "photo"),
        ("", "picture"),
        ("..", "picture"),
        ("../{name}", "-photo"),
        ("con", "con picture"),
        ("LPT1.{name}", "LPT1.photo picture"),
    ],
)
def test_a_pattern_becomes_a_name(pattern: str, name: str) -> None:
    assert file_name(pattern, FACTS) == name


def test_an_unknown_word_is_told() -> None:
    with pytest.raises(BadInput, match=r"nothing called \{seed\}.* Use \{name\}, \{what\}"):
        file_name("{seed}", FACTS)


@given(st.text(max_size=200))
def test_any_prompt_gives_a_name_that_can_be_written(prompt: str) -> None:
    name = file_name("{prompt}", {"prompt": prompt})
    assert 0 < len(name.encode()) <= MAX_NAME_BYTES + len(" picture")
    assert Path(name).name == name and "\0" not in name
    assert name == name.strip(" .")


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    path = tmp_path / "photo edited.png"
    assert free_path(path) == path
    path.touch()
    (tmp_path / "photo edited 2.png").touch()
    assert free_path(path) == tmp_path / "photo edited 3.png"
