"""A question to the engine: one at a time, and no answer that nobody waits for."""

import pytest

from app.models.inquiry import Inquiry
from app.models.jobs import JobNumbers
from engine.values.jobs import MeasureRequest, Request


class Line:
    def __init__(self) -> None:
        self.submitted: list[int] = []
        self.cancelled: list[int] = []

    def submit(self, request: Request) -> None:
        self.submitted.append(request.job)

    def cancel(self, job: int) -> None:
        self.cancelled.append(job)


def measuring(job: int) -> MeasureRequest:
    return MeasureRequest(job, "lformer", "a cat")


def test_it_is_open_until_its_own_job_is_over() -> None:
    line, numbers = Line(), JobNumbers()
    one, other = Inquiry(line, numbers), Inquiry(line, numbers)
    one.ask(measuring)
    other.ask(measuring)
    first, second = line.submitted
    assert [one.close(second), one.is_open] == [False, True]
    assert [one.close(first), one.is_open, other.is_open] == [True, False, True]
    assert not one.close(first), "it was closed before"


def test_two_at_a_time_are_a_mistake() -> None:
    inquiry = Inquiry(Line(), JobNumbers())
    inquiry.ask(measuring)
    with pytest.raises(AssertionError):
        inquiry.ask(measuring)


def test_the_answer_to_a_dropped_one_does_not_close_the_next() -> None:
    line = Line()
    inquiry = Inquiry(line, JobNumbers())
    inquiry.drop()
    assert not line.cancelled, "there was none to drop"
    inquiry.ask(measuring)
    inquiry.drop()
    inquiry.ask(measuring)
    first, second = line.submitted
    assert line.cancelled == [first]
    assert [inquiry.close(first), inquiry.close(second)] == [False, True]
