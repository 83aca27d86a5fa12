"""The journal: whatever is cut off or damaged, what is sound before it is read."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document.journal import SIGNATURE, Journal, read_journal
from engine.values.errors import BadInput

PAYLOADS = (b"first", b"", b"third" * 50)


def written(path: Path, payloads: tuple[bytes, ...] = PAYLOADS) -> bytes:
    journal = Journal(path, payloads[0])
    for payload in payloads[1:]:
        journal.append(payload)
    assert journal.size_bytes == path.stat().st_size and not journal.lost
    journal.close()
    return path.read_bytes()


def test_records_come_back(tmp_path: Path) -> None:
    records = read_journal(written(tmp_path / "a"))
    assert (records.payloads, records.damage) == (PAYLOADS, "")


def test_wherever_it_is_cut_the_records_before_are_read(tmp_path: Path) -> None:
    data = written(tmp_path / "a")
    ends = [len(SIGNATURE)]
    for payload in PAYLOADS:
        ends.append(ends[-1] + 28 + len(payload))
    for cut in range(len(data)):
        records = read_journal(data[:cut])
        whole = sum(end <= cut for end in ends[1:])
        assert records.payloads == PAYLOADS[:whole]
        assert records.damage == ("" if cut in ends else "torn")


def test_a_changed_byte_is_found_and_nothing_after_it_is_read(tmp_path: Path) -> None:
    data = written(tmp_path / "a")
    last = len(data) - 28 - len(PAYLOADS[2])
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        records = read_journal(changed)
        assert records.payloads == PAYLOADS[: len(records.payloads)] != PAYLOADS
        assert len(records.payloads) <= 1 or place >= last
        if place < last:
            assert records.damage == "damaged"


def test_records_in_another_order_are_not_believed(tmp_path: Path) -> None:
    data = written(tmp_path / "a", (b"same length", b"same lengtH"))
    body = data[len(SIGNATURE) :]
    half = len(body) // 2
    assert read_journal(SIGNATURE + body[half:] + body[:half]).payloads == ()


def test_zeros_that_a_crash_left_are_a_torn_end(tmp_path: Path) -> None:
    records = read_journal(written(tmp_path / "a") + bytes(100))
    assert (records.payloads, records.damage) == (PAYLOADS, "torn")


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    assert read_journal(SIGNATURE + data).payloads == ()
    assert read_journal(data).payloads == ()


def test_a_journal_that_went_is_noticed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a", b"first")
    (tmp_path / "a").unlink()
    assert journal.lost
    (tmp_path / "a").write_bytes(b"another")
    assert journal.lost
    journal.close()


def test_it_cannot_begin_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no folder"):
        Journal(tmp_path / "none" / "a", b"first")


def test_a_short_write_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: plain(handle, bytes(data)[:3]))
    data = written(tmp_path / "a")
    assert read_journal(data).payloads == PAYLOADS
