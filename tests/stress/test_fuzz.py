"""Short runs of the fuzz drivers; `make stress` has the long ones."""

import random

import pytest

from engine.values.errors import BadInput
from tests.stress import fuzz_pictures, fuzz_projects
from tests.stress.fuzzing import Case, Read, fuzz


@pytest.mark.parametrize(
    ("case", "read", "count"),
    [
        (fuzz_pictures.case, fuzz_pictures.read, 400),
        (fuzz_projects.case, fuzz_projects.read, 80),
    ],
    ids=["pictures", "projects"],
)
def test_damaged_files_open_or_are_refused_in_a_sentence(
    case: Case, read: Read, count: int
) -> None:
    figures = fuzz(case, read, seed=0, first=0, count=count)
    assert not figures.faults
    assert figures.opened + figures.refused == count
    assert figures.opened and figures.refused


@pytest.mark.parametrize("case", [fuzz_pictures.case, fuzz_projects.case])
def test_a_case_is_always_the_same(case: Case) -> None:
    assert all(case(random.Random(f"0 {n}")) == case(random.Random(f"0 {n}")) for n in range(20))


def test_the_driver_notices_whatever_is_no_sentence() -> None:
    """A driver that can find nothing would prove nothing."""

    def read(data: bytes) -> object:
        if data == b"1":
            raise KeyError("size")
        if data == b"2":
            raise BadInput("no sentence")
        if data == b"3":
            raise BadInput("A sentence.")
        return data

    numbers = iter(range(5))
    figures = fuzz(lambda _: str(next(numbers)).encode(), read, seed=0, first=0, count=5)
    assert (figures.opened, figures.refused, len(figures.faults)) == (2, 2, 2)
