"""The cases of TiTok's and MaskGen's generators, their schedules and their text."""

from collections.abc import Callable

from tests.golden.case import Case, Report

CASES: dict[str, Callable[[Case, Report], None]] = {}
