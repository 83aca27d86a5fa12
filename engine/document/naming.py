"""File names for many exports in a row: made from a pattern, and never one that is taken."""

import re
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from engine.values.errors import BadInput

MAX_NAME_BYTES = 200
"""In UTF-8; most file systems take 255, and a number and a suffix are still to come."""
_WORD = re.compile(r"\{([^{}]*)\}")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
"""By some file system that a person may carry the file to."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""What Windows takes for a device, with any suffix."""


def file_name(pattern: str, facts: Mapping[str, str]) -> str:
    """The pattern with each {word} replaced by its fact, as a name without suffix for any system.

    At most MAX_NAME_BYTES long and never empty. BadInput for a word that is no fact.
    """

    def told(match: re.Match[str]) -> str:
        if match[1] not in facts:
            known = ", ".join(f"{{{word}}}" for word in facts)
            raise BadInput(f"There is nothing called {match[0]} for a name.", f"Use {known}.")
        return facts[match[1]]

    name = " ".join(_FORBIDDEN.sub("-", _WORD.sub(told, pattern)).split())
    name = name.encode(errors="ignore")[:MAX_NAME_BYTES].decode(errors="ignore").strip(" .")
    if not name:
        return "picture"
    return f"{name} picture" if _DEVICES.fullmatch(name) else name


def free_path(path: Path) -> Path:
    """The path itself, or while there is a file: `photo 2.png`, `photo 3.png` and so on."""
    if not path.exists():
        return path
    tried = (path.with_name(f"{path.stem} {number}{path.suffix}") for number in count(2))
    return next(each for each in tried if not each.exists())
