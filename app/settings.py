"""Settings: one small typed value, kept as sparse JSON, written whole or not at all."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import platformdirs

Appearance = Literal["system", "light", "dark"]
APPEARANCES: tuple[Appearance, ...] = ("system", "light", "dark")
MAX_RECENT = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """What the window remembers. geometry: Qt's own base64 text."""

    appearance: Appearance = "system"
    candidates: int = 4
    folder: str = ""
    recent: tuple[str, ...] = ()
    geometry: str = ""

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
    wanted = stored.get("appearance")
    appearance = next((each for each in APPEARANCES if each == wanted), APPEARANCES[0])
    candidates, recent = stored.get("candidates"), stored.get("recent")
    folder, geometry = stored.get("folder"), stored.get("geometry")
    return Settings(
        appearance=appearance,
        candidates=min(max(candidates, 1), 9) if isinstance(candidates, int) else 4,
        folder=folder if isinstance(folder, str) else "",
        recent=tuple(map(str, recent))[:MAX_RECENT] if isinstance(recent, list) else (),
        geometry=geometry if isinstance(geometry, str) else "",
    )


def write_settings(settings: Settings, path: Path) -> None:
    """Store what differs from the defaults. Raises OSError when the folder cannot be written."""
    defaults = asdict(Settings())
    sparse = {name: value for name, value in asdict(settings).items() if value != defaults[name]}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(sparse, indent=2), encoding="utf-8")
    unfinished.replace(path)
