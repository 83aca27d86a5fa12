"""What loading torch leaves behind does not stop the window."""

import gc

import pytest
from pytestqt.qtbot import QtBot

from app.desk import Desk, build_application, uncollected
from app.settings import Settings
from tests.app.fake_engine import FakeEngine


def test_what_is_loaded_is_left_out_of_garbage_collection() -> None:
    with uncollected():
        assert not gc.isenabled()
        made = [[number] for number in range(1000)]
    try:
        assert gc.isenabled()
        looked_through = {id(each) for each in gc.get_objects()}
        assert not looked_through & {id(each) for each in made}
    finally:
        gc.unfreeze()


def test_garbage_is_collected_again_after_a_failure() -> None:
    with pytest.raises(ImportError), uncollected():
        raise ImportError
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


@pytest.mark.gui
def test_nothing_is_left_out_after_the_window(qtbot: QtBot) -> None:
    build_application([])
    desk = Desk(Settings(), FakeEngine)
    with uncollected():
        desk.window.show()
    qtbot.waitUntil(lambda: desk.editor.generator is not None)
    assert gc.get_freeze_count() > 0
    desk.close()
    qtbot.wait(1)
    assert gc.get_freeze_count() == 0
