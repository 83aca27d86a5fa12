"""Work that a window left behind is found again, exactly; trouble is a sentence."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from engine.atomic_write import remove_unfinished, write_whole
from engine.document import project_upgrades
from engine.document.document import Document, Edit
from engine.document.journal import SIGNATURE, read_journal
from engine.document.project import Project
from engine.document.project_lock import ProjectLock
from engine.document.project_upgrades import SCHEMA
from engine.document.recovery import Autosave, Found, Work
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.region import Region
from tests.engine.document.conftest import make_timeline
from tests.engine.document.test_project_file import (
    assert_same_document,
    make_document,
    make_project,
)

ROOT = Path(__file__).parents[3]
NOBODY = 65_534


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def with_edit(document: Document, value: int) -> Document:
    region = Region(0, 0, 3, 2)
    patch = np.full((2, 3, 3), value, np.uint8)
    return document.applied(Edit(region, patch, make_timeline(None)))


def left_by_a_window(state: Path, *works: Work, checkpoint_bytes: int = 10**6) -> Path:
    """Keeps the works one after the other and ends like a crash; the journal."""
    autosave = Autosave(state, checkpoint_bytes=checkpoint_bytes)
    for work in works:
        autosave.keep(work)
    autosave.close()
    (journal,) = state.glob("*.journal")
    return journal


def found_in(state: Path) -> Found | None:
    autosave = Autosave(state)
    found = autosave.find()
    if found is not None:
        autosave.resume(found)
    autosave.close()
    return found


@pytest.mark.parametrize("checkpoint_bytes", [0, 10**6])
def test_the_last_work_is_found(state: Path, checkpoint_bytes: int) -> None:
    first = make_project()
    assert first.document is not None
    last = replace(first, document=with_edit(first.document, 9), view=None)
    path = state.parent / "picture.ellbox"
    left_by_a_window(
        state,
        Work(first, "picture"),
        Work(last, "picture.ellbox", path),
        checkpoint_bytes=checkpoint_bytes,
    )
    found = found_in(state)
    assert found is not None and found.notice == ""
    work = found.work
    assert (work.name, work.path, work.safe) == ("picture.ellbox", path, False)
    assert_same_document(work.project.document, last.document)
    assert (work.project.boxes, work.project.view) == (first.boxes, None)
    assert work.project.offer is not None and len(work.project.offer.options) == 3


def test_small_changes_add_little_and_a_checkpoint_begins_anew(state: Path) -> None:
    document = make_document()
    autosave = Autosave(state, checkpoint_bytes=20_000)
    autosave.keep(Work(Project(document), "a"))
    (journal,) = state.glob("*.journal")
    sizes = [journal.stat().st_size]
    for value in range(20):
        document = with_edit(document, value)
        autosave.keep(Work(Project(document), "a"))
        sizes.append(journal.stat().st_size)
    autosave.close()
    assert any(after < before for before, after in itertools.pairwise(sizes))
    assert max(sizes) < 20_000 + 2 * sizes[-1]
    found = found_in(state)
    assert found is not None
    assert_same_document(found.work.project.document, document)


def test_what_is_safe_or_forgotten_is_not_offered(state: Path) -> None:
    left_by_a_window(state, Work(make_project(), "a"), Work(make_project(), "a", safe=True))
    assert found_in(state) is None
    assert not list(state.iterdir())
    autosave = Autosave(state)
    autosave.keep(Work(make_project(), "a"))
    autosave.forget()
    assert found_in(state) is None
    assert not list(state.iterdir())


def test_a_torn_last_record_is_dropped(state: Path) -> None:
    document = make_document()
    journal = left_by_a_window(
        state, Work(Project(document), "a"), Work(Project(with_edit(document, 9)), "a")
    )
    os.truncate(journal, journal.stat().st_size - 1)
    found = found_in(state)
    assert found is not None and found.notice == ""
    assert_same_document(found.work.project.document, document)


def test_a_damaged_middle_stops_the_reading_and_is_said(state: Path) -> None:
    document = make_document()
    later = with_edit(document, 9)
    works = [Work(Project(each), "a") for each in (document, later, with_edit(later, 3))]
    journal = left_by_a_window(state, *works)
    data = bytearray(journal.read_bytes())
    first, second, _ = read_journal(bytes(data)).payloads
    data[len(SIGNATURE) + 2 * 28 + len(first) + len(second) // 2] ^= 255
    journal.write_bytes(data)
    found = found_in(state)
    assert found is not None and "damaged" in found.notice
    assert_same_document(found.work.project.document, document)


def test_a_journal_damaged_from_the_start_is_said_once(state: Path) -> None:
    journal = left_by_a_window(state, Work(make_project(), "a"))
    journal.write_bytes(b"something else entirely")
    with pytest.raises(BadInput, match="damaged"):
        found_in(state)
    assert found_in(state) is None
    assert list(state.glob("*.damaged"))


def test_the_work_of_a_living_window_is_not_offered(state: Path) -> None:
    living = Autosave(state)
    living.keep(Work(make_project(), "a"))
    assert Autosave(state).find() is None
    living.close()
    other = Autosave(state)
    found = other.find()
    assert found is not None
    assert Autosave(state).find() is None, "two new windows would offer the same work"
    other.resume(found)
    other.keep(replace(found.work, name="b"))
    other.close()
    again = found_in(state)
    assert again is not None and again.work.name == "b"


def test_the_work_of_a_killed_process_is_found(state: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from engine.document.project import Project\n"
        "from engine.document.project_lock import ProjectLock\n"
        "from engine.document.recovery import Autosave, Work\n"
        "autosave = Autosave(Path(sys.argv[1]))\n"
        "autosave.keep(Work(Project(None), 'left'))\n"
        "ProjectLock(Path(sys.argv[1]) / 'locks').take(Path('a.ellbox'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(state)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    found = found_in(state)
    assert found is not None and found.work.name == "left"
    stale = ProjectLock(state / "locks")
    stale.take(ROOT / "a.ellbox")
    stale.release()


# -- trouble ----------------------------------------------------------------------------------


def large_work() -> Work:
    noise = np.random.default_rng(0).integers(0, 255, (12, 10, 3), np.uint8)
    document = make_document()
    for _ in range(20):
        document = document.applied(Edit(Region(0, 0, 10, 12), noise.copy(), make_timeline(None)))
    return Work(Project(document), "large")


def test_a_full_disk_costs_nothing_that_was_kept(state: Path) -> None:
    # The kernel takes 4 KiB of each file and refuses the rest, as a full disk does. In a process of
    # its own: the limit would hold for the file, too, that these tests' own output may go to.
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from engine.document.project import Project\n"
        "from engine.document.recovery import Autosave, Work\n"
        "from engine.values.errors import BadInput\n"
        "from tests.engine.document.test_recovery import large_work\n"
        "autosave = Autosave(Path(sys.argv[1]))\n"
        "autosave.keep(Work(Project(None), 'before'))\n"
        "hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))\n"
        "for _ in range(2):\n"
        "    try:\n"
        "        autosave.keep(large_work())\n"
        "    except BadInput as refused:\n"
        "        print(refused)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(state)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.count("could not be kept aside") == 2
    assert done.stdout.count("make room") == 2
    (journal,) = state.glob("*.journal")
    assert read_journal(journal.read_bytes()).payloads
    found = found_in(state)
    assert found is not None and found.work.name == "before"


def test_it_goes_on_when_there_is_room_again(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    autosave = Autosave(state)
    autosave.keep(Work(Project(None), "before"))
    plain, taken = os.write, list[int]()

    def part_then_full(handle: int, data: bytes) -> int:
        if taken:
            raise OSError(28, os.strerror(28))
        taken.append(plain(handle, bytes(data)[:20]))
        return taken[0]

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", part_then_full)
        with pytest.raises(BadInput, match="No space left"):
            autosave.keep(Work(Project(None), "lost"))
    (journal,) = state.glob("*.journal")
    assert read_journal(journal.read_bytes()).damage == "torn"
    autosave.keep(Work(Project(None), "after"))
    autosave.close()
    found = found_in(state)
    assert found is not None and found.work.name == "after"


def test_a_vanished_state_folder_is_made_again(state: Path) -> None:
    autosave = Autosave(state)
    autosave.keep(Work(Project(None), "before"))
    shutil.rmtree(state)
    autosave.keep(Work(Project(None), "after"))
    assert Autosave(state).find() is None, "the work of a living window was offered"
    autosave.close()
    found = found_in(state)
    assert found is not None and found.work.name == "after"


def test_a_state_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(BadInput, match="could not be kept aside"):
        Autosave(tmp_path / "state").keep(Work(Project(None), "a"))


@contextmanager
def nobodys_folder() -> Iterator[Path]:
    """A folder where this user has no rights; root steps down to another user for the block."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            if root:
                os.seteuid(0)
            Path(name).chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another thing there")
