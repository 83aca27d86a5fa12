"""Published packages as downloaded: npm's .tgz, Debian's .deb, or folders that hold either."""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.values.errors import BadInput

WANTED = (".json", ".svg", ".webp")
AR_MARK = b"!<arch>\n"
AR_HEADER_BYTES = 60
"""Of each member of a Unix archive: name in 16 bytes, ..., size in 10 bytes from 48 on."""


@dataclass(frozen=True, slots=True)
class Package:
    """files: path inside the package -> bytes, pictures and JSON only. sha256: of the download,
    '' for a folder that was unpacked."""

    name: str
    version: str
    sha256: str
    files: Mapping[str, bytes]


def open_packages(folder: Path) -> dict[str, Package]:
    """By name, every package in the folder; BadInput names one that cannot be read."""
    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder.", "Give the folder of the downloaded packages.")
    found = [_opened(path) for path in sorted(folder.iterdir())]
    return {package.name: package for package in found if package is not None}


def _opened(path: Path) -> Package | None:
    try:
        if path.name.endswith((".tgz", ".tar.gz")):
            return _npm(dict(_members(path.read_bytes())), _sha256(path))
        if path.suffix == ".deb":
            return _debian(path)
        if (path / "package.json").exists():
            return _npm({f"package/{name}": data for name, data in _unpacked(path)}, "")
        if (path / "usr" / "share" / "openclipart").is_dir():
            return Package("openclipart-svg", "unpacked", "", dict(_unpacked(path)))
    except (OSError, EOFError, KeyError, ValueError, tarfile.TarError) as error:
        raise BadInput(
            f"{path} cannot be read as a package: {error}.", "Download it again."
        ) from error
    return None


def _npm(files: dict[str, bytes], sha256: str) -> Package:
    said = json.loads(files["package/package.json"])
    return Package(said["name"], said["version"], sha256, files)


def _debian(path: Path) -> Package:
    parts = dict(_ar_members(path.read_bytes()))
    control = next(data for name, data in parts.items() if name.startswith("control.tar"))
    data = next(data for name, data in parts.items() if name.startswith("data.tar"))
    fields = dict(_members(control, suffixes=("control",)))
    said = next(text for name, text in fields.items() if name.endswith("control")).decode()
    name, version = (re.search(rf"^{key}: (.+)$", said, re.M) for key in ("Package", "Version"))
    if name is None or version is None:
        raise ValueError("it does not say its name and version")
    return Package(name[1], version[1], _sha256(path), dict(_members(data)))


def _ar_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each member of a Unix archive."""
    if not data.startswith(AR_MARK):
        raise ValueError("it is no Debian package")
    place = len(AR_MARK)
    while place + AR_HEADER_BYTES <= len(data):
        header = data[place : place + AR_HEADER_BYTES]
        size = int(header[48:58])
        place += AR_HEADER_BYTES
        yield header[:16].decode().strip().rstrip("/"), data[place : place + size]
        place += size + size % 2


def _members(data: bytes, suffixes: tuple[str, ...] = WANTED) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            if member.isfile() and member.name.endswith(suffixes):
                file = tar.extractfile(member)
                if file is not None:
                    yield member.name.removeprefix("./"), file.read()


def _unpacked(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in WANTED:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
