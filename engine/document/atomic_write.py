"""A file is written whole or not at all."""

import os
import tempfile
from pathlib import Path

from engine.values.errors import BadInput

_REMEDY = "Choose another folder or file name."


def check_target(path: Path) -> None:
    """BadInput when a file could not be written at `path`; asked before long work begins."""
    if path.exists() and not path.is_file():
        raise BadInput(f"{path} is not a file that can be replaced.", _REMEDY)
    folder = path.resolve().parent
    if not folder.is_dir():
        raise BadInput(f"There is no folder {path.parent}.", "Create it, or choose another.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadInput(f"The folder {folder} cannot be written to.", _REMEDY)


def write_whole(path: Path, data: bytes) -> None:
    """Replaces `path` by `data` in one move; on failure (BadInput) the old file is untouched."""
    check_target(path)
    target = path.resolve()  # a link keeps pointing at the file that it names
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:64]}.", dir=target.parent)
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.chmod(_mode(target))
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}.", _REMEDY) from error


def _mode(target: Path) -> int:
    """Permission bits: those of the file replaced, else what the user's umask leaves."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0o077)
    os.umask(umask)
    return 0o666 & ~umask
