"""Preallocated keys and values of the positions that a transformer has seen."""

import torch
from torch import Tensor


class KVCache:
    """Holds `length` of at most `capacity` positions for every layer and row.

    Layers append one after the other; `advance` closes a call once all of them have.
    """

    def __init__(self, shape: tuple[int, int, int, int, int], like: Tensor) -> None:
        """shape: layers, rows, heads, capacity, head width; dtype and device are those of like."""
        layers, rows, heads, capacity, width = shape
        self._store = like.new_zeros((layers, 2, rows, heads, capacity, width))
        self.length = 0

    @property
    def rows(self) -> int:
        return self._store.shape[2]

    @property
    def capacity(self) -> int:
        return self._store.shape[4]

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """New keys, values (B, H, L, d) of one layer -> all of its own, (B, H, length + L, d)."""
        end = self.length + keys.shape[2]
        if end > self.capacity:
            raise ValueError(f"{end} positions do not fit a cache of {self.capacity}")
        self._store[layer, 0, :, :, self.length : end] = keys
        self._store[layer, 1, :, :, self.length : end] = values
        return self._store[layer, 0, :, :, :end], self._store[layer, 1, :, :, :end]

    def advance(self, count: int) -> None:
        """Every layer has appended `count` positions."""
        self.length += count

    def truncate(self, length: int) -> None:
        """Forget all but the first `length` positions; costs nothing."""
        if not 0 <= length <= self.length:
            raise ValueError(f"cannot cut a cache of {self.length} positions to {length}")
        self.length = length

    def selected(self, rows: list[int], length: int) -> "KVCache":
        """A new cache whose rows are copies of the given ones, cut to `length` positions."""
        if not 0 <= length <= self.length:
            raise ValueError(f"cannot cut a cache of {self.length} positions to {length}")
        chosen = object.__new__(KVCache)
        layers, _, _, heads, capacity, width = self._store.shape
        chosen._store = self._store.new_zeros((layers, 2, len(rows), heads, capacity, width))
        kept = self._store[:, :, torch.tensor(rows, device=self._store.device), :, :length]
        chosen._store[..., :length, :] = kept
        chosen.length = length
        return chosen

    def stored(self) -> Tensor:
        """(layers, 2, B, H, length, d): keys and values seen so far."""
        return self._store[..., : self.length, :]
