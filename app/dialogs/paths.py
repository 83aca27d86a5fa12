"""Native file dialogs: each asks for one path and returns None when it is closed."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

PICTURES = "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff *.avif"
OPEN_FILTER = f"Pictures and projects ({PICTURES} *.ellbox);;Pictures ({PICTURES});;All files (*)"
PROJECT_FILTER = "Ellbox project (*.ellbox)"
EXPORT_FILTER = "PNG with recipe (*.png);;JPEG (*.jpg);;WebP (*.webp)"
ANIMATION_FILTER = "Animated GIF (*.gif);;Animated WebP (*.webp)"


def ask_open(parent: QWidget, folder: str) -> Path | None:
    chosen, _ = QFileDialog.getOpenFileName(parent, "Open", folder, OPEN_FILTER)
    return Path(chosen) if chosen else None


def ask_project(parent: QWidget, suggested: str) -> Path | None:
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save project", suggested, PROJECT_FILTER)
    return _with_suffix(chosen, ".ellbox")


def ask_export(parent: QWidget, suggested: str) -> Path | None:
    chosen, kind = QFileDialog.getSaveFileName(parent, "Export picture", suggested, EXPORT_FILTER)
    return _with_suffix(chosen, _first_suffix(kind) or ".png")


def ask_animation(parent: QWidget, suggested: str) -> Path | None:
    chosen, kind = QFileDialog.getSaveFileName(
        parent, "Export decode animation", suggested, ANIMATION_FILTER
    )
    return _with_suffix(chosen, _first_suffix(kind) or ".gif")


def _first_suffix(kind: str) -> str:
    """`.jpg` of `JPEG (*.jpg)`."""
    return kind.rpartition("*")[2].rstrip(")")


def _with_suffix(chosen: str, suffix: str) -> Path | None:
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(suffix)
