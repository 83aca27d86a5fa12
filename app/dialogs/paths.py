"""Native file dialogs: each asks for one path and returns None when it is closed."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.texts import tr

PICTURES = "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff *.avif"


def ask_open(parent: QWidget, folder: str) -> Path | None:
    kinds = (
        (tr("Pictures and projects"), f"{PICTURES} *.ellbox"),
        (tr("Pictures"), PICTURES),
        (tr("All files"), "*"),
    )
    filters = ";;".join(f"{kind} ({endings})" for kind, endings in kinds)
    chosen, _ = QFileDialog.getOpenFileName(parent, tr("Open"), folder, filters)
    return Path(chosen) if chosen else None


def ask_project(parent: QWidget, suggested: str) -> Path | None:
    kind = tr("Ellbox project")
    chosen, _ = QFileDialog.getSaveFileName(
        parent, tr("Save project"), suggested, f"{kind} (*.ellbox)"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(".ellbox")
