"""Pictures of unfinished tokens, for the live view and for scrubbing."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.decoding.compositing import mixed
from engine.decoding.region_edit import BoxEdit
from engine.tokenizers.base import ImageTokenizer
from engine.values.jobs import Pixels
from engine.values.layout import Pyramid, Raster, TokenLayout
from engine.values.state import DecodeState
from engine.values.tokens import TokenMap

PREVIEWS_PER_SECOND = 12.0
GREY = 128
"""What shows where a whole picture has no tokens yet."""


def pictures(
    tokenizer: ImageTokenizer,
    states: tuple[DecodeState, ...],
    edit: BoxEdit | None,
    own: TokenMap | None = None,
) -> tuple[Pixels, ...]:
    """One picture a state: the box's patch or the whole picture.

    Where tokens are not known yet, the picture as it was or grey shows; a state with a draft shows
    it whole. own: see Run.own; where a state has these tokens the picture shows as it was.
    """
    return shown(decoded_squares(tokenizer, states), states, edit, own)


def shown(
    squares: NDArray[np.uint8],
    states: tuple[DecodeState, ...],
    edit: BoxEdit | None,
    own: TokenMap | None = None,
) -> tuple[Pixels, ...]:
    """As `pictures`, of squares (B, S, S, 3) that are decoded already."""
    return tuple(
        _shown(square, state, edit, own) for square, state in zip(squares, states, strict=True)
    )


def decoded_squares(
    tokenizer: ImageTokenizer, states: tuple[DecodeState, ...]
) -> NDArray[np.uint8]:
    """(B, S, S, 3): what the tokenizer makes of the tokens, unknown ones filled; one batch.

    Of the draft where there is one and tokens are unknown.
    """
    grey = np.full((tokenizer.image_side, tokenizer.image_side, 3), GREY, np.uint8)
    squares = np.stack([grey] * len(states))
    tokens = [_to_show(state) for state in states]
    drawable = [index for index, each in enumerate(tokens) if each.known.any()]
    if drawable:
        squares[drawable] = tokenizer.decode(np.stack([filled(tokens[i]) for i in drawable]))
    return squares


def _to_show(state: DecodeState) -> TokenMap:
    """The draft where there is one and tokens are unknown, else the tokens."""
    if state.draft is None or state.tokens.known.all():
        return state.tokens
    return replace(state.tokens, ids=state.draft)


def filled(tokens: TokenMap) -> NDArray[np.int32]:
    """(L,) ids with the nearest known token at every unknown site.

    Decoders look far beyond a site, so an arbitrary token would discolour the known part. The
    scales of a pyramid add up: there what is unknown adds nothing, and stays unknown.
    """
    known = tokens.known
    if known.all() or isinstance(tokens.layout, Pyramid):
        return tokens.ids
    places = _places(tokens)
    distances = np.square(places[~known][:, None] - places[known][None]).sum(-1)  # unknown x known
    ids = tokens.ids.copy()
    ids[~known] = tokens.ids[known][distances.argmin(1)]
    return ids


def _places(tokens: TokenMap) -> NDArray[np.int64]:
    """(L, 2) rows and columns; sites without a place lie in a row."""
    width = tokens.layout.width if isinstance(tokens.layout, Raster) else tokens.layout.length
    return np.stack(np.divmod(np.arange(tokens.layout.length), width), -1)


def _shown(
    square: Pixels, state: DecodeState, edit: BoxEdit | None, own: TokenMap | None
) -> Pixels:
    tokens = _to_show(state)
    sites = tokens.known if own is None else tokens.known & (tokens.ids != own.ids)
    if sites.all():
        return square if edit is None else edit.patch(square)
    weights = _weights(sites, tokens.layout, square.shape[0])
    if edit is not None:
        return edit.patch(square, weights)
    return mixed(np.full_like(square, GREY), square, weights)


def _weights(sites: NDArray[np.bool_], layout: TokenLayout, side: int) -> NDArray[np.float32]:
    """(S, S) in 0..1: 1 at these sites (L,), fading over a site's width."""
    if isinstance(layout, Pyramid):
        # The first scale covers the picture, the others sharpen it.
        return np.full((side, side), float(sites.any()), np.float32)
    if not isinstance(layout, Raster):
        return np.full((side, side), sites.mean(), np.float32)
    levels = sites.reshape(layout.height, layout.width).astype(np.float32)
    faded = Image.fromarray(levels).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(faded).clip(0, 1)


class Pace:
    """Says when a preview is due: so many a second at most, and never most of the time."""

    def __init__(
        self,
        per_second: float = PREVIEWS_PER_SECOND,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._next = 0.0

    def is_due(self) -> bool:
        return self._clock() >= self._next

    def drawn(self, began: float) -> None:
        """A preview that was begun at `began` is done."""
        now = self._clock()
        self._next = max(began + self._interval, now + 2 * (now - began))

    def now(self) -> float:
        return self._clock()
