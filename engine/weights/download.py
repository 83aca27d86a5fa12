"""Files of the Hub, fetched: resumable, cancellable, checked by size and digest.

Addresses, the session and the person's token are huggingface_hub's. The bytes are read here,
because its own download neither stops between two blocks nor deletes what has a wrong digest.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from engine.values.errors import WeightsMissing
from engine.weights.hub import Hub, Offer, OfferedFile, check_room
from engine.weights.ledger import Ledger, Seen, Stamp, change_ledger

BLOCK_BYTES = 1024**2
REPORTS_PER_SECOND = 10
LONGEST_PAUSE_SECONDS = 8.0
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """Bytes of all files of the offer together. file: the one that comes in now."""

    file: str
    done_bytes: int
    total_bytes: int


Report = Callable[[FetchProgress], None]
Cancelled = Callable[[], bool]


class _Stopped(Exception):
    """The person cancelled."""


class _Broken(Exception):
    """The connection ended early, or brought nothing for too long. What came in is kept."""


def fetch(offer: Offer, hub: Hub, report: Report, cancelled: Cancelled) -> bool:
    """Fetch what is missing, and write down what was seen. False when cancelled.

    A part that came in stays where it is, and the next fetch goes on from there. WeightsMissing
    when the disk is too small, the server gives up, a file has a wrong size or digest, when it is
    deleted, or another Ellbox fetches the same.
    """
    check_room(offer)
    with _alone(offer):
        return _fetched(offer, hub, report, cancelled)


@contextmanager
def _alone(offer: Offer) -> Iterator[None]:
    """Two that write one file would make one that neither has checked."""
    claim = offer.folder.with_name(f".{offer.folder.name}.lock")
    try:
        claim.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(claim, blocking=False, thread_local=False)
        lock.acquire()
    except Timeout as held:
        raise WeightsMissing(
            f"{offer.row.title} is being fetched by another Ellbox.", "Let it end there."
        ) from held
    except OSError as error:
        raise WeightsMissing(
            f"{claim} cannot be written: {error.strerror or error}.", "Make room, or allow writing."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _fetched(offer: Offer, hub: Hub, report: Report, cancelled: Cancelled) -> bool:
    done_bytes = 0
    for file in offer.files:
        incoming = _Incoming(
            file, hub, _throttled(report, file.path, done_bytes, offer.total_bytes), cancelled
        )
        try:
            digest = incoming.fetched()
        except _Stopped:
            return False
        except OSError as error:
            raise WeightsMissing(
                f"{file.target} cannot be written: {error.strerror or error}.",
                "Make room, or allow writing.",
            ) from error
        change_ledger(partial(_written_down, file, digest))
        done_bytes += file.bytes
    return True


def _written_down(file: OfferedFile, digest: str, ledger: Ledger) -> Ledger:
    seen = Seen(file.bytes, digest)
    if ledger.known(file.repository, file.commit, file.path) not in (None, seen):
        file.target.unlink()
        raise WeightsMissing(
            f"{file.repository}/{file.path} came in otherwise than before and was deleted.",
            "A commit never changes, so somebody changed the file.",
        )
    ledger = ledger.with_seen(file.repository, file.commit, file.path, seen)
    return ledger.with_stamps({file.target: Stamp.of(file.target, digest)})


def digests(path: Path, cancelled: Cancelled = lambda: False) -> tuple[str, str]:
    """sha256 of a file, and the sha1 that git knows it by."""
    hashes = _Hashes(path.stat().st_size)
    with path.open("rb") as content:
        hashes.take(content, cancelled)
    return hashes.sha256.hexdigest(), hashes.git.hexdigest()


class _Hashes:
    """Both digests of a file of known size, taken while it comes in."""

    def __init__(self, size: int) -> None:
        self.sha256 = hashlib.sha256()
        self.git = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)

    def update(self, block: bytes) -> None:
        self.sha256.update(block)
        self.git.update(block)

    def take(self, content: BinaryIO, cancelled: Cancelled) -> None:
        while block := content.read(BLOCK_BYTES):
            if cancelled():
                raise _Stopped
            self.update(block)


class _Incoming:
    """One file on its way in."""

    def __init__(
        self, file: OfferedFile, hub: Hub, report: Callable[[int], None], cancelled: Cancelled
    ) -> None:
        self._file, self._hub = file, hub
        self._report, self._cancelled = report, cancelled
        # Parts of different commits are never joined.
        self._part = file.target.with_name(f"{file.target.name}.{file.commit[:12]}.part")
        self._hashes = _Hashes(file.bytes)
        self._name = f"{file.repository}/{file.path}"

    def fetched(self) -> str:
        """The sha256 of the file, whole and in its place."""
        file = self._file
        if file.target.is_file():
            found, git = digests(file.target, self._cancelled)
            if file.target.stat().st_size == file.bytes and self._is_right(found, git):
                self._report(file.bytes)
                return found
            file.target.unlink()
        file.target.parent.mkdir(parents=True, exist_ok=True)
        self._receive()
        found, git = self._hashes.sha256.hexdigest(), self._hashes.git.hexdigest()
        if not self._is_right(found, git):
            self._part.unlink()
            raise WeightsMissing(
                f"{self._name} came in with a wrong digest and was deleted: its sha256 is {found}.",
                "Fetch it again; if it stays wrong, somebody changed the file.",
            )
        self._part.replace(file.target)
        return found

    def _is_right(self, sha256: str, git_sha1: str) -> bool:
        if self._file.sha256 is not None:
            return sha256 == self._file.sha256
        return self._file.git_sha1 in (None, git_sha1)

    def _receive(self) -> None:
        """Until the part is whole; WeightsMissing after too many tries that brought nothing."""
        pause, tries = self._hub.pause_seconds, 0
        have = self._resumed()
        while have < self._file.bytes:
            try:
                self._stream(have)
            except _Broken as error:
                tries = tries + 1 if self._size() == have else 1
                if tries >= self._hub.tries:
                    raise WeightsMissing(
                        f"{self._name} stopped coming in: {error}.",
                        "What is here is kept: fetch again to go on from there.",
                    ) from error
                self._wait(min(pause * 2 ** (tries - 1), LONGEST_PAUSE_SECONDS))
            have = self._size()
        # An empty file brings no byte that would make its part.
        self._part.touch()

    def _resumed(self) -> int:
        """Bytes that are here from before, taken into the digests."""
        have = self._size()
        if have > self._file.bytes:
            self._part.unlink()
            return 0
        if have:
            with self._part.open("rb") as content:
                self._hashes.take(content, self._cancelled)
            self._report(have)
        return have

    def _stream(self, have: int) -> None:
        """One request, written block by block; _Broken where it ends before the file does."""
        import httpx2
        from huggingface_hub import get_session, get_token, hf_hub_url

        file = self._file
        address = hf_hub_url(
            file.repository, file.path, revision=file.commit, endpoint=self._hub.endpoint
        )
        headers = {"Accept-Encoding": "identity"}
        if token := get_token():
            headers["Authorization"] = f"Bearer {token}"
        if have:
            headers["Range"] = f"bytes={have}-"
        timeout = self._hub.stall_seconds
        try:
            with get_session().stream("GET", address, headers=headers, timeout=timeout) as answer:
                self._check(answer.status_code, answer.headers.get("Content-Range", ""), have)
                if have and answer.status_code == httpx2.codes.OK:
                    # The server cannot resume: from the beginning, then.
                    self._start_over()
                self._write(answer.iter_raw())
        except httpx2.TimeoutException as error:
            raise _Broken(f"nothing came for {timeout:g} s") from error
        except httpx2.HTTPError as error:
            raise _Broken(str(error).strip() or type(error).__name__) from error
        if self._size() < file.bytes:
            raise _Broken("the connection was closed")

    def _check(self, status: int, content_range: str, have: int) -> None:
        """WeightsMissing for an answer that trying again cannot better."""
        if status == 200:
            return
        if status in (206, 416):
            found = RANGE.fullmatch(content_range)
            if found and (int(found[1]), int(found[2])) == (have, self._file.bytes):
                return
            self._part.unlink(missing_ok=True)
            raise WeightsMissing(
                f"The server lies about {self._name}: {content_range or 'no range'} instead of "
                f"bytes from {have} of {self._file.bytes}. What came in was deleted.",
                "Try again later.",
            )
        if status in (401, 403, 404, 410):
            raise WeightsMissing(
                f"The server refuses {self._name} ({status}).",
                "It was moved, withdrawn, or wants a login.",
            )
        raise _Broken(f"the server answers {status}")

    def _start_over(self) -> None:
        self._part.unlink()
        self._hashes = _Hashes(self._file.bytes)

    def _write(self, blocks: Iterable[bytes]) -> None:
        have = self._size()
        with self._part.open("ab") as part:
            for block in blocks:
                if self._cancelled():
                    raise _Stopped
                have += len(block)
                if have > self._file.bytes:
                    break
                part.write(block)
                self._hashes.update(block)
                self._report(have)
            # Before it is said to be whole: a machine that loses its power keeps a promise too.
            part.flush()
            os.fsync(part.fileno())
        if have > self._file.bytes:
            self._part.unlink()
            raise WeightsMissing(
                f"{self._name} is larger than the {self._file.bytes} bytes that the server told."
                " What came in was deleted.",
                "Try again later.",
            )

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._cancelled():
                raise _Stopped
            time.sleep(min(0.1, seconds))


def _throttled(report: Report, file: str, before: int, total: int) -> Callable[[int], None]:
    """Reports now and then, and always when the offer is whole."""
    last = -1.0

    def told(have: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= 1 / REPORTS_PER_SECOND or before + have == total:
            last = now
            report(FetchProgress(file, before + have, total))

    return told
