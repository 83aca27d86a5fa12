"""A short soak; `make stress` has the long one."""

import logging
import random
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desk import build_application
from tests.stress import soak
from tests.stress.person import ACTIONS, drawn_action
from tests.stress.watching import Watch

ACTIONS_DONE = 80

pytestmark = pytest.mark.gui


def test_a_short_soak_ends_without_a_fault(qtbot: QtBot, tmp_path: Path) -> None:
    figures = soak.soak(build_application([]), tmp_path, iter(range(ACTIONS_DONE)), seed=3)
    assert not figures.faults
    assert figures.actions.total() == ACTIONS_DONE
    assert figures.happened["decodes"] and figures.happened["files written"]


def test_the_watch_notices_warnings_of_any_source(caplog: pytest.LogCaptureFixture) -> None:
    """A driver that can find nothing would prove nothing."""
    with Watch() as watch:
        logging.getLogger("anywhere").warning("a remark")
        watch.said_by_qt(None, None, "QObject: a remark")
        watch.said_by_qt(None, None, "This plugin does not support that")
    assert [fault.partition(":")[0] for fault in watch.faults] == ["logged", "Qt"]
    caplog.clear()


def test_memory_that_grows_is_a_fault() -> None:
    """One rest that stands out is none."""
    warm_up = [400.0] * soak.WARM_UP_RESTS
    assert soak.growth(warm_up + [500.0] * 4 + [540.0] * 4)
    assert not soak.growth(warm_up + [500.0] * 7 + [600.0])
    assert not soak.growth(warm_up[:2])


def test_an_action_of_a_seed_is_always_the_same() -> None:
    drawn = [[drawn_action(random.Random(f"5 {n}")) for n in range(400)] for _ in range(2)]
    assert drawn[0] == drawn[1] and set(drawn[0]) == set(ACTIONS)
