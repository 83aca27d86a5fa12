"""What runs where, and what is missing: the answer of `ellbox doctor`."""

import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine.catalog import spec_of
from engine.system_libraries import install_line, missing_packages
from engine.values.errors import EngineError
from engine.weights.store import embedded_folders, read_folder, verify

PACKAGES = ("torch", "open_clip_torch", "PySide6_Essentials", "numpy", "Pillow", "safetensors")


@dataclass(frozen=True, slots=True)
class Report:
    """lines: for people. healthy: nothing that Ellbox needs is missing."""

    lines: tuple[str, ...]
    healthy: bool


@dataclass(frozen=True, slots=True)
class Finding:
    text: str
    well: bool = True


def examine() -> Report:
    """Looks at everything; verifies the weights by their sha256 and loads torch."""
    findings = [
        Finding(f"ellbox {_version('ellbox')}, Python {platform.python_version()}"),
        Finding(f"system: {platform.platform()}"),
        *_packages(),
        _device(),
        *_weights(embedded_folders()),
        _display(),
        _libraries(missing_packages()),
    ]
    healthy = all(finding.well for finding in findings)
    summary = "Everything is in place." if healthy else "Something is missing: see the ! lines."
    lines = [f"{'  ' if finding.well else '! '}{finding.text}" for finding in findings]
    return Report((*lines, summary), healthy)


def _packages() -> Iterable[Finding]:
    for name in PACKAGES:
        found = _version(name)
        yield Finding(f"{name} {found}", found != "missing")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _device() -> Finding:
    try:
        from engine.runtime.device import choose_device

        return Finding(f"decodes on: {choose_device().describe()}")
    except (ImportError, OSError) as error:
        return Finding(f"torch cannot be loaded: {error}", well=False)


def _weights(folders: Iterable[Path]) -> Iterable[Finding]:
    found = [_model(path) for path in folders]
    return found or [Finding("weights: no built-in model is installed", well=False)]


def _model(path: Path) -> Finding:
    try:
        folder = read_folder(path)
        for file in folder.files.values():
            verify(file)
        size = sum(file.bytes for file in folder.files.values()) / 1e6
        count = len(folder.files)
        title = spec_of(folder).title
        return Finding(f"weights: {title}, {count} files, {size:.1f} MB, verified")
    except EngineError as error:
        return Finding(f"weights: {error}", well=False)


def _display() -> Finding:
    if not sys.platform.startswith("linux"):
        return Finding("display: the system's own")
    for variable in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(variable):
            return Finding(f"display: {variable}={os.environ[variable]}")
    return Finding("display: none, so `ellbox` takes its tour without a window")


def _libraries(packages: tuple[str, ...]) -> Finding:
    if not packages:
        return Finding("system libraries of Qt: all there")
    return Finding(f"system libraries of Qt are missing: {install_line(packages)}", well=False)
