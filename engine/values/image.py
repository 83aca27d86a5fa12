"""Picture: the pixels of an opened file, and the only place where a patch is laid into them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.values.jobs import Pixels
from engine.values.region import Region

Channels = NDArray[np.uint8] | NDArray[np.uint16]
"""(H, W, 3 or 4): RGB or RGBA in 8 or 16 bits."""

ScalarT = TypeVar("ScalarT", bound=np.generic)

_LIFT = 257
"""8-bit to 16-bit: 0 stays 0 and 255 becomes 65535."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """pixels: (H, W, 3 or 4) uint8 or uint16, read-only; a fourth channel is alpha.

    icc, exif: as they came with the file. notice: what opening the file changed, for the user.
    Raises ValueError for any other array.
    """

    pixels: Channels
    icc: bytes | None = None
    exif: bytes | None = None
    notice: str = ""

    def __post_init__(self) -> None:
        shape, kind = self.pixels.shape, self.pixels.dtype
        if len(shape) != 3 or shape[2] not in (3, 4) or 0 in shape:
            raise ValueError(f"a picture is (H, W, 3 or 4), got {shape}")
        if kind not in (np.uint8, np.uint16):
            raise ValueError(f"a picture is uint8 or uint16, got {kind}")
        object.__setattr__(self, "pixels", frozen(self.pixels))

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def has_alpha(self) -> bool:
        return bool(self.pixels.shape[2] == 4)

    @property
    def is_deep(self) -> bool:
        """True for 16 bits a channel."""
        return self.pixels.dtype == np.uint16

    @property
    def rgb8(self) -> Pixels:
        """(H, W, 3) uint8, alpha left out, 16 bits rounded to 8."""
        colour = self.pixels[..., :3]
        if not self.is_deep:
            return colour.astype(np.uint8, copy=False)
        return ((colour.astype(np.uint32) + _LIFT // 2) // _LIFT).astype(np.uint8)

    def crop8(self, region: Region) -> Pixels:
        """(h, w, 3) uint8: the region of `rgb8`, as a copy."""
        rows, columns = slice(region.top, region.bottom), slice(region.left, region.right)
        return Picture(self.pixels[rows, columns]).rgb8.copy()

    def with_patch(self, region: Region, patch: Pixels) -> "Picture":
        """The picture with patch (h, w, 3) in the region; every other byte, and alpha, stays."""
        return self.with_patches([(region, patch)])

    def with_patches(self, patches: Iterable[tuple[Region, Pixels]]) -> "Picture":
        """Patches laid in order; raises ValueError when one does not fit its region."""
        pixels = self.pixels.copy()
        for region, patch in patches:
            if not Region(0, 0, self.width, self.height).contains(region):
                raise ValueError(f"region {region.as_text()} leaves {self.width}x{self.height} px")
            if patch.shape != (region.height, region.width, 3) or patch.dtype != np.uint8:
                raise ValueError(f"patch {patch.shape} {patch.dtype} for {region.as_text()}")
            lifted = patch.astype(np.uint16) * _LIFT if self.is_deep else patch
            pixels[region.top : region.bottom, region.left : region.right, :3] = lifted
        pixels.setflags(write=False)
        return replace(self, pixels=pixels)


def frozen(array: NDArray[ScalarT]) -> NDArray[ScalarT]:
    """The array itself when it owns its memory and is read-only already, else a read-only copy."""
    if array.flags.owndata and not array.flags.writeable:
        return array
    copy = np.array(array, copy=True, order="C")
    copy.setflags(write=False)
    return copy
