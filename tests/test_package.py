"""The wheel: everything that Ellbox needs at run time is inside, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built by the backend itself: no network, no isolated environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
    subprocess.run(
        [sys.executable, "-c", command, str(folder)], cwd=ROOT, check=True, capture_output=True
    )
    return next(folder.glob("ellbox-*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> frozenset[str]:
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


def shipped_assets() -> set[str]:
    ignored = ("__pycache__",)
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "assets").rglob("*")
        if path.is_file() and not any(part in ignored for part in path.parts)
    }


def test_every_asset_is_in_the_wheel(names: frozenset[str]) -> None:
    assert shipped_assets() <= names


@pytest.mark.parametrize(
    "name",
    [
        "app/__main__.py",
        "engine/cli.py",
        "assets/__init__.py",
        "assets/weights_manifest.json",
        "assets/icons/ellbox.svg",
        "assets/embedded/lformer/model.json",
        "assets/embedded/lformer/MODEL_CARD.md",
    ],
)
def test_what_the_program_reads_is_in_the_wheel(names: frozenset[str], name: str) -> None:
    assert name in names


def test_no_other_top_level_package_is_installed(names: frozenset[str]) -> None:
    folders = {name.partition("/")[0] for name in names}
    packages = {each for each in folders if not each.endswith((".dist-info", ".data"))}
    assert packages == {"app", "assets", "engine"}


def test_the_desktop_is_told_of_it(names: frozenset[str]) -> None:
    shared = {name.partition(".data/data/share/")[2] for name in names if ".data/" in name}
    sides = (16, 24, 32, 48, 64, 128, 256, 512)
    assert shared == {
        "applications/org.ellbox.Ellbox.desktop",
        "metainfo/org.ellbox.Ellbox.metainfo.xml",
        "mime/packages/org.ellbox.Ellbox.xml",
        "icons/hicolor/scalable/apps/org.ellbox.Ellbox.svg",
        "icons/hicolor/scalable/mimetypes/application-x-ellbox.svg",
        *(f"icons/hicolor/{side}x{side}/apps/org.ellbox.Ellbox.png" for side in sides),
    }


def test_the_command_is_declared(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        entry_points = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))
        assert "ellbox = app.__main__:main" in archive.read(entry_points).decode()


def test_the_unpacked_wheel_finds_its_assets(wheel: Path, tmp_path: Path) -> None:
    """Away from the checkout: icons and the built-in model are found as package data."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import engine.catalog, assets\n"
        "assert assets.__file__.startswith(sys.argv[1]), assets.__file__\n"
        "print([spec.key for spec in engine.catalog.catalog()])"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path / "site")],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "lformer" in found.stdout
