"""What an engine answers to a request, once it has."""

from collections.abc import Callable

import numpy as np

from engine.decoding.compositing import pasted
from engine.runtime.engine import Engine
from engine.values.jobs import (
    Candidate,
    EditRequest,
    EngineEvent,
    Finished,
    Pixels,
    Previewed,
    PreviewRequest,
    Request,
    StepDone,
)
from engine.values.region import Region


def events_of(
    engine: Engine, request: Request, cancelled: Callable[[], bool] = lambda: False
) -> list[EngineEvent]:
    events: list[EngineEvent] = []
    engine.run(request, events.append, cancelled)
    return events


def finished(engine: Engine, request: EditRequest) -> Finished:
    closing = events_of(engine, request)[-1]
    assert isinstance(closing, Finished)
    return closing


def steps_and_end(engine: Engine, request: EditRequest) -> tuple[list[StepDone], Finished]:
    *events, closing = events_of(engine, request)
    assert isinstance(closing, Finished)
    return [event for event in events if isinstance(event, StepDone)], closing


def drawn(engine: Engine, request: EditRequest) -> Candidate:
    """The best candidate."""
    return finished(engine, request).candidates[0]


def previews(engine: Engine, request: PreviewRequest) -> tuple[Pixels, ...]:
    (previewed,) = events_of(engine, request)
    assert isinstance(previewed, Previewed)
    return previewed.pictures


def changes_the_box_alone(image: Pixels, box: Region, patch: Pixels) -> bool:
    """Whether the patch changes something in the box, and nothing around it."""
    changed = (pasted(image, box, patch) != image).any(-1)
    inside = np.zeros_like(changed)
    inside[box.top : box.bottom, box.left : box.right] = True
    return bool(changed[inside].any() and not changed[~inside].any())
