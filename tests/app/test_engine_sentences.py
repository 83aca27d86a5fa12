"""What the engine says is said in the language of the window, and nothing of it is forgotten."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.desk import build_application
from app.models.engine_sentences import FIELD, SENTENCES, in_window_language
from app.models.jobs import Trouble
from app.texts import speak, translation_file, translations
from engine.values.errors import BadInput
from engine.values.jobs import Failed

ROOT = Path(__file__).resolve().parents[2]
MET = (
    "app/models/fetching.py", "app/models/files.py", "engine/atomic_write.py", "engine/decoding",
    "engine/document", "engine/memory.py", "engine/runtime", "engine/text/class_names.py",
    "engine/values", "engine/weights",
)  # fmt: skip
"""Where sentences come from that a person at the window can meet."""
NOT_MET = {
    "The quality must lie between 1 and 100, not {}.",  # the dialog's field has these ends
    "The weights file {} holds no tensors by name.",  # of conversions, in a terminal
    "The weights file {} cannot be read safely: {}",
    "Use the file as it was published.",
}
ERRORS = {"BadInput", "NotNow", "OutOfMemory", "WeightsMissing"}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for name in MET:
        path = ROOT / name
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def constants(module: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def templates(node: ast.expr, named: dict[str, str]) -> list[str]:
    """What an expression can say, with `{}` for whatever is put in; [] where that is not seen."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Name(id=name) if name in named:
            return [named[name]]
        case ast.IfExp(body=one, orelse=other):
            return [*templates(one, named), *templates(other, named)]
        case ast.JoinedStr(values=parts):
            said = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts
            )
            return [said]
        case ast.BinOp(left=left, right=right):
            sides = [templates(side, named) or ["{}"] for side in (left, right)]
            return ["".join(pair) for pair in itertools.product(*sides)]
    return []


def errors(module: ast.Module) -> Iterator[str]:
    named = constants(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS:
            for argument in node.args:
                yield from templates(argument, named)


def plain(template: str) -> str:
    return FIELD.sub("{}", template)


def test_every_error_that_can_be_met_has_its_template() -> None:
    known = {plain(each) for each in SENTENCES} | NOT_MET
    said = {each for _, module in sources() for each in errors(module)}
    # Two sentences in one text are two templates; a text of one field says nothing itself.
    parts = {
        part for text in said for part in ([text] if text in known else re.split(r"(?<=\.) ", text))
    }
    assert len(parts) > 100 and parts - known - {"{}"} == set()


def test_no_template_is_left_of_what_nobody_says() -> None:
    files = [*(ROOT / "engine").rglob("*.py"), *(ROOT / "app").rglob("*.py")]
    own = ROOT / "app" / "models" / "engine_sentences.py"
    nodes = (
        node
        for path in files
        if path != own
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    said = "\n".join([*texts, (ROOT / "weights_manifest.json").read_text(encoding="utf-8")])
    telling = {
        each: [part for part in FIELD.split(each)[::2] if len(part) > 3] for each in SENTENCES
    }
    assert [each for each, parts in telling.items() if not any(p in said for p in parts)] == []


@pytest.fixture
def german(qtbot: QtBot) -> Iterator[None]:
    texts = speak(build_application([]), "de")
    assert texts is not None
    yield
    QCoreApplication.removeTranslator(texts)


@pytest.mark.parametrize("template", SENTENCES)
def test_each_template_knows_its_own_sentence(german: None, template: str) -> None:
    """Whatever fills it, be it a path with a full stop; no other template takes it."""
    fields = {name: f"a b-{place}.png" for place, name in enumerate(FIELD.findall(template))}
    expected = translations(translation_file("de"))[template].format(**fields)
    assert in_window_language(template.format(**fields)) == expected


def test_english_stays_as_it_is() -> None:
    for template in SENTENCES:
        said = FIELD.sub("a photo.png", template)
        assert in_window_language(said) == said


def test_sentences_in_a_row_and_within_each_other(german: None) -> None:
    said = "The grey picture became RGB. Only the first of 3 frames was opened."
    told = "Das Graustufenbild wurde zu RGB. Nur das erste von 3 Einzelbildern wurde geöffnet."
    assert in_window_language(said) == told
    kept = "Your work could not be kept aside: There is no folder /a."
    assert (
        in_window_language(kept) == "Die Arbeit ließ sich nicht sichern: Es gibt keinen Ordner /a."
    )


def test_what_is_not_known_is_shown_as_it_came(german: None) -> None:
    assert in_window_language("Nobody has said this before.") == "Nobody has said this before."


def test_troubles_are_told_in_the_language_of_the_window(german: None) -> None:
    trouble = Trouble.of(BadInput("There is no box to cut out.", "Draw a box first."))
    assert trouble.told == "Es gibt keinen Rahmen zum Ausschneiden. Zuerst einen Rahmen zeichnen."
    failed = Failed(1, "Something unexpected went wrong.", "", "Traceback: no file")
    assert Trouble.of(failed).details == "Traceback: no file"
