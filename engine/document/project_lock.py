"""ProjectLock: one window a project file, so that none overwrites what another saved."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from engine.values.errors import BadInput


class ProjectLock:
    """Held on at most one project. The system drops it when the program ends, however it ends.

    The locks lie in a folder of their own and not beside the projects, which may be read-only.
    """

    def __init__(self, folder: Path) -> None:
        """folder: of this user and machine; made when it is needed."""
        self._folder = folder
        self._held: FileLock | None = None
        self._path: Path | None = None

    def take(self, path: Path) -> None:
        """Holds this project and lets the one before go; BadInput when another window has it."""
        with self.taking(path):
            pass

    @contextmanager
    def taking(self, path: Path) -> Iterator[None]:
        """Holds this project beside the one before, and after the block in its place.

        A block that raises leaves it as it was: what could not be opened or written is not what
        this window shows. BadInput when another window has it.
        """
        target = Path(os.path.realpath(path))
        if target == self._path:
            yield
            return
        lock = self._lock_of(target)
        try:
            yield
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        self.release()
        if lock is not None:
            self._held, self._path = lock, target

    def _lock_of(self, target: Path) -> FileLock | None:
        name = hashlib.blake2b(str(target).encode(errors="surrogateescape"), digest_size=12)
        lock = FileLock(
            self._folder / f"{name.hexdigest()}.lock", blocking=False, thread_local=False
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as held:
            raise BadInput(
                f"{target.name} is open in another window of Ellbox.",
                "Close it there first, or use another file name.",
            ) from held
        except OSError:
            return None  # a state folder that cannot be written is no reason to refuse the project
        return lock

    def release(self) -> None:
        """The project is not shown here any more."""
        if self._held is not None:
            self._held.release()
        self._held, self._path = None, None
