"""Members: the encoded parts of projects, each encoded once and named by its content."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, eq=False)
class _Member:
    """The thing is held, so that its id stays its own."""

    thing: object
    name: str
    data: bytes


class Members:
    """Immutable things by identity: the same object gives the same name and bytes.

    Encoding a picture of 12 megapixels takes a second and reading one takes half of that, so
    bytes are kept as long as every project that is packed uses them. Not for several threads.
    """

    def __init__(self) -> None:
        self._known: dict[int, _Member] = {}
        self._used: dict[int, _Member] = {}

    def name_of(self, thing: object, pattern: str, encode: Callable[[], bytes]) -> str:
        """The member's name, `pattern` filled with a digest; encodes only what is not known."""
        member = self._used.get(id(thing)) or self._known.get(id(thing))
        if member is None:
            member = _named(thing, pattern, encode())
        self._used[id(thing)] = member
        return member.name

    def learn(self, thing: object, pattern: str, data: bytes) -> None:
        """`thing` was read from these bytes; it need not be encoded again."""
        self._known[id(thing)] = _named(thing, pattern, data)

    def learn_alike(self, thing: object, known: object) -> None:
        """`thing` was read from the same bytes as something that was learnt."""
        self._known[id(thing)] = replace(self._known[id(known)], thing=thing)

    def taken(self) -> dict[str, bytes]:
        """The members named since the last call; what was not among them is forgotten."""
        self._known, self._used = self._used, {}
        return {member.name: member.data for member in self._known.values()}


def _named(thing: object, pattern: str, data: bytes) -> _Member:
    digest = hashlib.blake2b(data, digest_size=12).hexdigest()
    return _Member(thing, pattern.format(digest), data)
