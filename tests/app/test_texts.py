"""Every text that people see or hear is marked with `tr`: read from the source of the window."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.texts import translation_file, translations

ROOT = Path(__file__).resolve().parents[2]
MARKS = ("tr", "QT_TR_NOOP")
SHOWN_BY = {
    "QAction", "QCheckBox", "QGroupBox", "QLabel", "QPushButton", "QRadioButton", "QTreeWidgetItem",
    "Row", "Stage", "Trouble", "addAction", "addButton", "addItem", "addMenu", "addRow", "addTab",
    "announce", "drawText", "emit", "say", "setAccessibleDescription", "setAccessibleName",
    "setDetailedText", "setHeaderLabels", "setInformativeText", "setPlaceholderText", "setPrefix",
    "setSpecialValueText", "setStatusTip", "setSuffix", "setText", "setToolTip", "setWhatsThis",
    "setWindowTitle", "showMessage",
}  # fmt: skip
"""Calls whose texts are for people, even those of one word."""
UNSEEN = {
    "BadInput", "TypeVar", "ValueError", "WeightsMissing", "cast", "debug", "info",
    "setObjectName", "setProperty", "setStyleSheet",
}  # fmt: skip
"""Calls whose texts are for the program or its log, or have templates (engine_sentences.py)."""
ELSEWHERE = {
    "app/theme.py": "style sheets",
    "app/tour.py": "a tour without a window, told to a terminal in English like every command",
}
ALLOWED = {
    "There is no display, so Ellbox shows itself in a tour without one.\n",  # to the terminal
    "English", "Deutsch",  # each language is called by its own name
    "<b>Ellbox</b>",
    " - Ellbox",
    "ellbox weights convert",  # to be typed so
    "open_document refuses such a project",  # of an assert
    " MB",
}  # fmt: skip
WORDS = re.compile(r"[A-Za-z]{2,}[,;:.!?]* +[A-Za-z]|\b[A-Z][a-z]+ |\s[a-z]{2,}\b|\b[a-z]{2,}:? $")
ONE_WORD = re.compile(r"[A-Za-z]{2,}")
CODE = re.compile(r"[<>{}=;$/*]|^[a-z_-]+$|%s|--")
KEY = re.compile(
    r"(Ctrl\+|Shift\+|Alt\+)*(Backspace|Del|Down|End|Enter|Esc|Home|Left|Return|Right|Up|.)?"
)


def sources() -> list[Path]:
    return [
        path
        for path in sorted((ROOT / "app").rglob("*.py"))
        if str(path.relative_to(ROOT)) not in ELSEWHERE
    ]


def called(call: ast.AST) -> str:
    if not isinstance(call, ast.Call):
        return ""
    of = call.func
    return of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""


def walk(node: ast.AST, calls: tuple[str, ...] = ()) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Line, text and the calls around it, the nearest last; texts that describe code left out."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
        return
    if isinstance(node, ast.JoinedStr):
        literal = (part.value for part in node.values if isinstance(part, ast.Constant))
        yield node.lineno, "".join(map(str, literal)), calls
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value, calls
    for name, value in ast.iter_fields(node):
        keys = isinstance(node, ast.Dict) and name == "keys"
        if keys or name in ("annotation", "returns", "slice", "comparators"):
            continue
        inner = (*calls, called(node)) if name in ("args", "keywords") else calls
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not (
                isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)
            ):
                yield from walk(child, inner)


def unmarked(source: str) -> list[tuple[int, str]]:
    """Texts for people that nobody could translate."""
    found = []
    for line, text, calls in walk(ast.parse(source)):
        code = CODE.search(text) or KEY.fullmatch(text)
        if text in ALLOWED or set(calls) & {*MARKS, *UNSEEN} or code:
            continue
        shown = bool(calls) and calls[-1] in SHOWN_BY and ONE_WORD.search(text) is not None
        if shown or WORDS.search(text):
            found.append((line, text))
    return found


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ('label.setText("Apply")', 1),
        ('label.setText(f"{count} left")', 1),
        ('label.setText("Apply" if ready else tr("Wait"))', 1),
        ('self.noticed.emit(f"Saved {path}")', 1),
        ('NOTE = "Nothing is asked of any server."', 1),
        ('told = f"{size} in {files} files"', 1),
        ('told = f"from step {begins}, {told}"', 1),
        ('label.setText(tr("Apply"))', 0),
        ('label.setText(tr("{count} left").format(count=count))', 0),
        ('log.info("settings could not be written to %s", path)', 0),
        ('widget.setObjectName("prompt")', 0),
        ('def told() -> str:\n    """Says what it is."""\n    return name', 0),
    ],
)
def test_unmarked_texts_are_found(source: str, faults: int) -> None:
    assert len(unmarked(source)) == faults


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_is_marked(path: Path) -> None:
    assert unmarked(path.read_text(encoding="utf-8")) == []


def marked(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if called(node) in MARKS and isinstance(node, ast.Call):
            (text,) = node.args
            if isinstance(text, ast.Constant):
                yield str(text.value)


def test_every_marked_text_is_collected() -> None:
    """lupdate reads the source in its own way; what it does not see would stay English."""
    german = translations(translation_file("de"))
    missing = {text for path in sources() for text in marked(path) if text not in german}
    assert missing == set()
