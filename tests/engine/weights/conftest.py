"""A model to fetch, from a Hub on the loopback address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from engine.weights.hub import Hub
from engine.weights.manifest import ManifestRow, PublishedFile, Source
from tests.loopback_hub import COMMIT, LoopbackHub

BIG = bytes(range(256)) * 4000
SMALL = b'{"heads": 16}'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    """Serves one repository of a large and a small file. Going online is allowed for this test."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    files = {"someone/big": {"network.pth": BIG, "text/config.json": SMALL, "text/a/b": b"deep"}}
    with LoopbackHub(files).serving() as serving:
        yield serving


@pytest.fixture
def hub(server: LoopbackHub) -> Hub:
    """Asks the server on the loopback address, and is impatient."""
    return Hub(server.endpoint, stall_seconds=0.3, tries=3, pause_seconds=0.01)


@pytest.fixture
def row() -> ManifestRow:
    source = Source("someone/big", COMMIT[:7])
    return ManifestRow(
        "big",
        "star",
        "Big",
        256,
        "Hub folders",
        "MIT",
        files=(
            PublishedFile(source, "network.pth", "network.pth"),
            PublishedFile(source, "text/*", "text/"),
        ),
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "published" / "big"
