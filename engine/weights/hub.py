"""What repositories of the Hub offer of a model: commits, sizes and digests. Fetches nothing."""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.values.errors import BadInput, WeightsMissing
from engine.weights.ledger import Ledger
from engine.weights.manifest import ManifestRow, PublishedFile, Source

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

T = TypeVar("T")
RESERVE_BYTES = 256 * 1024**2
"""Left free on a disk that weights are fetched to."""

NAME = re.compile(r"(?!\.\.?(/|$))[\w.-]+(/(?!\.\.?(/|$))[\w.-]+)*")
"""Names of files that a server may ask to write; none leads out of the folder."""


@dataclass(frozen=True, slots=True)
class Hub:
    """Where and how patiently to ask. endpoint: None is the Hub itself.

    A read that brings nothing for stall_seconds is broken off and taken up again, at most `tries`
    times without a byte in between, after growing pauses.
    """

    endpoint: str | None = None
    stall_seconds: float = 10.0
    tries: int = 6
    pause_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file of a commit, as the server describes it and as the list or the ledger know it.

    sha256: what it must have, or None where nobody has told; git_sha1 then tells for small files.
    """

    repository: str
    commit: str
    path: str
    target: Path
    bytes: int
    sha256: str | None
    git_sha1: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What would be fetched, and where to. Shown and accepted before anything is."""

    row: ManifestRow
    folder: Path
    files: tuple[OfferedFile, ...]

    @property
    def total_bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def missing_bytes(self) -> int:
        """Of files that are not there yet, even if a part of them is."""
        return sum(file.bytes for file in self.files if not file.target.is_file())

    @property
    def needed_bytes(self) -> int:
        """Room for what is missing and for the model that is made of it."""
        return self.missing_bytes + self.total_bytes + RESERVE_BYTES


def survey(row: ManifestRow, folder: Path, ledger: Ledger, hub: Hub) -> Offer:
    """Ask the server, one question a repository. folder: where the files would go.

    BadInput for a model that is not fetched this way; WeightsMissing when the server cannot be
    reached, or offers other files than those that are listed or were seen before.
    """
    if row.by_hand:
        raise BadInput(
            f"{row.title} cannot be fetched. {row.by_hand}",
            f"Then: ellbox weights convert FILE --backend {row.key}.",
        )
    if row.embedded:
        raise BadInput(f"{row.title} comes with Ellbox.")

    @cache
    def listed(source: Source) -> tuple[str, Mapping[str, "RepoSibling"]]:
        revision = source.revision or ledger.pins.get(source.repository)
        return _listed(source.repository, revision, hub)

    files: list[OfferedFile] = []
    for wanted in row.files:
        assert wanted.source is not None
        commit, siblings = listed(wanted.source)
        for name in _matching(wanted, siblings):
            target = folder / (wanted.to + name.rpartition("/")[2] if _many(wanted) else wanted.to)
            file = _offered(wanted, wanted.source.repository, commit, siblings[name], target)
            files.append(_checked(file, ledger))
    return Offer(row, folder, tuple(files))


def check_room(offer: Offer) -> None:
    """WeightsMissing when the disk has no room for the offer."""
    place = offer.folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < offer.needed_bytes:
        raise WeightsMissing(
            f"{offer.row.title} needs {offer.needed_bytes / 1e9:.1f} GB for its files and the model"
            f" made of them, and {free / 1e9:.1f} GB are free in {place}.",
            "Make room on that disk.",
        )


def asked(what: str, question: Callable[[], T]) -> T:
    """The answer; WeightsMissing, in words, when there is none."""
    import httpx2
    from huggingface_hub import errors

    try:
        return question()
    except errors.OfflineModeIsEnabled as error:
        raise WeightsMissing(
            f"{what} cannot be asked for: HF_HUB_OFFLINE forbids it.", "Unset it to fetch weights."
        ) from error
    except errors.GatedRepoError as error:
        raise WeightsMissing(
            f"{what} is given only to people who accepted its terms on its page.",
            "Accept them there and log in with `hf auth login`.",
        ) from error
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        raise WeightsMissing(
            f"{what} is not where the list says.", "It was moved or withdrawn by its authors."
        ) from error
    except (httpx2.HTTPError, OSError, ValueError) as error:
        raise WeightsMissing(
            f"{what} cannot be reached: {str(error).strip() or type(error).__name__}.",
            "Check the connection and try again.",
        ) from error


def _listed(
    repository: str, revision: str | None, hub: Hub
) -> tuple[str, Mapping[str, "RepoSibling"]]:
    """The commit that a revision names, and its files by name."""
    from huggingface_hub import HfApi

    api = HfApi(endpoint=hub.endpoint)
    found = asked(
        repository,
        lambda: api.model_info(
            repository, revision=revision, files_metadata=True, timeout=hub.stall_seconds
        ),
    )
    commit = found.sha or ""
    pinned = revision if revision and re.fullmatch(r"[0-9a-f]{7,40}", revision) else ""
    if not (re.fullmatch(r"[0-9a-f]{40}", commit) and commit.startswith(pinned)):
        raise WeightsMissing(
            f"{repository} answers with the commit {commit or 'none'} instead of {revision}.",
            "Try again later, or report it.",
        )
    return commit, {sibling.rfilename: sibling for sibling in found.siblings or ()}


def _many(wanted: PublishedFile) -> bool:
    return wanted.path.endswith("/*")


def _matching(wanted: PublishedFile, siblings: Mapping[str, object]) -> list[str]:
    """Names of the files that a listed path means; WeightsMissing when there is none."""
    assert wanted.source is not None
    folder = wanted.path.removesuffix("*")
    names = [
        name
        for name in sorted(siblings)
        if (name.rpartition("/")[0] + "/" == folder if _many(wanted) else name == wanted.path)
    ]
    # To some file systems names that differ in capitals only are one.
    alone = len({name.casefold() for name in names}) == len(names)
    if not names or not alone or not all(map(NAME.fullmatch, names)):
        raise WeightsMissing(
            f"{wanted.source.repository} has no {wanted.path}.",
            "It was moved or withdrawn by its authors.",
        )
    return names


def _offered(
    wanted: PublishedFile, repository: str, commit: str, sibling: "RepoSibling", target: Path
) -> OfferedFile:
    digest = None if sibling.lfs is None else sibling.lfs.sha256
    size = sibling.size if sibling.lfs is None else sibling.lfs.size
    name = f"{repository}/{sibling.rfilename}"
    if size is None:
        raise WeightsMissing(f"The server does not say how large {name} is.", "Try again later.")
    if wanted.bytes not in (None, size) or (digest and wanted.sha256 not in (None, digest)):
        raise WeightsMissing(
            f"The server offers another {name} than the list of weights names.",
            "Nothing was fetched; report it to the authors of Ellbox.",
        )
    return OfferedFile(
        repository,
        commit,
        sibling.rfilename,
        target,
        bytes=size,
        sha256=wanted.sha256 or digest,
        git_sha1=None if sibling.lfs is not None else sibling.blob_id,
    )


def _checked(file: OfferedFile, ledger: Ledger) -> OfferedFile:
    """With the sha256 that was seen before; WeightsMissing when the server tells another now."""
    seen = ledger.known(file.repository, file.commit, file.path)
    if seen is None:
        return file
    if seen.bytes != file.bytes or file.sha256 not in (None, seen.sha256):
        raise WeightsMissing(
            f"The server offers another {file.repository}/{file.path} than it did before.",
            "Nothing was fetched: a commit never changes, so somebody changed the file.",
        )
    return replace(file, sha256=seen.sha256)
