"""Strength of a box edit: below 1 part of the box's own tokens stay, as each generator can.

Generators that draw a site once are told fewer sites; the others begin later by themselves, from
the box's own tokens noised (SDEdit, arXiv 2108.01073).
"""

from dataclasses import replace

from engine.generators.base import DecodeInputs, Generator, OpensPart
from engine.values.timeline import Timeline


def softened(generator: Generator, inputs: DecodeInputs, start: Timeline | None) -> DecodeInputs:
    """Inputs that draw as much of the box as params.strength says.

    start: the steps that are gone on from. What they began with says what they draw, whatever the
    prompt is now.
    """
    if inputs.editable is None or inputs.params.strength == 1:
        return inputs
    if not isinstance(generator, OpensPart):
        return inputs
    if start is None:
        return replace(inputs, editable=generator.opened(inputs))
    return replace(inputs, editable=~start.snapshots[0].state.tokens.known)


def at_full_strength(inputs: DecodeInputs) -> DecodeInputs:
    """Inputs whose editable sites are all drawn from nothing."""
    return replace(inputs, params=replace(inputs.params, strength=1.0))


def whole(generator: Generator, inputs: DecodeInputs) -> int:
    """What strength 1 comes to in a box edit: sites of a generator of blocks, tokens of one that
    unmasks, else scales or steps."""
    if inputs.editable is not None and generator.spec.step_kind in ("block", "unmask"):
        return int(inputs.editable.sum())
    return len(generator.steps(at_full_strength(inputs)))
