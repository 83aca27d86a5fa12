"""Native file dialogs: each asks for one path and returns None when it is closed."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

PICTURES = "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff *.avif"
OPEN_FILTER = f"Pictures and projects ({PICTURES} *.ellbox);;Pictures ({PICTURES});;All files (*)"
PROJECT_FILTER = "Ellbox project (*.ellbox)"


def ask_open(parent: QWidget, folder: str) -> Path | None:
    chosen, _ = QFileDialog.getOpenFileName(parent, "Open", folder, OPEN_FILTER)
    return Path(chosen) if chosen else None


def ask_project(parent: QWidget, suggested: str) -> Path | None:
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save project", suggested, PROJECT_FILTER)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(".ellbox")
