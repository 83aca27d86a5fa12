"""Settings: one small typed value, kept as sparse JSON, written whole or not at all."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import platformdirs

from app.export_choice import FIRST_CHOICE, ExportChoice, choice_from
from engine.values.computing import (
    DEVICE_NAMES,
    PRECISIONS,
    Computing,
    DeviceName,
    Precision,
)

Appearance = Literal["system", "light", "dark", "contrast"]
APPEARANCES: tuple[Appearance, ...] = ("system", "light", "dark", "contrast")
Language = Literal["system", "en", "de"]
LANGUAGES: tuple[Language, ...] = ("system", "en", "de")
Keys = tuple[str, ...]
"""Of one action, in portable words; the first is shown."""
MAX_RECENT = 8
MAX_THREADS = 256
UNDO_MB, CACHE_MB = (64, 65_536), (32, 16_384)
"""Least and most."""

ChoiceT = TypeVar("ChoiceT", bound=str)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the window remembers. geometry: Qt's own base64 text.

    undo_mb, cache_mb: memory for undo and for pictures of steps. keep_folder: where work is kept
    aside; "" is the user's state folder. keys: (action, its keys) where a person chose others.
    toured: the guide was shown.
    """

    appearance: Appearance = "system"
    language: Language = "system"
    device: DeviceName = "auto"
    precision: Precision = "full"
    threads: int = 0
    undo_mb: int = 1024
    cache_mb: int = 384
    keep_folder: str = ""
    hints: bool = True
    dim_outside: bool = True
    outline_steps: bool = True
    keys: tuple[tuple[str, Keys], ...] = ()
    toured: bool = False
    candidates: int = 4
    folder: str = ""
    recent: tuple[str, ...] = ()
    geometry: str = ""
    export: ExportChoice = FIRST_CHOICE

    @property
    def computing(self) -> Computing:
        return Computing(self.device, self.precision, self.threads)

    def with_recent(self, path: Path) -> "Settings":
        others = tuple(each for each in self.recent if each != str(path))
        return replace(self, recent=(str(path), *others)[:MAX_RECENT], folder=str(path.parent))


def settings_file() -> Path:
    return Path(platformdirs.user_config_dir("ellbox", appauthor=False)) / "settings.json"


def read_settings(path: Path) -> Settings:
    """What is stored; the defaults for a missing or damaged file and for unfit entries."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    return _fitting(stored) if isinstance(stored, dict) else Settings()


def _fitting(stored: Mapping[str, Any]) -> Settings:
    usual, get = Settings(), stored.get
    recent = get("recent")
    return Settings(
        appearance=_choice(get("appearance"), APPEARANCES),
        language=_choice(get("language"), LANGUAGES),
        device=_choice(get("device"), DEVICE_NAMES),
        precision=_choice(get("precision"), PRECISIONS),
        threads=_number(get("threads"), 0, MAX_THREADS, usual.threads),
        undo_mb=_number(get("undo_mb"), *UNDO_MB, usual.undo_mb),
        cache_mb=_number(get("cache_mb"), *CACHE_MB, usual.cache_mb),
        keep_folder=_text(get("keep_folder")),
        hints=_mark(get("hints"), usual.hints),
        dim_outside=_mark(get("dim_outside"), usual.dim_outside),
        outline_steps=_mark(get("outline_steps"), usual.outline_steps),
        keys=_keys(get("keys")),
        toured=_mark(get("toured"), usual.toured),
        candidates=_number(get("candidates"), 1, 9, usual.candidates),
        folder=_text(get("folder")),
        recent=tuple(map(str, recent))[:MAX_RECENT] if isinstance(recent, list) else (),
        geometry=_text(get("geometry")),
        export=choice_from(get("export")),
    )


def _choice(stored: object, choices: tuple[ChoiceT, ...]) -> ChoiceT:
    """The first is the default."""
    return next((each for each in choices if each == stored), choices[0])


def _number(stored: object, low: int, high: int, usual: int) -> int:
    if not isinstance(stored, int) or isinstance(stored, bool):
        return usual
    return min(max(stored, low), high)


def _mark(stored: object, usual: bool) -> bool:
    return stored if isinstance(stored, bool) else usual


def _text(stored: object) -> str:
    return stored if isinstance(stored, str) else ""


def _keys(stored: object) -> tuple[tuple[str, Keys], ...]:
    """[[action, [key, ...]], ...] as JSON has them; what does not fit is left out."""
    return tuple(
        (str(each[0]), tuple(map(str, each[1])))
        for each in (stored if isinstance(stored, list) else ())
        if isinstance(each, list) and len(each) == 2 and isinstance(each[1], list)
    )


def write_settings(settings: Settings, path: Path) -> None:
    """Store what differs from the defaults. Raises OSError when the folder cannot be written."""
    defaults = asdict(Settings())
    sparse = {name: value for name, value in asdict(settings).items() if value != defaults[name]}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(sparse, indent=2), encoding="utf-8")
    unfinished.replace(path)
