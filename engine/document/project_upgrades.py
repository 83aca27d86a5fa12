"""Records of older projects, brought up to date one version at a time."""

from collections.abc import Callable

from engine.document.timeline_record import NotNow, Record


def from_1(record: Record) -> Record:
    """2: members have names of their own, edits weights, and what is open is stored too."""

    def edit(old: Record) -> Record:
        folder = old["folder"]
        return {
            "region": old["region"],
            "visible": old["visible"],
            "patch": f"{folder}patch.png",
            "tokens": f"{folder}timeline.npz",
            "timeline": old["timeline"] | {"drafts": []},
            "weights": {},
        }

    return {
        "ellbox_project": 2,
        "base": "base.png",
        "edits": [edit(old) for old in record["edits"]],
        "boxes": [],
        "offer": None,
        "view": None,
    }


def from_2(record: Record) -> Record:
    """3: the settings of runs and boxes may name a strength; without one it is 1."""
    return record | {"ellbox_project": 3}


UPGRADES: tuple[Callable[[Record], Record], ...] = (from_1, from_2)
"""UPGRADES[n] reads a record of schema n + 1 and returns one of schema n + 2."""
SCHEMA = len(UPGRADES) + 1


def upgraded(record: Record) -> Record:
    """A record of today's schema; NotNow for a newer one, ValueError for none at all."""
    version = record["ellbox_project"]
    if type(version) is not int or version < 1:
        raise ValueError(f"there is no schema {version!r}")
    if version > SCHEMA:
        raise NotNow("The project was written by a newer Ellbox.", "Update Ellbox.")
    for upgrade in UPGRADES[version - 1 :]:
        record = upgrade(record)
    return record
