"""The reckoned memory of the built-in model beside what a process really takes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.catalog import model_folders, size_of
from engine.memory import memory_need

ROOT = Path(__file__).resolve().parents[2]
MEASURE = """
import json
from engine.catalog import catalog
from engine.runtime.engine import build_engine
from engine.runtime.room import PeakMeter
from engine.values.jobs import EditRequest
import torch
spec = catalog()[0]
engine = build_engine("cpu")
meter, taken = PeakMeter(torch.device("cpu")), {}
for count in (1, 4, 9):
    events = []
    request = EditRequest(1, spec.key, "a red apple", spec.defaults, candidates=count)
    engine.run(request, events.append, lambda: False)
    taken[count] = [meter.taken_bytes, events[-1].peak_bytes]
print(json.dumps(taken))
"""


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells")
def test_the_reckoned_need_is_near_the_measured_peak() -> None:
    """For 1, 4 and 9 candidates at a time: what the process has grown by since before loading, and
    what the engine tells. The formula counts all sites in one call, of which a generation from the
    first step runs far fewer."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=ROOT, check=True, capture_output=True, text=True
    )
    size = size_of(model_folders()[0])
    for count, (grown, told) in json.loads(done.stdout).items():
        need = memory_need(size, int(count)).total
        assert need / 2 < told < 1.4 * need
        assert need / 2 < grown < 1.4 * need
