"""PreviewCache: pictures of unfinished steps, the least recently used out, bounded by bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from engine.values.jobs import Pixels

Key = TypeVar("Key", bound=Hashable)


class PreviewCache(Generic[Key]):
    """At most `limit_bytes` of pictures; one that alone is larger is still kept."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._pictures: OrderedDict[Key, Pixels] = OrderedDict()
        self._held_bytes = 0

    def __contains__(self, key: Key) -> bool:
        return key in self._pictures

    def limit(self, limit_bytes: int) -> None:
        """Another bound, from now on."""
        self._limit_bytes = limit_bytes
        self._fit()

    @property
    def held_bytes(self) -> int:
        return self._held_bytes

    @property
    def limit_bytes(self) -> int:
        return self._limit_bytes

    def get(self, key: Key) -> Pixels | None:
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
        return picture

    def put(self, key: Key, picture: Pixels) -> None:
        old = self._pictures.pop(key, None)
        self._held_bytes += picture.nbytes - (0 if old is None else old.nbytes)
        self._pictures[key] = picture
        self._fit()

    def _fit(self) -> None:
        while self._held_bytes > self._limit_bytes and len(self._pictures) > 1:
            _, dropped = self._pictures.popitem(last=False)
            self._held_bytes -= dropped.nbytes

    def clear(self) -> None:
        self._pictures.clear()
        self._held_bytes = 0
