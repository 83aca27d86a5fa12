"""What the desktop is told: the desktop entry, the metainfo, the file type, and the icons.

Checked against the rules of their specifications, and by the desktop's own validators where they
are installed.
"""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from app.dialogs.paths import PICTURES
from app.models.files import PROJECT_SUFFIX

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging" / "linux"
ID = "org.ellbox.Ellbox"
MIME = "application/x-ellbox"
SPACE = "{http://www.freedesktop.org/standards/shared-mime-info}"
SIDES = (16, 24, 32, 48, 64, 128, 256, 512)
MIME_SUFFIXES = {
    "image/png": "*.png", "image/jpeg": "*.jpg", "image/webp": "*.webp", "image/tiff": "*.tif",
    "image/avif": "*.avif", "image/bmp": "*.bmp", "image/gif": "*.gif",
}  # fmt: skip


def desktop_entry() -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(LINUX / f"{ID}.desktop", encoding="utf-8")
    assert parser.sections() == ["Desktop Entry"]
    return dict(parser["Desktop Entry"])


def metainfo() -> ElementTree.Element:
    return ElementTree.parse(LINUX / f"{ID}.metainfo.xml").getroot()


def test_the_desktop_entry_starts_the_command_with_a_file() -> None:
    entry = desktop_entry()
    assert entry["Type"] == "Application" and entry["Terminal"] == "false"
    assert entry["Exec"] == "ellbox %f" and entry["TryExec"] == "ellbox"
    assert 'ellbox = "app.__main__:main"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert entry["Icon"] == ID
    lists = ("Categories", "Keywords", "MimeType")
    assert all(entry[name].endswith(";") for name in lists)
    assert entry["Categories"].split(";")[0] == "Graphics"
    for name in entry:
        assert re.fullmatch(r"[A-Za-z0-9-]+(\[[a-z]{2}\])?", name)


def test_the_window_is_known_by_the_same_name() -> None:
    assert f'setDesktopFileName("{ID}")' in (ROOT / "app" / "desk.py").read_text(encoding="utf-8")


def test_it_is_offered_for_what_it_opens() -> None:
    types = set(desktop_entry()["MimeType"].rstrip(";").split(";"))
    assert {MIME, *MIME_SUFFIXES} <= types
    assert set(MIME_SUFFIXES.values()) <= set(PICTURES.split())


def test_the_metainfo_names_the_same_program() -> None:
    root = metainfo()
    assert root.tag == "component" and root.attrib == {"type": "desktop-application"}
    found = {each.tag: (each.text or "").strip() for each in root}
    assert found["id"] == ID and found["launchable"] == f"{ID}.desktop"
    assert found["metadata_license"] == "CC0-1.0" and found["project_license"] == "Apache-2.0"
    assert len(found["summary"]) <= 35 * 3 and not found["summary"].endswith(".")
    assert [each.text for each in root.iter("mediatype")] == [MIME]
    assert [each.text for each in root.iter("binary")] == ["ellbox"]
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    releases = [each.attrib["version"] for each in root.iter("release")]
    assert releases[0] == version[1]


def test_the_file_type_is_known_by_its_suffix() -> None:
    root = ElementTree.parse(LINUX / f"{ID}.mime.xml").getroot()
    (kind,) = root.findall(f"{SPACE}mime-type")
    assert kind.attrib["type"] == MIME
    patterns = [each.attrib["pattern"] for each in kind.findall(f"{SPACE}glob")]
    assert patterns == [f"*{PROJECT_SUFFIX}"]
    icon = kind.find(f"{SPACE}icon")
    assert icon is not None
    assert (LINUX / "icons" / f"{icon.attrib['name']}.svg").is_file()


@pytest.mark.parametrize("side", SIDES)
def test_each_icon_is_the_drawing_in_its_size(side: int) -> None:
    stored = np.asarray(
        Image.open(LINUX / "icons" / f"{side}x{side}" / f"{ID}.png").convert("RGBA")
    )
    assert stored.shape == (side, side, 4)
    drawn = QImage(side, side, QImage.Format.Format_RGBA8888)
    drawn.fill(Qt.GlobalColor.transparent)
    svg = (ROOT / "assets" / "icons" / "ellbox.svg").read_bytes()
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixels = np.frombuffer(drawn.constBits(), np.uint8).reshape(side, side, 4)
    assert np.abs(pixels.astype(int) - stored).mean() < 2


def test_the_desktops_own_validators_agree(tmp_path: Path) -> None:
    packages = tmp_path / "mime" / "packages"
    packages.mkdir(parents=True)
    shutil.copy(LINUX / f"{ID}.mime.xml", packages / f"{ID}.xml")
    commands = (
        ("desktop-file-validate", str(LINUX / f"{ID}.desktop")),
        ("appstreamcli", "validate", "--no-net", str(LINUX / f"{ID}.metainfo.xml")),
        ("update-mime-database", str(tmp_path / "mime")),
    )
    here = [command for command in commands if shutil.which(command[0])]
    if not here:
        pytest.skip("no validator of the desktop is installed")
    for command in here:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning" not in done.stdout.lower(), done.stdout
    if shutil.which("update-mime-database"):
        assert f"{MIME}:*{PROJECT_SUFFIX}" in (tmp_path / "mime" / "globs").read_text()
