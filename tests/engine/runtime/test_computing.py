"""Another device, precision or thread count is taken while the engine lives, and told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.hardware import present_devices, usable_cores
from engine.runtime.device import choose_device, reason, settled
from engine.runtime.engine import build_engine
from engine.values.computing import DEVICE_NAMES, Computing
from engine.values.jobs import Described, DescribeRequest
from tests.engine_answers import events_of
from tests.tiny_model import write_tiny_model

LACKING = next(name for name in DEVICE_NAMES[1:] if name not in present_devices())


@pytest.fixture(autouse=True)
def threads_as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_the_engine_settles_as_it_is_told(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path)
    engine = build_engine("cpu", [folder])

    def told(request: DescribeRequest) -> Described:
        (described,) = events_of(engine, request)
        assert isinstance(described, Described)
        return described

    first = told(DescribeRequest(1))
    assert first.devices == present_devices() and first.cores == usable_cores()
    half = told(DescribeRequest(2, Computing("cpu", "half", 1)))
    assert "bfloat16" in half.device and "1 core," in half.device
    assert half.why.startswith("The settings ask for this device.")
    assert torch.get_num_threads() == 1
    assert told(DescribeRequest(3)).device == half.device
    assert [spec.key for spec in half.generators] == [spec.key for spec in first.generators]


def test_a_device_that_is_gone_is_told_and_replaced() -> None:
    wanted = Computing(LACKING)
    device = settled(wanted)
    assert device.device.type in present_devices()
    assert f"ask for {LACKING}, which this machine has not" in reason(device, wanted)


@pytest.mark.parametrize(("threads", "taken"), [(0, max(1, usable_cores() - 1)), (1, 1)])
def test_threads(threads: int, taken: int) -> None:
    assert choose_device("cpu", threads).threads == taken
    assert choose_device("cpu", 10**6).threads == usable_cores()
