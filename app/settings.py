"""Settings: one small typed value, kept as sparse JSON, written whole or not at all."""

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Literal

import platformdirs

Appearance = Literal["system", "light", "dark"]
MAX_RECENT = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """What the window remembers. geometry: Qt's own base64 text."""

    appearance: Appearance = "system"
    candidates: int = 4
    folder: str = ""
    recent: tuple[str, ...] = ()
    geometry: str = ""
    prompts: tuple[str, ...] = ()

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
    if not isinstance(stored, dict):
        return Settings()
    settings = Settings()
    for field in fields(Settings):
        value = stored.get(field.name)
        default = getattr(settings, field.name)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            value = tuple(value)
        if type(value) is type(default):
            settings = replace(settings, **{field.name: value})
    if settings.appearance not in ("system", "light", "dark"):
        settings = replace(settings, appearance="system")
    return replace(settings, candidates=min(max(settings.candidates, 1), 9))


def write_settings(settings: Settings, path: Path) -> None:
    """Store what differs from the defaults. Raises OSError when the folder cannot be written."""
    defaults = asdict(Settings())
    sparse = {name: value for name, value in asdict(settings).items() if value != defaults[name]}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(sparse, indent=2), encoding="utf-8")
    os.replace(unfinished, path)