def test_folders_that_cannot_be_written_to_are_sentences() -> None:
    with nobodys_folder() as folder:
        with pytest.raises(OSError, match="Permission denied"):
            (folder / "plain").write_text("a")
        with pytest.raises(BadInput, match="could not be kept aside"):
            Autosave(folder / "state").keep(Work(Project(None), "a"))
        with pytest.raises(BadInput, match="cannot be written"):
            write_whole(folder / "a.ellbox", b"a")
        assert Autosave(folder / "state").find() is None
        lock = ProjectLock(folder / "locks")
        lock.take(folder / "a.ellbox")  # cannot be held, which is no reason to refuse the project
        assert not list(folder.iterdir())


def test_work_for_another_ellbox_or_more_memory_stays(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    autosave = Autosave(state)
    autosave.keep(Work(Project(Document(Picture(np.zeros((9, 9, 3), np.uint8)))), "later"))
    autosave.close()
    older = Autosave(state)
    older.keep(Work(Project(None), "now"))
    older.close()
    with monkeypatch.context() as patched:
        patched.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=10))
        first = Autosave(state).find()
        assert first is not None and first.work.name == "now"
        first.session.remove()
        with pytest.raises(BadInput, match=r"cannot be restored now\. There is not enough"):
            Autosave(state).find()
    with monkeypatch.context() as patched:
        patched.setattr(project_upgrades, "SCHEMA", SCHEMA - 1)
        with pytest.raises(BadInput, match=r"cannot be restored now.*newer Ellbox"):
            Autosave(state).find()
    found = found_in(state)
    assert found is not None and found.work.name == "later"


