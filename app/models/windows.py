"""Another window: a process of its own, so that what stops one picture stops no other."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QProcess


def window_command(files: Sequence[Path]) -> list[str]:
    """What starts Ellbox with these files, whichever way this one was started."""
    # -P: a folder called app where it happens to be started is not taken for this one.
    return [sys.executable, "-P", "-m", "app", *(str(file.absolute()) for file in files)]


def open_window(files: Sequence[Path]) -> bool:
    """Start it and let it go; False when the system starts nothing."""
    program, *arguments = window_command(files)
    started, _ = QProcess.startDetached(program, arguments)
    return started
