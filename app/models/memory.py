"""Memory: what Ellbox has learned from its use; kept in the state folder, and safe to lose."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QObject, Signal

from app.models.pace import Pace, Seconds
from app.models.prompt_history import MAX_PROMPTS, PromptHistory


@dataclass(frozen=True, slots=True)
class Memory:
    prompts: PromptHistory = field(default_factory=PromptHistory)
    pace: Pace = field(default_factory=Pace)


def memory_file() -> Path:
    return Path(platformdirs.user_state_dir("ellbox", appauthor=False)) / "memory.json"


def read_memory(path: Path) -> Memory:
    """What is stored; nothing for a missing or damaged file and for unfit entries."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Memory()
    if not isinstance(stored, dict):
        return Memory()
    prompts, seconds = stored.get("prompts"), stored.get("step_seconds")
    told = [each for each in prompts if isinstance(each, str)] if isinstance(prompts, list) else []
    measured = seconds if isinstance(seconds, dict) else {}
    paces = {kind: _seconds(value) for kind, value in measured.items()}
    return Memory(
        PromptHistory(tuple(told[:MAX_PROMPTS])),
        Pace({kind: value for kind, value in paces.items() if value}),
    )


def _seconds(stored: Any) -> Seconds:  # noqa: ANN401 - parsed JSON
    if not isinstance(stored, list) or not all(isinstance(each, int | float) for each in stored):
        return ()
    return tuple(float(each) for each in stored)


def write_memory(memory: Memory, path: Path) -> None:
    """Raises OSError when the folder cannot be written."""
    seconds = {kind: [round(s, 4) for s in value] for kind, value in memory.pace.seconds.items()}
    stored = {"prompts": memory.prompts.prompts, "step_seconds": seconds}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(stored, indent=1), encoding="utf-8")
    unfinished.replace(path)


class Remembered(QObject):
    """The memory as it is now. changed: a Memory that is to be kept."""

    changed = Signal(object)

    def __init__(self, memory: Memory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.memory = memory

    def use_prompt(self, prompt: str) -> None:
        self._keep(replace(self.memory, prompts=self.memory.prompts.used(prompt)))

    def forget_prompt(self, prompt: str) -> None:
        self._keep(replace(self.memory, prompts=self.memory.prompts.without(prompt)))

    def measure(self, kind: str, seconds: Seconds) -> None:
        self._keep(replace(self.memory, pace=self.memory.pace.measured(kind, seconds)))

    def _keep(self, memory: Memory) -> None:
        if memory != self.memory:
            self.memory = memory
            self.changed.emit(memory)
