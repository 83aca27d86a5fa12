"""What an engine answers to a request, once it has."""

from collections.abc import Callable

from engine.runtime.engine import Engine
from engine.values.jobs import EditRequest, EngineEvent, Finished, Request


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
