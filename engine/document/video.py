"""The decode as MP4, which needs the package `av` (PyAV)."""

import io
from collections.abc import Iterator, Sequence
from types import ModuleType

import numpy as np

from engine.values.errors import BadInput
from engine.values.jobs import Pixels

FRAMES_A_SECOND = 25
CODECS = ("libx264", "libopenh264", "mpeg4")
"""The first that this build of FFmpeg has."""


def encode_mp4(pictures: Sequence[Pixels], durations_ms: Sequence[int]) -> bytes:
    """Pictures of one size, each shown as long as said, to the next 40 ms. Sides become even."""
    av = _av()
    height, width = pictures[0].shape[:2]
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as film:
        codec = next(name for name in CODECS if name in av.codecs_available)
        stream = film.add_stream(codec, rate=FRAMES_A_SECOND)
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"  # the only one that every player shows
        for picture in _shown(pictures, durations_ms):
            frame = av.VideoFrame.from_ndarray(_even(picture), format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return file.getvalue()


def _av() -> ModuleType:
    try:
        import av
    except ImportError as error:
        raise BadInput(
            "Videos need the package `av`, which is not installed.",
            "Install it with: pip install 'ellbox[video]'. GIF, WebP and APNG need nothing.",
        ) from error
    return av


def _shown(pictures: Sequence[Pixels], durations_ms: Sequence[int]) -> Iterator[Pixels]:
    for picture, duration in zip(pictures, durations_ms, strict=True):
        for _ in range(max(1, round(duration * FRAMES_A_SECOND / 1000))):
            yield picture


def _even(picture: Pixels) -> Pixels:
    """An odd side is made even by its last row or column, shown twice."""
    height, width = picture.shape[:2]
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
