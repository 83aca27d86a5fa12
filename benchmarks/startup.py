"""Time to first paint of the window, in fresh processes, and what had been imported by then."""

import json
import os
import statistics
import subprocess
import sys

RUNS = 5
PROBE = """
import json, sys, time
began = time.perf_counter()
from app.desk import Desk, build_application
from app.settings import Settings
imported = time.perf_counter()
app = build_application(sys.argv[:1])

class Idle:
    def run(self, request, emit, cancelled):
        from engine.values.jobs import Described
        emit(Described(request.job, "", ()))

desk = Desk(Settings(), Idle)
painted = []
desk.window.view.painted.connect(lambda: painted.append(time.perf_counter()))
desk.window.show()
while not painted:
    app.processEvents()
desk.close()
print(json.dumps({"import": imported - began, "paint": painted[0] - began,
                  "torch": "torch" in sys.modules}))
"""


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    runs = [_run() for _ in range(RUNS)]
    print(f"{'start of the window':<34}{'median':>10}{'worst':>10}   of {RUNS} runs")
    for name, key in (("imports", "import"), ("first paint (imports included)", "paint")):
        seconds = [float(run[key]) for run in runs]
        median, worst = statistics.median(seconds), max(seconds)
        print(f"{name:<34}{median:>8.2f} s{worst:>8.2f} s")
    print(f"torch imported by then: {'yes' if any(run['torch'] for run in runs) else 'no'}")


def _run() -> dict[str, float | bool]:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    found: dict[str, float | bool] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
