"""What every generator offers: a decode is a fold of pure steps."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray

from engine.text.base import Conditioning
from engine.values.layout import TokenLayout
from engine.values.lens import TokenLens
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.tokens import TokenMap


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """The picture that a box lies in, for tokens without places.

    picture (S, S, 3) uint8: what the tokens are of. shown (S, S) float32 in 0..1: where new pixels
    will count.
    """

    picture: NDArray[np.uint8]
    shown: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class DecodeInputs:
    """All that a decode needs besides its state.

    seeds: one per candidate (params.seed is not looked at). source, editable (L,) bool: the
    picture's own tokens and where new ones may go; both or neither. surroundings: for generators
    that keep pixels and not tokens; their kept tokens may change with the picture.
    """

    condition: Conditioning
    unconditional: Conditioning
    params: SamplingParams
    seeds: tuple[int, ...]
    source: TokenMap | None = None
    editable: NDArray[np.bool_] | None = None
    surroundings: Surroundings | None = None

    def __post_init__(self) -> None:
        if not self.seeds:
            raise ValueError("a decode needs at least one seed")
        if (self.source is None) != (self.editable is None):
            raise ValueError("source and editable come together")
        if self.source is not None and self.editable is not None:
            if self.editable.shape != (self.source.layout.length,) or not self.editable.any():
                raise ValueError("editable must name at least one site of the source's layout")
            if not self.source.known.all():
                raise ValueError("every token of the source must be known")


def check_fit(spec: GeneratorSpec, layout: TokenLayout, codebook_size: int) -> None:
    """ValueError when a network of this layout and codebook is not the one that the spec tells."""
    if spec.layout != layout:
        raise ValueError(f"a network of {layout} cannot fill {spec.layout}")
    if spec.codebook_size != codebook_size:
        raise ValueError(f"the network knows {codebook_size} tokens, not {spec.codebook_size}")


def first_tokens(spec: GeneratorSpec, inputs: DecodeInputs) -> TokenMap:
    """Nothing known, or the source without its editable sites; ValueError when it does not fit."""
    if inputs.source is None or inputs.editable is None:
        return TokenMap.unknown(spec.layout, spec.codebook_size)
    kept = inputs.source.without(inputs.editable)
    return TokenMap(kept.ids, spec.layout, spec.codebook_size)


def same_texts(ours: tuple[Conditioning, ...], theirs: tuple[Conditioning, ...]) -> bool:
    """Whether networks read the same in both; what only tokenizers read may differ."""
    return len(ours) == len(theirs) and all(
        a is b or (torch.equal(a.pooled, b.pooled) and torch.equal(a.hidden, b.hidden))
        for a, b in zip(ours, theirs, strict=True)
    )


class Generator(Protocol):
    """A network and its schedule. Caches inside may be dropped at any time."""

    @property
    def spec(self) -> GeneratorSpec:
        """What the generator is, without its network."""
        ...

    def steps(self, inputs: DecodeInputs) -> range:
        """Numbers of the steps that this decode runs."""
        ...

    def begin(self, inputs: DecodeInputs) -> tuple[DecodeState, ...]:
        """One state per seed, before steps(inputs).start."""
        ...

    def step(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[DecodeState, ...]:
        """The next state of each candidate; pure, whatever else is in the batch.

        All states stand at one step, the i-th goes with the i-th seed.
        """
        ...

    def kept_log_likelihood(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[float, ...]:
        """Mean log-likelihood of the kept tokens that the network judges, for finished states.

        Of all tokens where nothing is kept.
        """
        ...


@runtime_checkable
class TellsChances(Protocol):
    """A generator that can say how likely the token of a single site was (spec.lens)."""

    def lens(self, state: DecodeState, inputs: DecodeInputs, alternatives: int) -> TokenLens:
        """Of every known token that the network can judge, whether drawn or kept.

        alternatives: how many ids a site at most. No token is drawn, and the state stays.
        """
        ...


@runtime_checkable
class OpensPart(Protocol):
    """A generator that draws fewer sites where params.strength is below 1."""

    def opened(self, inputs: DecodeInputs) -> NDArray[np.bool_]:
        """(L,) bool: those of the editable sites to draw; the same for every seed."""
        ...


@runtime_checkable
class ChoosesSites(Protocol):
    """A generator whose tokens have no places, and which says what a box means instead."""

    def sites_for(self, surroundings: Surroundings) -> NDArray[np.bool_]:
        """(L,) bool, True = regenerate."""
        ...
