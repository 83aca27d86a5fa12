"""A file is written whole or not at all."""

import contextlib
import errno
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.values.errors import BadInput

if sys.platform != "win32":
    import fcntl

_REMEDY = "Choose another folder or file name."
UNFINISHED = ".part"


def check_target(path: Path) -> None:
    """BadInput when a file could not be written at `path`; asked before long work begins."""
    with _told(path):
        if path.exists() and not path.is_file():
            raise BadInput(f"{path} is not a file that can be replaced.", _REMEDY)
        if path.exists() and not os.access(path, os.W_OK):
            raise BadInput(f"{path} is write-protected.", _REMEDY)
        folder = _meant(path).parent
        if not folder.is_dir():
            raise BadInput(f"There is no folder {path.parent}.", "Create it, or choose another.")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise BadInput(f"The folder {folder} cannot be written to.", _REMEDY)


def write_whole(path: Path, data: bytes) -> None:
    """Replaces `path` by `data` in one move; on failure (BadInput) the old file is untouched.

    When it returns, the file lies on the disk. What a killed program left beside it is removed.
    """
    check_target(path)
    target = _meant(path)
    with _told(path):
        remove_unfinished(target.parent, _prefix(target))
        handle, beside = _begun(target)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                write_all(file.fileno(), data)
                os.fsync(file.fileno())
                # While it is open it is claimed, and no other program takes it for a leftover.
                if sys.platform != "win32":
                    beside.replace(target)
            if sys.platform == "win32":
                beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system says against a path as BadInput: too long a name, a full disk and others."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}.", _REMEDY) from error


def _meant(path: Path) -> Path:
    """What a link points to, so that it keeps pointing there; unlike `resolve` it bears a loop."""
    return Path(os.path.realpath(path))


def _prefix(target: Path) -> str:
    """Of unfinished files; with all that follows shorter than file systems allow."""
    return f".{target.name.encode(errors='ignore')[:64].decode(errors='ignore')}."


def _begun(target: Path) -> tuple[int, Path]:
    """A new file beside the target, with its permissions, open for writing and claimed."""
    old = target.stat().st_mode & 0o777 if target.exists() else None
    while True:
        beside = target.with_name(f"{_prefix(target)}{secrets.token_hex(4)}{UNFINISHED}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(beside, flags, 0o666 if old is None else old & 0o666)
        try:
            if not _is_taken(handle):
                if old is not None:
                    beside.chmod(old)
                return handle, beside
        except BaseException:
            os.close(handle)
            beside.unlink(missing_ok=True)
            raise
        os.close(handle)


def _is_taken(handle: int) -> bool:
    """Whether another program, before it was claimed, took the new file for a leftover."""
    try:
        _claim(handle)
    except BlockingIOError:
        return True
    except OSError:
        return False  # a file system without claims, where nobody removes anything
    return sys.platform != "win32" and os.fstat(handle).st_nlink == 0


def write_all(handle: int, data: bytes) -> None:
    """All of `data`; a full disk takes a part and refuses the rest with an OSError."""
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def sync_folder(folder: Path) -> None:
    """A new name in `folder` is on the disk too; Windows does this by itself."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return  # it may be written to, but not be read
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems of networks and virtual machines know no such thing.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
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
