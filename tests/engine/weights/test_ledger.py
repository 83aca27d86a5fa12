"""What is known of weights is kept, whatever happens while something is added to it."""

import errno
import os
from pathlib import Path

import pytest

from engine.values.errors import WeightsMissing
from engine.weights.ledger import Ledger, Seen, change_ledger, read_ledger


def test_a_full_disk_leaves_what_was_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.json"
    known = change_ledger(lambda ledger: ledger.with_seen("a/b", "7" * 40, "c", Seen(1, "d")), path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(WeightsMissing, match="cannot be written: No space left") as caught:
            change_ledger(lambda _: Ledger(), path)
    assert caught.value.remedy == "Make room, or allow writing."
    assert read_ledger(path) == known and not list(tmp_path.glob("*.part"))


def test_a_place_that_is_no_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WeightsMissing, match="cannot be written"):
        change_ledger(lambda ledger: ledger, tmp_path / "file" / "ledger.json")
