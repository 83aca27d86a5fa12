"""Rules of the house that no linter checks: names, bare starts, what may be tracked, sizes."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
MIB = 1024 * 1024

# Put together here, so that this file does not hold what it looks for.
HOMES = "|".join(("work", "farm", "root", "home", "Users", "mnt"))
ABSOLUTE_PATH = re.compile(rf"(?<![\w.:/}}~-])/(?:{HOMES})/[\w.]")
REGISTRY_HOST = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("anaconda", "org"),
            ("crates", "io"),
            ("proxy", "golang", "org"),
            ("download", "pytorch", "org"),
        )
    )
)


@cache
def tracked_files() -> tuple[Path, ...]:
    """What git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def texts() -> list[tuple[str, str]]:
    """(name, text) of every tracked text file."""
    found = []
    for path in tracked_files():
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            found.append((path.relative_to(ROOT).as_posix(), data.decode("utf-8", "replace")))
    return found


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_is_named_by_nothing() -> None:
    names = {path.relative_to(ROOT): path.stem.strip("_").lower() for path in tracked_files()}
    folders = {folder for path in names for folder in path.parent.parts}
    assert not [str(path) for path, stem in names.items() if stem in FORBIDDEN_NAMES]
    assert not folders & FORBIDDEN_NAMES


def test_no_absolute_path_is_tracked() -> None:
    assert not lines_matching(ABSOLUTE_PATH)


def test_no_package_registry_is_named() -> None:
    assert not lines_matching(REGISTRY_HOST)


def test_the_searches_find_what_they_look_for() -> None:
    assert ABSOLUTE_PATH.search('open("' + "/".join(("", "home", "me", "picture.png")) + '")')
    assert not ABSOLUTE_PATH.search("app/home/page")
    assert REGISTRY_HOST.search("https://" + ".".join(("pypi", "org")))


def loaded_by(*modules: str) -> set[str]:
    """Top-level names that a fresh Python holds after importing the modules."""
    code = (
        f"import sys, {', '.join(modules)}; print(*{{name.split('.')[0] for name in sys.modules}})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return set(done.stdout.split())


def test_the_window_starts_without_torch() -> None:
    loaded = loaded_by("app", "app.__main__", "app.application", "app.window")
    assert not loaded & {"torch", "open_clip", "timm"}


def test_the_engine_starts_without_qt_or_torch() -> None:
    loaded = loaded_by("engine", "engine.cli", "engine.catalog", "engine.runtime.worker")
    assert not loaded & {"PySide6", "torch", "open_clip", "timm"}


def normal(requirement: str) -> str:
    """The name in a requirement, as indexes compare names."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_every_dependency_has_one_tested_version() -> None:
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert not [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)]
    names = [normal(pin) for pin in pins]
    assert len(names) == len(set(names))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert {normal(requirement) for requirement in wanted} <= set(names)


def test_assets_fit() -> None:
    """No file above 16 MiB, all within 120 MiB; the Lformer and its towers within 60 MB, what each
    other generator needs beside them within 20 MB."""
    folder = Path(str(resources.files("assets")))
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    assert not [str(path) for path, size in sizes.items() if size > 16 * MIB]
    assert sum(sizes.values()) <= 120 * MIB
    models = {path.parent for path in folder.rglob("model.json")}
    assert len(models) == 4
    for model in models:
        size = sum(size for path, size in sizes.items() if path.parent == model)
        assert size <= (60_000_000 if model.name == "lformer" else 20_000_000), model.name


def test_every_module_says_what_it_is_about() -> None:
    packages = {"app", "engine", "assets", "benchmarks"}
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in packages
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent
