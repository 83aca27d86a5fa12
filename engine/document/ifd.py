"""The first directory of a TIFF file, which is also what EXIF blocks are: tags and their values."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

SHORT, LONG = 3, 4
_ENTRY_BYTES = 12
_FORMATS = {SHORT: "H", LONG: "I"}


@dataclass(frozen=True, slots=True)
class Entry:
    """at: where the entry begins. order: "<" or ">" for struct. kind: SHORT, LONG or another."""

    at: int
    order: str
    kind: int
    count: int

    @property
    def _format(self) -> str:
        return f"{self.order}{self.count}{_FORMATS[self.kind]}"

    def _place(self, block: bytes) -> int:
        """Where the values lie: in the entry itself when they take at most four bytes."""
        if struct.calcsize(self._format) <= 4:
            return self.at + 8
        (place,) = struct.unpack_from(self.order + "I", block, self.at + 8)
        return int(place)

    def values(self, block: bytes) -> tuple[int, ...]:
        """Whole numbers; () for other kinds, more than a thousand, and places outside the block."""
        if self.kind not in _FORMATS or self.count > 1000:
            return ()
        try:
            return struct.unpack_from(self._format, block, self._place(block))
        except struct.error:
            return ()

    def replaced(self, block: bytes, values: Sequence[int]) -> bytes:
        """The block with other values in the same place; as many, of the same kind.

        A lone number becomes a LONG, which every reader takes for a SHORT.
        """
        if len(values) != self.count:
            raise ValueError(f"{len(values)} values for {self.count}")
        if self.count == 1:
            start, said = self.at + 2, struct.pack(self.order + "HII", LONG, 1, *values)
        else:
            start, said = self._place(block), struct.pack(self._format, *values)
        return block[:start] + said + block[start + len(said) :]


def entries(block: bytes) -> dict[int, Entry]:
    """Entries by tag; those that can be read when the block is damaged, none when it is no TIFF."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    found: dict[int, Entry] = {}
    if order is None:
        return found
    try:
        (directory,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, directory)
        first = directory + 2
        for at in range(first, first + _ENTRY_BYTES * count, _ENTRY_BYTES):
            tag, kind, values, _ = struct.unpack_from(order + "HHII", block, at)
            found.setdefault(tag, Entry(at, order, kind, values))
    except struct.error:
        return found
    return found
