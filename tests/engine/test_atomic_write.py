"""Files are written whole or not at all, on whatever file system and under whatever name."""

import errno
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine import atomic_write
from engine.atomic_write import check_target, write_whole
from engine.values.errors import BadInput


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize(
    "name", ["a.png", "\N{CAT FACE}" * 60 + ".png", "x" * 251 + ".png", "a[1]*?.png"]
)
def test_every_name_that_the_disk_takes_is_written(tmp_path: Path, name: str) -> None:
    write_whole(tmp_path / name, b"first")
    write_whole(tmp_path / name, b"second")
    assert (tmp_path / name).read_bytes() == b"second" and names_in(tmp_path) == [name]


def test_a_name_that_is_too_long_is_a_sentence(tmp_path: Path) -> None:
    for write in (check_target, lambda path: write_whole(path, b"a")):
        with pytest.raises(BadInput, match="too long"):
            write(tmp_path / ("x" * 300))


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_one_and_a_loop_of_links_is_no_trap(tmp_path: Path) -> None:
    target, link, loop = (tmp_path / name for name in ("target", "link", "loop"))
    link.symlink_to(target)
    loop.symlink_to(loop)
    write_whole(link, b"a")
    write_whole(loop, b"b")
    assert link.is_symlink() and target.read_bytes() == b"a" and loop.read_bytes() == b"b"


def test_permissions_are_those_of_the_old_file_or_of_the_persons_mask(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"a")
    old.chmod(0o600)
    before = os.umask(0o027)
    try:
        write_whole(old, b"b")
        write_whole(new, b"b")
    finally:
        os.umask(before)
    if sys.platform != "win32":
        assert [path.stat().st_mode & 0o777 for path in (old, new)] == [0o600, 0o640]


def test_a_write_protected_file_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system is asked; root, who may write anything, is told otherwise here."""
    path = tmp_path / "mine.png"
    path.write_bytes(b"old")
    plain = os.access
    monkeypatch.setattr(os, "access", lambda each, mode: each != path and plain(each, mode))
    with pytest.raises(BadInput, match=r"mine\.png is write-protected"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old" and names_in(tmp_path) == ["mine.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such claims")
@pytest.mark.parametrize("refusal", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_without_claims_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    def refused(*_: object) -> None:
        raise OSError(refusal, os.strerror(refusal))

    monkeypatch.setattr("fcntl.flock", refused)
    write_whole(tmp_path / "a", b"whole")
    assert (tmp_path / "a").read_bytes() == b"whole" and names_in(tmp_path) == ["a"]


@pytest.mark.parametrize(("refusal", "written"), [(errno.EINVAL, True), (errno.EIO, False)])
def test_a_folder_that_cannot_be_flushed_is_no_failure_but_a_broken_disk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: int, written: bool
) -> None:
    plain = os.fsync

    def refused(handle: int) -> None:
        if os.fstat(handle).st_mode & 0o040000:
            raise OSError(refusal, os.strerror(refusal))
        plain(handle)

    monkeypatch.setattr(os, "fsync", refused)
    if written:
        write_whole(tmp_path / "a", b"whole")
    else:
        with pytest.raises(BadInput, match="cannot be written"):
            write_whole(tmp_path / "a", b"whole")
    assert (tmp_path / "a").read_bytes() == b"whole"


@pytest.mark.skipif(sys.platform == "win32", reason="an open file is not removed there")
def test_a_new_file_that_another_program_takes_for_a_leftover_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain: Callable[[int], None] = atomic_write._claim
    stolen: list[str] = []

    def late(handle: int) -> None:
        if not stolen:
            stolen.extend(names_in(tmp_path))
            (tmp_path / stolen[0]).unlink()
        plain(handle)

    monkeypatch.setattr(atomic_write, "_claim", late)
    write_whole(tmp_path / "a", b"whole")
    assert len(stolen) == 1 and names_in(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_many_writers_and_sweepers_of_one_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a"

    def write(letter: bytes) -> None:
        for _ in range(40):
            write_whole(path, letter * 5000)
            atomic_write.remove_unfinished(tmp_path)

    with ThreadPoolExecutor(3) as writers:
        for done in writers.map(write, (b"a", b"b", b"c")):
            assert done is None  # what failed is raised here
    assert len(set(path.read_bytes())) == 1 and names_in(tmp_path) == ["a"]
