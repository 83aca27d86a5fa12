"""The TiTok cases: what our code must give for the reference's inputs and weights."""

from collections.abc import Callable

from tests.golden import titok_generator_cases, titok_tokenizer_cases
from tests.golden.case import Case, Report

CASES: dict[str, Callable[[Case, Report], None]] = {
    **titok_tokenizer_cases.CASES,
    **titok_generator_cases.CASES,
}
