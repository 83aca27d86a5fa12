"""ellbox weights ..., with a Hub on the loopback address and models of random weights."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from typer.testing import CliRunner, Result

from engine.catalog import catalog
from engine.cli import app
from engine.conversion import CONVERTERS
from engine.weights.hub import Hub
from engine.weights.ledger import read_ledger
from engine.weights.places import models_home, published_home
from tests.loopback_hub import COMMIT, LoopbackHub
from tests.published_star import write_published_star
from tests.tiny_model import write_tiny_model

Run = Callable[..., Result]
SNAPSHOT = "star_rope_d30_6-ar-ckpt.pth"
ROW = {
    "key": "star-tiny",
    "backend": "star",
    "title": "Tiny STAR",
    "image_side": 6,
    "format": "training snapshot .pth",
    "licence": "MIT by somebody",
    "memory_bytes": 8_400_000_000,
    "memory_of": "peak",
    "sources": {"hub": {"repository": "someone/STAR", "revision": COMMIT[:7]}},
    "files": [
        {"source": "hub", "path": SNAPSHOT},
        {"source": "hub", "path": "vae_ch160v4096z32.pth"},
        {"source": "hub", "path": "CLIP/text_encoder/*"},
    ],
}
SHIPPED = {
    "key": "lformer",
    "backend": "lformer",
    "title": "Lformer",
    "image_side": 32,
    "format": "model folder",
    "licence": "Apache-2.0",
    "embedded": True,
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_published_star(tmp_path_factory.mktemp("hub") / "STAR", snapshot=SNAPSHOT)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder of the person's own, with a note beside the weights."""
    folder = write_tiny_model(tmp_path_factory.mktemp("own") / "mine", key="my-lformer")
    (folder / "notes.txt").write_text("not part of the model")
    return folder


