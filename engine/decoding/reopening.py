"""Sites opened again: which of a decode's tokens stay, and where the new branch leaves its path."""

from dataclasses import replace

import numpy as np

from engine.decoding.strength import at_full_strength
from engine.generators.base import DecodeInputs, Generator
from engine.values.errors import BadInput
from engine.values.state import DecodeState
from engine.values.timeline import Timeline
from engine.values.tokens import TokenMap


def keeping(inputs: DecodeInputs, kept: TokenMap) -> DecodeInputs:
    """Inputs that draw the unknown sites of `kept`, all of them, and let the known ones stay."""
    editable = ~kept.known
    # Of a source every token must be known; those at editable sites are not looked at.
    source = replace(kept, ids=np.where(editable, 0, kept.ids))
    return replace(at_full_strength(inputs), source=source, editable=editable)


def check_inside(kept: TokenMap, head: DecodeState, inputs: DecodeInputs) -> None:
    """BadInput when `kept` opens or changes a site outside the box (`inputs.editable`)."""
    if (kept.layout, kept.codebook_size) != (head.tokens.layout, head.tokens.codebook_size):
        raise BadInput("These tokens belong to another generator.", "Choose the sites anew.")
    if inputs.editable is None:
        return
    if (kept.ids != head.tokens.ids)[~inputs.editable].any():
        raise BadInput("Only sites inside the box can be opened.", "Choose sites inside the box.")


def reopened(
    generator: Generator, inputs: DecodeInputs, timeline: Timeline
) -> tuple[Timeline, DecodeState]:
    """Where a branch that draws inputs.editable leaves the head's path, and the state it goes on
    from: the kept tokens, with the path's own latent.

    BadInput when the path begins later than that.
    """
    (begun,) = generator.begin(replace(inputs, seeds=inputs.seeds[:1]))
    for snapshot in timeline.path():
        if snapshot.state.step == begun.step:
            return timeline.at(snapshot.id), replace(begun, latent=snapshot.state.latent)
    raise BadInput("The steps of these sites are not at hand.", "Generate anew.")


def placed(timeline: Timeline, kept: TokenMap) -> DecodeState:
    """The step after the head, with tokens that a person has put in place; nothing is drawn."""
    head = timeline.head_snapshot.state
    return DecodeState(head.step + 1, kept, head.latent)


def carried_on(timeline: Timeline, stop: int) -> Timeline:
    """With the head's tokens as they are up to step `stop`, so that every path has every step.

    Blocks behind the last one that was opened draw nothing, but a later branch may leave there.
    """
    while timeline.head_snapshot.state.step < stop:
        state = timeline.head_snapshot.state
        timeline = timeline.appended(replace(state, step=state.step + 1))
    return timeline