# -- files that were being written ------------------------------------------------------------


def test_what_a_killed_write_left_is_removed_and_a_living_one_stays(tmp_path: Path) -> None:
    import fcntl

    target = tmp_path / "a[1].ellbox"
    dead, living = (tmp_path / f".{target.name}.{name}.part" for name in ("dead", "living"))
    other = tmp_path / ".b.ellbox.dead.part"
    for path in (dead, living, other):
        path.write_bytes(b"half")
    with living.open("rb") as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)
        write_whole(target, b"whole")
    assert target.read_bytes() == b"whole"
    assert (dead.exists(), living.exists(), other.exists()) == (False, True, True)
    remove_unfinished(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [target.name]


def test_two_windows_on_one_project(tmp_path: Path) -> None:
    first, second = ProjectLock(tmp_path / "locks"), ProjectLock(tmp_path / "locks")
    first.take(tmp_path / "a.ellbox")
    first.take(tmp_path / "a.ellbox")
    with pytest.raises(BadInput, match=r"a\.ellbox is open in another window"):
        second.take(tmp_path / "a.ellbox")
    second.take(tmp_path / "b.ellbox")
    first.take(tmp_path / "c.ellbox")
    second.take(tmp_path / "a.ellbox")
    with pytest.raises(BadInput):
        first.take(tmp_path / "a.ellbox")
    first.release()
    second.release()
    first.take(tmp_path / "a.ellbox")
    first.release()


def test_what_cannot_be_opened_or_written_leaves_the_lock_where_it_was(tmp_path: Path) -> None:
    mine, other = ProjectLock(tmp_path / "locks"), ProjectLock(tmp_path / "locks")
    mine.take(tmp_path / "a.ellbox")

    def cannot_be_opened() -> None:
        with mine.taking(tmp_path / "b.ellbox"):
            with pytest.raises(BadInput):
                other.take(tmp_path / "b.ellbox")
            raise ValueError("damaged")

    with pytest.raises(ValueError, match="damaged"):
        cannot_be_opened()
    with pytest.raises(BadInput):
        other.take(tmp_path / "a.ellbox")
    other.take(tmp_path / "b.ellbox")
    other.release()
    mine.release()
