"""Journal: a file of records that only grows; what a crash leaves of it can still be read."""

import hashlib
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.atomic_write import write_all, write_whole

SIGNATURE = b"ELLBOXJ1"
_HEAD = struct.Struct("<QI16s")
"""Length of the payload, crc32 of number and length, BLAKE2 digest of number and payload."""

Damage = Literal["", "torn", "damaged"]


@dataclass(frozen=True, slots=True)
class Records:
    """payloads: all that are sound, oldest first.

    damage: "torn" when only the last record is incomplete, as a crash leaves it; "damaged" when
    one is wrong though others follow it, which are not read.
    """

    payloads: tuple[bytes, ...]
    damage: Damage


def read_journal(data: bytes) -> Records:
    """The sound records from the beginning; never raises, whatever the bytes are."""
    if not data.startswith(SIGNATURE):
        return Records((), "torn" if SIGNATURE.startswith(data) else "damaged")
    payloads: list[bytes] = []
    at = len(SIGNATURE)
    while at < len(data):
        start = at + _HEAD.size
        if start > len(data):
            return Records(tuple(payloads), "torn")
        length, check, digest = _HEAD.unpack(data[at:start])
        end = start + length
        if check != _check(len(payloads), length):
            # A file that grew before its bytes came has zeros there.
            return Records(tuple(payloads), "damaged" if any(data[at:]) else "torn")
        payload = data[start:end]
        if end > len(data) or digest != _digest(len(payloads), payload):
            return Records(tuple(payloads), "torn" if end >= len(data) else "damaged")
        payloads.append(payload)
        at = end
    return Records(tuple(payloads), "")


class Journal:
    """Open for appending; each record is on the disk when it has been appended.

    After an OSError the last record may be torn: begin a new journal in its place.
    """

    def __init__(self, path: Path, first: bytes) -> None:
        """Begins with one record, in place of any file of this name; BadInput when it cannot."""
        write_whole(path, SIGNATURE + _framed(0, first))
        self._path, self._count = path, 1
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        self.size_bytes = os.fstat(self._handle).st_size

    @property
    def lost(self) -> bool:
        """True when the file was removed or replaced behind our back."""
        try:
            return not os.path.samestat(self._path.stat(), os.fstat(self._handle))
        except OSError:
            return True

    def append(self, payload: bytes) -> None:
        """Raises OSError when the disk does not take it."""
        record = _framed(self._count, payload)
        write_all(self._handle, record)
        os.fsync(self._handle)
        self._count += 1
        self.size_bytes += len(record)

    def close(self) -> None:
        os.close(self._handle)


def _framed(number: int, payload: bytes) -> bytes:
    length = len(payload)
    return _HEAD.pack(length, _check(number, length), _digest(number, payload)) + payload


def _check(number: int, length: int) -> int:
    return zlib.crc32(struct.pack("<QQ", number, length))


def _digest(number: int, payload: bytes) -> bytes:
    digest = hashlib.blake2b(struct.pack("<Q", number), digest_size=16)
    digest.update(payload)
    return digest.digest()
