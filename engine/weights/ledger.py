"""What this machine knows of weights: commits that were pinned, digests that were seen.

A digest that nobody has published is written down at the first download of a commit, and every
later one must have it. Besides: which files were found whole, and how they looked then.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from engine.atomic_write import write_whole
from engine.values.errors import BadInput, WeightsMissing
from engine.weights.places import ledger_file

VERSION = 1
PATIENCE_SECONDS = 10.0
_REMEDY = "Make room, or allow writing."


@dataclass(frozen=True, slots=True)
class Seen:
    """Size and sha256 of a file of a commit."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a file looked when its sha256 was last found right."""

    bytes: int
    changed_ns: int
    sha256: str

    @classmethod
    def of(cls, path: Path, sha256: str) -> "Stamp":
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns, sha256)


@dataclass(frozen=True, slots=True)
class Ledger:
    """pins: commits by repository. seen: by repository@commit/path. stamps: by absolute path."""

    pins: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    stamps: Mapping[str, Stamp] = field(default_factory=dict)

    def known(self, repository: str, commit: str, path: str) -> Seen | None:
        return self.seen.get(f"{repository}@{commit}/{path}")

    def with_seen(self, repository: str, commit: str, path: str, seen: Seen) -> "Ledger":
        return replace(
            self,
            pins={**self.pins, repository: commit},
            seen={**self.seen, f"{repository}@{commit}/{path}": seen},
        )

    def with_stamps(self, stamps: Mapping[Path, Stamp]) -> "Ledger":
        """Those of files that are gone are forgotten."""
        kept = {name: stamp for name, stamp in self.stamps.items() if Path(name).is_file()}
        return replace(self, stamps=kept | {str(path): stamp for path, stamp in stamps.items()})

    def is_checked(self, path: Path, sha256: str) -> bool:
        """Whether the file was found to have this sha256 and looks as it did then."""
        stamp = self.stamps.get(str(path))
        return stamp is not None and path.is_file() and Stamp.of(path, sha256) == stamp


def read_ledger(path: Path | None = None) -> Ledger:
    """An empty one where there is none; WeightsMissing for a damaged one, never silence."""
    path = path or ledger_file()
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            raise ValueError(f"version {content['version']} is not {VERSION}")
        return Ledger(
            dict(content["pins"]),
            {name: Seen(**entry) for name, entry in content["seen"].items()},
            {name: Stamp(**entry) for name, entry in content["stamps"].items()},
        )
    except FileNotFoundError:
        return Ledger()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsMissing(
            f"What was known of weights cannot be read: {error}.",
            f"Delete {path}: digests are then recorded anew.",
        ) from error


def change_ledger(change: Callable[[Ledger], Ledger], path: Path | None = None) -> Ledger:
    """What is known now, changed and written whole; another Ellbox that changes it waits.

    WeightsMissing when the folder cannot be written, or what is there is damaged.
    """
    path = path or ledger_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=PATIENCE_SECONDS):
            ledger = change(read_ledger(path))
            stored = {"version": VERSION, **asdict(ledger)}
            write_whole(path, json.dumps(stored, indent=1).encode())
    except BadInput as error:
        raise WeightsMissing(error.sentence, _REMEDY) from error
    except OSError as error:  # which is a lock that does not come, too
        reason = error.strerror or error
        raise WeightsMissing(f"{path} cannot be written: {reason}.", _REMEDY) from error
    return ledger
