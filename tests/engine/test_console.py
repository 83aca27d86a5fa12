"""A command's engine: what is asked of it for a terminal."""

from collections.abc import Callable

from engine.console import Session
from engine.values.jobs import EditRequest, EngineEvent, Finished
from engine.values.params import SamplingParams

ASKED = EditRequest(1, "lformer", "a cat", SamplingParams())


class Remembering:
    """Ends each job at once."""

    def __init__(self) -> None:
        self.asked: list[EditRequest] = []

    def run(
        self,
        request: EditRequest,
        emit: Callable[[EngineEvent], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self.asked.append(request)
        emit(Finished(request.job, (), 0.0))


def test_a_terminal_shows_no_steps() -> None:
    engine = Remembering()
    Session(engine).decode(ASKED)
    (asked,) = engine.asked
    assert ASKED.previews and not asked.previews
    assert asked.prompt == "a cat"
