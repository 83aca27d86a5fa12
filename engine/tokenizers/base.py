"""What every image tokenizer offers."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


class ImageTokenizer(Protocol):
    """Pictures are uint8 RGB (B, S, S, 3) with S = image_side; ids are (B, L) in layout order."""

    codebook_size: int
    image_side: int

    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.int32]:
        """(B, S, S, 3) uint8 -> (B, L) int32 in [0, codebook_size); no noise."""
        ...

    def decode(self, ids: NDArray[np.int32]) -> NDArray[np.uint8]:
        """(B, L) int32 -> (B, S, S, 3) uint8."""
        ...


@runtime_checkable
class ReadsText(Protocol):
    """A tokenizer that draws its tokens with the prompt at hand."""

    def with_text(self, text: Tensor) -> ImageTokenizer:
        """The same tokenizer for a text (T, F): Conditioning.for_pictures of its prompt."""
        ...