@pytest.fixture
def run(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder; the list has two models."""
    manifest = tmp_path / "list.json"
    manifest.write_text(json.dumps({"version": 2, "models": [SHIPPED, ROW]}))
    for module in ("catalog", "weights.stock", "weights_commands"):
        monkeypatch.setattr(f"engine.{module}.embedded_folders", lambda: (tiny,))
    monkeypatch.setattr("engine.weights.manifest.manifest_path", lambda: manifest)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, typed: str = "") -> Result:
        return CliRunner().invoke(app, ["weights", *map(str, arguments)], input=typed)

    return run


@pytest.fixture
def server(published: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    paths = [path for path in published.rglob("*") if path.is_file()]
    files = {path.relative_to(published).as_posix(): path.read_bytes() for path in paths}
    with LoopbackHub({"someone/STAR": files}).serving() as serving:
        hub = Hub(serving.endpoint, stall_seconds=5, pause_seconds=0.01)
        monkeypatch.setattr("engine.weights_commands.Hub", lambda: hub)
        yield serving


def lines_of(done: Result, key: str) -> list[str]:
    return [line for line in done.output.splitlines() if line.startswith(key)]


def test_a_model_is_fetched_converted_listed_verified_and_removed(
    run: Run, server: LoopbackHub
) -> None:
    done = run("list")
    assert "to fetch" in lines_of(done, "star-tiny")[0] and "not published" in done.output
    # Asked first, with size, place and licence; nothing is fetched without a yes.
    done = run("fetch", "star-tiny", typed="n\n")
    assert done.exit_code == 0 and "Nothing was done" in done.output and not server.ranges
    assert f"someone/STAR at {COMMIT[:12]}" in done.output and "MIT by somebody" in done.output
    assert str(models_home() / "star-tiny") in done.output and "8.4 GB, peak" in done.output
    assert not published_home().exists()
    server.drops = 1
    done = run("fetch", "star-tiny", typed="y\n")
    assert done.exit_code == 0, done.output
    assert "Tiny STAR is ready: --backend star-tiny." in done.output
    assert [spec.key for spec in catalog()] == ["lformer", "star-tiny"]
    assert not (published_home() / "star-tiny").exists()
    assert read_ledger().pins == {"someone/STAR": COMMIT}
    (line,) = lines_of(run("list"), "star-tiny")
    assert "Tiny STAR" in line and "ready" in line and "yes" in line
    done = run("fetch", "star-tiny", "--yes")
    assert done.exit_code == 2 and "Remove it first" in done.output
    network = models_home() / "star-tiny" / "network.safetensors"
    network.write_bytes(network.read_bytes()[:-1] + b"?")
    assert "not yet" in lines_of(run("list"), "star-tiny")[0]
    done = run("verify")
    assert done.exit_code == 1 and "! star-tiny" in done.output and "damaged" in done.output
    assert "  lformer: 4 files are whole." in done.output
    assert run("remove", "star-tiny", typed="n\n").exit_code == 0 and network.exists()
    assert "is removed" in run("remove", "star-tiny", typed="y\n").output
    assert not network.exists() and [spec.key for spec in catalog()] == ["lformer"]


def test_a_server_that_lies_leaves_no_model(run: Run, server: LoopbackHub) -> None:
    server.lies[SNAPSHOT] = server.files["someone/STAR"][SNAPSHOT][::-1]
    done = run("fetch", "star-tiny", "--yes")
    assert done.exit_code == 1 and "wrong digest and was deleted" in done.output
    assert not models_home().exists()
    # What did come in whole is kept for the next time, and told.
    assert "begun" in lines_of(run("list"), "star-tiny")[0]
    assert run("remove", "star-tiny", "--yes").exit_code == 0
    assert "to fetch" in lines_of(run("list"), "star-tiny")[0]


def test_the_shipped_model_and_unknown_ones_are_not_removed_or_fetched(
    run: Run, tiny: Path
) -> None:
    done = run("remove", "lformer", "--yes")
    assert done.exit_code == 2 and "comes with Ellbox and stays" in done.output
    assert (tiny / "model.json").exists()
    other = models_home() / "other" / "notes.txt"
    other.parent.mkdir(parents=True)
    other.write_text("here")
    for key in ("nothing", "../models", "", ".", ".."):
        assert run("remove", key, "--yes").exit_code == 2
    assert other.exists()
    done = run("fetch", "nothing")
    assert done.exit_code == 2 and "Listed: lformer, star-tiny" in done.output
    assert run("verify", "nothing").exit_code == 2


def test_a_folder_of_ones_own_is_checked_and_copied(run: Run, own: Path) -> None:
    done = run("import", own)
    assert done.exit_code == 0, done.output
    home = models_home() / "my-lformer"
    assert (home / "model.json").exists() and not (home / "notes.txt").exists()
    assert [spec.key for spec in catalog()] == ["lformer", "my-lformer"]
    assert "yes" in lines_of(run("list"), "my-lformer")[0]
    done = run("import", own)
    assert done.exit_code == 2 and "already" in done.output


def changed(own: Path, copy: Path, **told: object) -> Path:
    shutil.copytree(own, copy)
    model = json.loads((copy / "model.json").read_text()) | told
    (copy / "model.json").write_text(json.dumps(model))
    return copy


def test_folders_that_are_no_sound_models_are_refused(run: Run, own: Path, tmp_path: Path) -> None:
    model = json.loads((own / "model.json").read_text())
    files, network = model["files"], model["network"]
    pickle = files | {"network": files["network"] | {"name": "network.pth"}}
    shutil.copyfile(own / "lformer.safetensors", own / "network.pth")
    other = network | {"transformer": network["transformer"] | {"n_layer": 3}}
    wrongs: dict[str, tuple[dict[str, object], str]] = {
        "shipped": ({"key": "lformer"}, "comes with Ellbox"),
        "outside": ({"key": "../../x"}, "cannot be the key"),
        "backend": ({"backend": "dall-e"}, "damaged"),
        "pickle": ({"files": pickle}, "is not safetensors"),
        "shapes": ({"network": other}, "do not fit the model"),
        "sizes": ({"files": files | {"text": files["network"]}}, "do not fit the model"),
    }
    for name, (told, message) in wrongs.items():
        done = run("import", changed(own, tmp_path / name, **told))
        assert done.exit_code in (1, 2) and message in done.output, f"{name}: {done.output}"
    damaged = changed(own, tmp_path / "digest")
    (damaged / "clip.safetensors").write_bytes(b"x" * files["text"]["bytes"])
    assert "are damaged" in run("import", damaged).output
    assert run("import", tmp_path / "nowhere").exit_code == 1
    assert not models_home().exists()


def test_a_damaged_added_model_stops_no_other(run: Run, own: Path) -> None:
    assert run("import", own).exit_code == 0
    for text in ("{", '{"key": 3, "files": {}}', '{"key": "x", "files": {}}'):
        (models_home() / "my-lformer" / "model.json").write_text(text)
        assert [spec.key for spec in catalog()] == ["lformer"]
    (models_home() / "my-lformer" / "model.json").write_text("{")
    assert "damaged" in lines_of(run("list"), "my-lformer")[0]
    assert "! my-lformer" in run("verify").output
    assert run("remove", "my-lformer", "--yes").exit_code == 0


def test_published_files_are_converted_where_asked(
    run: Run, published: Path, tmp_path: Path
) -> None:
    done = run("convert", published, "--backend", "star", "-o", "mine")
    assert done.exit_code == 0 and "Wrote mine" in done.output
    model = json.loads((tmp_path / "mine" / "model.json").read_text())
    assert (model["key"], model["licence"]) == ("mine", "as its authors say")
    done = run("convert", published, "--backend", "star-tiny", "-o", "listed")
    model = json.loads((tmp_path / "listed" / "model.json").read_text())
    assert (model["key"], model["licence"]) == ("star-tiny", "MIT by somebody")
    assert [spec.key for spec in catalog()] == ["lformer"]


def test_what_cannot_be_converted_is_said(run: Run, published: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for source, backend, out, message in (
        (published, "star", "there", "already"),
        (published, "lformer", "out", "nothing to convert"),
        (published, "dall-e", "out", "Backends: maskgen, star, vq_diffusion. Models: star-tiny"),
        (published, "maskgen", "out", "no folders tokenizer"),
        (published, "vq_diffusion", "out", "no weights in STAR/transformer"),
        (tmp_path / "nowhere", "star", "out", "There is no"),
    ):
        done = run("convert", source, "--backend", backend, "-o", out)
        assert done.exit_code == 2 and message in done.output, done.output
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("odd", [AttributeError, AssertionError, OverflowError, KeyError])
def test_whatever_a_converter_stumbles_over_is_a_sentence(
    run: Run, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: type[Exception]
) -> None:
    def stumbles(_: object) -> None:
        raise odd("of a list where a table was meant")

    monkeypatch.setitem(CONVERTERS, "star", stumbles)
    done = run("convert", published, "--backend", "star", "-o", "out")
    assert done.exit_code == 2 and "is not laid out as published weights of star" in done.output
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".*"))
