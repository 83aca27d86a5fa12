"""Recovery: the work in a window is kept in a journal, and found again after a crash."""

import contextlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from engine.atomic_write import remove_unfinished
from engine.document.archive import open_archive, read_part
from engine.document.journal import Journal, read_journal
from engine.document.project import Project
from engine.document.project_record import (
    RECORD,
    Packed,
    Packer,
    read_json,
    zipped,
)
from engine.document.timeline_record import NotNow, Record, checked, text
from engine.values.errors import BadInput

SUFFIX = ".journal"
SESSION = "session.json"
CHECKPOINT_BYTES = 64 * 2**20
"""How much a journal grows before it begins anew with one whole record."""

_REMEDY = "Save the project, and make room on the disk."
_NO_MEMBERS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """A project as it stands in a window. name: what the title says; path: its file, if it has one.

    safe: the file holds it as it stands, so that nothing would be lost.
    """

    project: Project
    name: str
    path: Path | None = None
    safe: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Work that a window left behind. notice: a sentence when a part of it could not be read."""

    session: "Session"
    work: Work
    notice: str = ""


class Session:
    """One window's journal, claimed as long as the window lives.

    The claim is the system's own, so it ends with the program, however that ends.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError when another window has it, or when it cannot be had."""
        self.path = path
        self._claim = path.with_suffix(".lock")
        self._lock = FileLock(self._claim, blocking=False, thread_local=False)
        self._lock.acquire()

    @property
    def lost(self) -> bool:
        """True when the claim was removed behind our back, with its folder perhaps."""
        return not self._claim.exists()

    def remove(self) -> None:
        """The journal is not needed any more."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
        self.release()
        with contextlib.suppress(OSError):
            self._claim.unlink(missing_ok=True)

    def release(self) -> None:
        """The next start may have it."""
        self._lock.release()


class Autosave:
    """Keeps the work of one window. All of its calls come from one thread.

    Every record holds the whole project, less the pictures and tokens that stand in the journal
    already; so the last sound record says everything, and damage costs what came after it.
    """

    def __init__(
        self,
        folder: Path,
        packer: Packer | None = None,
        *,
        checkpoint_bytes: int = CHECKPOINT_BYTES,
    ) -> None:
        """folder: for journals only; made when it is needed."""
        self._folder = folder
        self._packer = packer or Packer()
        self._checkpoint_bytes = checkpoint_bytes
        self._session: Session | None = None
        self._journal: Journal | None = None
        self._stored = _NO_MEMBERS
        self._begun_bytes = 0

    def keep(self, work: Work) -> None:
        """When it returns, the work is on the disk; BadInput when it is not."""
        packed = self._packer.pack(work.project)
        try:
            self._write(packed, {SESSION: _session_record(work)})
        except (BadInput, OSError) as error:
            self._drop_journal()
            reason = (
                error.sentence if isinstance(error, BadInput) else f"{error.strerror or error}."
            )
            raise BadInput(f"Your work could not be kept aside: {reason}", _REMEDY) from error

    def _write(self, packed: Packed, session: dict[str, Record]) -> None:
        journal = self._journal
        if journal is None or journal.lost or self._grown(journal):
            self._checkpoint(packed, session)
            return
        fresh = {name: data for name, data in packed.members.items() if name not in self._stored}
        journal.append(zipped(Packed(packed.record, fresh), session))
        self._stored |= fresh.keys()

    def _grown(self, journal: Journal) -> bool:
        return journal.size_bytes - self._begun_bytes > self._checkpoint_bytes

    def _checkpoint(self, packed: Packed, session: dict[str, Record]) -> None:
        """One whole record in place of all before it."""
        self._drop_journal()
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._session is not None and self._session.lost:
            self._session.release()
            self._session = None
        if self._session is None:
            self._session = Session(self._folder / f"{secrets.token_hex(8)}{SUFFIX}")
        self._journal = Journal(self._session.path, zipped(packed, session))
        self._begun_bytes = self._journal.size_bytes
        self._stored = frozenset(packed.members)

    def forget(self) -> None:
        """The work lies elsewhere or was given up: nothing is to be restored."""
        self._drop_journal()
        if self._session is not None:
            self._session.remove()
            self._session = None

    def close(self) -> None:
        """The window goes without its work being safe: the next start finds it."""
        self._drop_journal()
        if self._session is not None:
            self._session.release()
            self._session = None

    def _drop_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()
        self._journal, self._stored = None, _NO_MEMBERS

    def resume(self, found: Found) -> None:
        """Goes on with the journal of the work that was found, in place of an own one."""
        self.forget()
        self._session = found.session

    def find(self) -> Found | None:
        """The newest work that some dead window left; it is claimed by this one.

        Journals without work to restore are removed. BadInput when one can be read no more: it
        is put out of the way, so that the next call goes on; or, when there is nothing else, for
        one that stays because it can be read another day.
        """
        if not self._folder.is_dir():
            return None
        remove_unfinished(self._folder)
        left: NotNow | None = None
        for path in sorted(self._folder.glob(f"*{SUFFIX}"), key=_age, reverse=True):
            try:
                found = self._found(path)
            except NotNow as reason:
                left = reason
                continue
            if found is not None:
                return found
        if left is not None:
            raise BadInput(f"Work that was kept aside cannot be restored now. {left}")
        return None

    def _found(self, path: Path) -> Found | None:
        try:
            session = Session(path)
        except OSError:  # which a claim that another window holds is too
            return None
        try:
            found = read_work(session, self._packer) if path.exists() else None
        except (BadInput, OSError) as error:
            if not isinstance(error, NotNow):
                with contextlib.suppress(OSError):
                    path.rename(path.with_suffix(".damaged"))
            session.release()
            raise
        if found is None or found.work.safe:
            session.remove()
            return None
        return found


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def read_work(session: Session, packer: Packer) -> Found | None:
    """What the newest sound record says; None when there is none. BadInput for damage in all."""
    records = read_journal(session.path.read_bytes())
    notice = ""
    if records.damage == "damaged":
        notice = "A part of it is damaged; what came after that is lost."
    if not records.payloads:
        if not notice:
            return None
        raise BadInput(
            "Work was kept aside when Ellbox ended, but the file is damaged.",
            f"It lies in {session.path.parent}.",
        )
    work = checked(
        lambda: _work(records.payloads, packer), "The work that was kept aside is damaged."
    )
    return Found(session, work, notice)


def _work(payloads: tuple[bytes, ...], packer: Packer) -> Work:
    members: dict[str, bytes] = {}
    for payload in payloads:
        with open_archive(payload) as archive:
            for name in archive.namelist():
                if name not in (RECORD, SESSION):
                    members[name] = read_part(archive, name)
    with open_archive(payloads[-1]) as archive:
        session = read_json(archive, SESSION)
        project = packer.unpack(read_json(archive, RECORD), members.__getitem__)
    path = None if session["path"] is None else Path(text(session["path"]))
    return Work(project, text(session["name"]), path, bool(session["safe"]))


def _session_record(work: Work) -> Record:
    path = None if work.path is None else str(work.path)
    return {"name": work.name, "path": path, "safe": work.safe}
