"""A file is written whole or not at all."""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from engine.values.errors import BadInput

if sys.platform != "win32":
    import fcntl

_REMEDY = "Choose another folder or file name."
UNFINISHED = ".part"


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
    """Replaces `path` by `data` in one move; on failure (BadInput) the old file is untouched.

    When it returns, the file lies on the disk. What a killed program left beside it is removed.
    """
    check_target(path)
    target = path.resolve()  # a link keeps pointing at the file that it names
    prefix = f".{target.name[:64]}."
    try:
        remove_unfinished(target.parent, prefix)
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=UNFINISHED, dir=target.parent)
        beside = Path(name)
        try:
            _claim(handle)
            with os.fdopen(handle, "wb", buffering=0) as file:
                write_all(file.fileno(), data)
                os.fsync(file.fileno())
                beside.chmod(_mode(target))
                # While it is open it is claimed, and no other program takes it for a leftover.
                if sys.platform != "win32":
                    beside.replace(target)
            if sys.platform == "win32":
                beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}.", _REMEDY) from error


def write_all(handle: int, data: bytes) -> None:
    """All of `data`; a full disk takes a part and refuses the rest with an OSError."""
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def sync_folder(folder: Path) -> None:
    """A new name in `folder` is on the disk too; Windows does this by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_unfinished(folder: Path, prefix: str = ".") -> None:
    """Removes what `write_whole` was killed over; a file that is still being written stays."""
    for path in folder.glob(f"{_literal(prefix)}*{UNFINISHED}"):
        with contextlib.suppress(OSError):
            _remove_unclaimed(path)


def _remove_unclaimed(path: Path) -> None:
    """Raises OSError when a living program claims the file, which Windows sees to by itself."""
    if sys.platform == "win32":
        path.unlink()
        return
    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    try:
        _claim(handle)
        path.unlink()
    finally:
        os.close(handle)


def _claim(handle: int) -> None:
    """The system drops the claim when the program ends, however it ends."""
    if sys.platform != "win32":
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _literal(name: str) -> str:
    """`name` in a glob pattern, meaning itself."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _mode(target: Path) -> int:
    """Permission bits: those of the file replaced, else what the user's umask leaves."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0o077)
    os.umask(umask)
    return 0o666 & ~umask
