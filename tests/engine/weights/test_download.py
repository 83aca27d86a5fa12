"""Fetching over real HTTP, from a server that breaks off, stalls and lies."""

import hashlib
import threading
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from engine.values.errors import BadInput, WeightsMissing
from engine.weights.download import FetchProgress, fetch
from engine.weights.hub import Hub, Offer, survey
from engine.weights.ledger import Ledger, Seen, change_ledger, read_ledger
from engine.weights.manifest import ManifestRow, read_manifest
from tests.engine.weights.conftest import BIG, SMALL
from tests.loopback_hub import COMMIT, LoopbackHub

DIGEST = hashlib.sha256(BIG).hexdigest()


def fetched(offer: Offer, hub: Hub) -> list[FetchProgress]:
    told: list[FetchProgress] = []
    assert fetch(offer, hub, told.append, lambda: False)
    return told


def with_first(row: ManifestRow, **told: object) -> ManifestRow:
    """The row, its first file listed otherwise."""
    first, *rest = row.files
    return replace(row, files=(replace(first, **told), *rest))  # type: ignore[arg-type]


def test_an_offer_names_commit_sizes_and_places_and_fetches_nothing(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    offer = survey(row, place, Ledger(), hub)
    assert [(f.path, f.target, f.bytes) for f in offer.files] == [
        ("network.pth", place / "network.pth", len(BIG)),
        ("text/config.json", place / "text" / "config.json", len(SMALL)),
    ]
    assert {file.commit for file in offer.files} == {COMMIT}
    assert offer.total_bytes == offer.missing_bytes == len(BIG) + len(SMALL)
    assert server.listings == [f"someone/big@{COMMIT[:7]}"] and not server.ranges
    assert not place.exists()


def test_what_is_fetched_is_whole_checked_and_written_down(
    hub: Hub, row: ManifestRow, place: Path, server: LoopbackHub
) -> None:
    told = fetched(survey(row, place, Ledger(), hub), hub)
    assert (place / "network.pth").read_bytes() == BIG
    assert (place / "text" / "config.json").read_bytes() == SMALL
    assert sorted(path.name for path in place.rglob("*.*")) == ["config.json", "network.pth"]
    ledger = read_ledger()
    assert ledger.known("someone/big", COMMIT, "network.pth") == Seen(len(BIG), DIGEST)
    assert ledger.pins == {"someone/big": COMMIT}
    assert ledger.is_checked(place / "network.pth", DIGEST)
    done = [progress.done_bytes for progress in told]
    assert done == sorted(done) and done[-1] == told[-1].total_bytes == len(BIG) + len(SMALL)
    # Once more: everything is here, nothing is asked for again.
    server.ranges.clear()
    offer = survey(row, place, read_ledger(), hub)
    assert offer.missing_bytes == 0
    fetched(offer, hub)
    assert not server.ranges


def test_a_dropped_connection_is_taken_up_where_it_broke(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    server.drops = 3
    fetched(survey(row, place, Ledger(), hub), hub)
    assert (place / "network.pth").read_bytes() == BIG
    half = len(BIG) // 2
    assert server.ranges[:3] == ["", f"bytes={half}-", f"bytes={half + half // 2}-"]


def test_a_server_without_ranges_starts_over(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    server.drops, server.no_ranges = 1, True
    fetched(survey(row, place, Ledger(), hub), hub)
    assert (place / "network.pth").read_bytes() == BIG


def test_a_stall_is_broken_off_and_taken_up(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    server.stalls = 1
    fetched(survey(row, place, Ledger(), hub), hub)
    assert (place / "network.pth").read_bytes() == BIG
    assert server.ranges[1] == f"bytes={len(BIG) // 2}-"


def test_a_server_that_gives_up_leaves_the_part_for_another_day(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    offer = survey(row, place, Ledger(), hub)
    # Every answer but the first brings nothing at all.
    server.drops = 1
    part = place / f"network.pth.{COMMIT[:12]}.part"
    stopped = threading.Event()
    answer = server._send

    def only_once(asked: object, content: bytes) -> None:
        if not stopped.is_set():
            stopped.set()
            answer(asked, content)  # type: ignore[arg-type]

    server._send = only_once  # type: ignore[method-assign]
    with pytest.raises(WeightsMissing, match=r"stopped coming in.*go on from there"):
        fetch(offer, hub, lambda _: None, lambda: False)
    assert part.stat().st_size == len(BIG) // 2
    assert not (place / "network.pth").exists()
    server._send = answer  # type: ignore[method-assign]
    server.ranges.clear()
    fetched(offer, hub)
    assert server.ranges[0] == f"bytes={len(BIG) // 2}-"
    assert (place / "network.pth").read_bytes() == BIG and not part.exists()


def test_cancelling_keeps_the_part(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    offer = survey(row, place, Ledger(), hub)
    told: list[FetchProgress] = []
    assert not fetch(offer, hub, told.append, lambda: bool(told))
    (part,) = place.iterdir()
    assert 0 < part.stat().st_size < len(BIG) and part.suffix == ".part"
    fetched(offer, hub)
    assert server.ranges[1].startswith("bytes=")


@pytest.mark.parametrize("lie", [BIG[:-1] + b"!", BIG[::-1]])
def test_a_wrong_digest_is_deleted_and_said(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path, lie: bytes
) -> None:
    server.lies["network.pth"] = lie
    with pytest.raises(WeightsMissing, match="wrong digest and was deleted"):
        fetched(survey(row, place, Ledger(), hub), hub)
    assert not list(place.iterdir())
    assert read_ledger().known("someone/big", COMMIT, "network.pth") is None


def test_a_wrong_digest_of_a_small_file_is_noticed_by_gits_own(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    server.lies["text/config.json"] = SMALL.replace(b"16", b"17")
    with pytest.raises(WeightsMissing, match=r"config\.json came in with a wrong digest"):
        fetched(survey(row, place, Ledger(), hub), hub)
    assert (place / "network.pth").exists() and not (place / "text" / "config.json").exists()
    assert read_ledger().known("someone/big", COMMIT, "network.pth") is not None


@pytest.mark.parametrize("lie", [BIG + b"more", BIG[:1000]])
def test_another_size_than_told_is_deleted_and_said(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path, lie: bytes
) -> None:
    server.lies["network.pth"] = lie
    with pytest.raises(WeightsMissing, match=r"larger than the|lies about.*deleted"):
        fetched(survey(row, place, Ledger(), hub), hub)
    assert not list(place.iterdir())


def test_a_resumed_range_that_does_not_fit_is_refused(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    offer = survey(row, place, Ledger(), hub)
    server.drops = 1
    server.lies["network.pth"] = BIG + BIG[:2000]
    with pytest.raises(WeightsMissing, match=r"larger than|lies about"):
        fetched(offer, hub)
    assert not list(place.iterdir())


def test_a_listed_size_or_digest_that_the_server_contradicts_is_refused(
    hub: Hub, row: ManifestRow, place: Path
) -> None:
    for told in ({"bytes": 5}, {"sha256": "0" * 64}):
        with pytest.raises(WeightsMissing, match="another someone/big/network"):
            survey(with_first(row, **told), place, Ledger(), hub)
    survey(with_first(row, bytes=len(BIG), sha256=DIGEST), place, Ledger(), hub)


def test_a_listed_digest_counts_where_the_server_tells_none(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    server.plain = ("network.pth",)
    offer = survey(with_first(row, sha256="0" * 64), place, Ledger(), hub)
    with pytest.raises(WeightsMissing, match=f"deleted: its sha256 is {DIGEST}"):
        fetched(offer, hub)


def test_a_digest_that_was_seen_counts_ever_after(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    fetched(survey(row, place, Ledger(), hub), hub)
    (place / "network.pth").unlink()
    server.files["someone/big"]["network.pth"] = BIG[::-1]
    with pytest.raises(WeightsMissing, match="than it did before"):
        survey(row, place, read_ledger(), hub)
    # A server that tells no digest is found out when the file is here.
    server.plain = ("network.pth",)
    with pytest.raises(WeightsMissing, match="wrong digest"):
        fetched(survey(row, place, read_ledger(), hub), hub)


def test_without_a_listed_revision_the_first_commit_is_kept_to(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    loose = tuple(replace(f, source=replace(f.source, revision=None)) for f in row.files)  # type: ignore[type-var]
    row = replace(row, files=loose)
    fetched(survey(row, place, Ledger(), hub), hub)
    server.commit = "9" * 40
    with pytest.raises(WeightsMissing, match="instead of 23fab67"):
        survey(row, place, read_ledger(), hub)
    assert server.listings[-1] == f"someone/big@{COMMIT}"


def test_a_file_that_is_here_but_damaged_is_fetched_again(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    place.mkdir(parents=True)
    (place / "network.pth").write_bytes(BIG[::-1])
    fetched(survey(row, place, Ledger(), hub), hub)
    assert (place / "network.pth").read_bytes() == BIG


def test_too_little_room_is_said_before_anything_comes_in(
    server: LoopbackHub,
    hub: Hub,
    row: ManifestRow,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr("engine.weights.hub.shutil.disk_usage", lambda _: usage(10**6))
    offer = survey(row, place, Ledger(), hub)
    with pytest.raises(WeightsMissing, match=r"Big needs 0\.3 GB.*0\.0 GB are free"):
        fetched(offer, hub)
    assert not server.ranges and not place.exists()


def test_what_cannot_be_fetched_says_why(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = read_manifest()
    with pytest.raises(BadInput, match=r"published in parts.*--backend vq-diffusion-coco"):
        survey(rows["vq-diffusion-coco"], place, Ledger(), hub)
    with pytest.raises(BadInput, match="comes with Ellbox"):
        survey(rows["lformer"], place, Ledger(), hub)
    with pytest.raises(WeightsMissing, match=r"has no other\.pth"):
        survey(with_first(row, path="other.pth"), place, Ledger(), hub)
    server.files.clear()
    with pytest.raises(WeightsMissing, match="not where the list says"):
        survey(row, place, Ledger(), hub)
    with pytest.raises(WeightsMissing, match="cannot be reached"):
        survey(row, place, Ledger(), replace(hub, endpoint="http://127.0.0.1:9"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(WeightsMissing, match="HF_HUB_OFFLINE forbids"):
        survey(row, place, Ledger(), hub)


def test_two_that_fetch_one_model_do_not_write_one_file(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    offer = survey(row, place, Ledger(), hub)
    refused: list[str] = []

    def again(_: FetchProgress) -> None:
        if not refused:
            with pytest.raises(WeightsMissing, match="by another Ellbox") as held:
                fetch(offer, hub, lambda _: None, lambda: False)
            refused.append(str(held.value))

    assert fetch(offer, hub, again, lambda: False) and refused
    assert (place / "network.pth").read_bytes() == BIG
    assert fetch(offer, hub, lambda _: None, lambda: False), "the claim outlived the fetch"


def test_what_others_write_down_during_a_fetch_stays(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    def other(_: FetchProgress) -> None:
        change_ledger(lambda ledger: ledger.with_seen("else/where", "7" * 40, "a", Seen(1, "b")))

    offer = survey(row, place, Ledger(), hub)
    assert fetch(offer, hub, other, lambda: False)
    assert read_ledger().pins == {"someone/big": COMMIT, "else/where": "7" * 40}
    # The first digest that was written down counts, whoever wrote it.
    (place / "network.pth").unlink()
    wrong = Seen(len(BIG), "0" * 64)
    change_ledger(lambda ledger: ledger.with_seen("someone/big", COMMIT, "network.pth", wrong))
    with pytest.raises(WeightsMissing, match="otherwise than before"):
        fetch(offer, hub, lambda _: None, lambda: False)
    assert not (place / "network.pth").exists()


def test_a_range_that_nobody_asked_for_is_a_lie_and_no_disk_error(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path
) -> None:
    offer = survey(row, place, Ledger(), hub)
    server.always_from = 7
    with pytest.raises(WeightsMissing, match="The server lies about"):
        fetched(offer, hub)


@pytest.mark.parametrize("name", ["text/..", "text/a.json\n", "text/CONFIG.json", "text/."])
def test_names_that_leave_the_folder_or_meet_on_some_disk_are_refused(
    server: LoopbackHub, hub: Hub, row: ManifestRow, place: Path, name: str
) -> None:
    server.files["someone/big"][name] = b"{}"
    with pytest.raises(WeightsMissing, match=r"has no text/\*"):
        survey(row, place, Ledger(), hub)
