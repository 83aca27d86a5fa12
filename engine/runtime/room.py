"""What memory a device has free, what is taken of it, and how it is given back."""

import ctypes
import gc
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import torch

from engine.memory import MemoryNeed, gigabytes

CONTROL_GROUP = Path("/sys/fs/cgroup")
RESET_PEAK = "5"
"""What Linux wants to be told in clear_refs to begin the highest resident size anew."""


def free_bytes(device: torch.device) -> int:
    """Memory that a model may take: of the card, or of the computer that it shares."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return free + kept
    available: int = psutil.virtual_memory().available
    return min(available, control_group_free(CONTROL_GROUP, otherwise=available))


def control_group_free(folder: Path, *, otherwise: int) -> int:
    """What a container's limit leaves (cgroup v2); `otherwise` where there is none."""
    try:
        limit = int((folder / "memory.max").read_text())
        used = int((folder / "memory.current").read_text())
        lines = (folder / "memory.stat").read_text().splitlines()
    except (OSError, ValueError):
        return otherwise
    # Pages of files that nobody reads are given up when memory is asked for.
    idle = sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
    return max(limit - used + idle, 0)


def shortage(title: str, need: MemoryNeed, free: int, device: torch.device) -> str:
    """One sentence: what a model needs, and what is there."""
    where = "The graphics card" if device.type == "cuda" else "This computer"
    return f"{where} has {gigabytes(free)} of memory free; {title} needs {gigabytes(need.total)}."


def release(device: torch.device) -> None:
    """Give back what is free but held: to the card, and on Linux to the system."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    else:
        _trim()


class PeakMeter:
    """The most memory taken since it was made, beyond what was taken then."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
            self._start = torch.cuda.memory_allocated(device)
            return
        # Free memory that the process still holds would be taken again unseen.
        _trim()
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text(RESET_PEAK)
        self._start = _resident_peak()

    @property
    def taken_bytes(self) -> int:
        """0 where the system does not tell, which is Linux alone but for graphics cards."""
        if self._device.type == "cuda":
            return torch.cuda.max_memory_allocated(self._device) - self._start
        return max(_resident_peak() - self._start, 0)


def _resident_peak() -> int:
    """Bytes; 0 where it cannot be asked for."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _trim() -> None:
    if sys.platform.startswith("linux"):
        # Other C libraries than GNU's have no such call, and no need of it.
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
