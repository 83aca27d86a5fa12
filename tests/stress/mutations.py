"""Damage: what may happen to the bytes of a file and to the values of its records."""

import copy
import random
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any

Damage = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
"""(chance, the file, other files to splice with) -> the damaged file."""

EXTREMES = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
MOST_AT_ONCE = 4
ODD_VALUES: tuple[Any, ...] = (
    None,
    -1,
    0,
    1,
    2**31,
    1e308,
    "",
    "x",
    [],
    {},
    [[]],
    True,
    float("nan"),
)


def damaged(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """One to four kinds of damage, one after the other."""
    for _ in range(chance.randint(1, MOST_AT_ONCE)):
        data = chance.choice(KINDS)(chance, data, others)
    return data


def flipped(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _number in range(chance.randint(1, 12) if data else 0):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def with_extreme(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """A number at a place where sides, counts and offsets may stand: near the start, mostly."""
    if len(data) < 8:
        return data
    at = chance.randrange(min(len(data) - 4, chance.choice((64, 512, len(data)))))
    form = chance.choice((">I", "<I", ">H", "<H"))
    value = chance.choice(EXTREMES) % 256 ** struct.calcsize(form)
    number = struct.pack(form, value)
    return data[:at] + number + data[at + len(number) :]


def cut(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def without_slice(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _slice(chance, data)
    return data[:start] + data[end:]


def with_slice_twice(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _slice(chance, data)
    return data[:end] + data[start:]


def spliced(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def with_noise(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.randint(1, 32)) + data[at:]


KINDS: tuple[Damage, ...] = (
    flipped, flipped, with_extreme, with_extreme, cut, without_slice, with_slice_twice, spliced,
    with_noise,
)  # fmt: skip


def _slice(chance: random.Random, data: bytes) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.randint(1, 200))


def with_right_sums(png: bytes) -> bytes:
    """A damaged PNG whose checksums fit again, so that more than checksums is looked at."""
    at, whole = 8, bytearray(png[:8])
    while at + 12 <= len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if at + 12 + length > len(png):
            break
        body = png[at + 4 : at + 8 + length]
        whole += png[at : at + 4] + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + length
    return bytes(whole) + png[at:]


def exchange(chance: random.Random, record: object) -> None:
    """Walks down a JSON record to some value and puts an odd one in its place."""
    while isinstance(record, dict | list) and record:
        key = chance.choice(list(record) if isinstance(record, dict) else range(len(record)))
        inner = record[key]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.3:
            record[key] = copy.deepcopy(chance.choice(ODD_VALUES))
            return
        record = inner
