"""`ellbox weights list`, `fetch`, `verify`, `convert`, `import`, `remove`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from engine.catalog import spec_of
from engine.listing import as_table
from engine.values.errors import BadInput, EngineError, WeightsMissing
from engine.weights.download import FetchProgress, fetch
from engine.weights.hub import Hub, Offer, survey
from engine.weights.ledger import change_ledger, read_ledger
from engine.weights.manifest import read_manifest, row_of
from engine.weights.places import models_home, published_home
from engine.weights.stock import (
    StockItem,
    add_copy,
    bytes_in,
    check_free,
    checked_folder,
    removable,
    remove,
    remove_published,
    size_text,
    stamps_of,
    stock,
)
from engine.weights.store import ModelFolder, added_folders, embedded_folders, read_folder

weights_app = typer.Typer(
    help="What models there are; fetch, check, convert, add and remove their weights.",
    no_args_is_help=True,
)
FAILED = 1
HEAD = ("model", "title", "state", "checked", "size", "licence")
Key = Annotated[str, typer.Argument(metavar="KEY", help="As `ellbox weights list` names it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Accept without being asked.")]


@weights_app.command("list")
def list_() -> None:
    """Tell which models are here, which can be fetched, their size and licence."""
    typer.echo(as_table(map(_cells, stock(read_manifest(), read_ledger())), HEAD))


@weights_app.command("fetch")
def fetch_(
    key: Key,
    *,
    yes: Yes = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the published files beside the model.")
    ] = False,
) -> None:
    """Fetch a model's published files, check them, and make a model of them."""
    row = row_of(key, read_manifest())
    home, place = check_free(key), published_home() / key
    offer = survey(row, place, read_ledger(), Hub())
    typer.echo(offer_in_words(offer, home))
    if not _accepted("Fetch it, and accept its licence?", yes):
        return
    _fetch(offer)
    _convert(place, home, key)
    if not keep:
        remove_published(key)
    typer.echo(f"{row.title} is ready: --backend {key}.")


@weights_app.command("verify")
def verify_(
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="Left out: all.")] = None,
) -> None:
    """Read every weights file and compare its sha256 with the one that was written down."""
    paths = [
        path for path in (*embedded_folders(), *added_folders()) if key in (None, _key_of(path))
    ]
    if not paths:
        raise BadInput(f"No files of a model {key!r} are here.", "See: ellbox weights list.")
    well = [_verified(path) for path in paths]
    if not all(well):
        raise typer.Exit(FAILED)


@weights_app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="A folder or file as published.")],
    *,
    backend: Annotated[str, typer.Option(help="A listed model, or star, vq_diffusion, maskgen.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Left out: where added models lie.")
    ] = None,
) -> None:
    """Make a model folder of published weights: safetensors and a model.json."""
    _convert(source, check_free(backend) if out is None else out, backend)


@weights_app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="It has a model.json.")],
) -> None:
    """Check a model folder of your own and copy it to where Ellbox finds it."""
    found = checked_folder(folder)
    check_free(found.key)
    check_loads(found)
    added = read_folder(add_copy(found))
    _write_down(added)
    typer.echo(f"{spec_of(added).title} is ready: --backend {added.key}.")


@weights_app.command("remove")
def remove_(key: Key, *, yes: Yes = False) -> None:
    """Delete the files of a model that was added."""
    folders = removable(key)
    size = sum(map(bytes_in, folders))
    typer.echo("\n".join([*map(str, folders), f"{size_text(size)} would be freed."]))
    if _accepted(f"Delete the files of {key}?", yes):
        remove(key)
        typer.echo(f"{key} is removed.")


def offer_in_words(offer: Offer, home: Path) -> str:
    """What is accepted: size, place, licence."""
    row = offer.row
    commits = {file.repository: file.commit for file in offer.files}
    sources = [f"{repository} at {commit[:12]}" for repository, commit in commits.items()]
    lines = [
        f"{row.title} ({row.key}), {row.format}",
        f"  from     {', '.join(sources)}",
        f"  size     {size_text(offer.total_bytes)} in {len(offer.files)} files, "
        f"{size_text(offer.missing_bytes)} of it to fetch",
        f"  to       {offer.folder}, the model made of it to {home}",
        f"  licence  {row.licence}",
    ]
    if row.memory_bytes is not None:
        lines.append(f"  memory   {size_text(row.memory_bytes)}, {row.memory_of}")
    return "\n".join(lines)


def check_loads(folder: ModelFolder) -> None:
    """WeightsMissing unless its networks take its weights, shape by shape."""
    # Imported here: torch takes a second to load, and most commands do without.
    from engine.runtime.device import choose_device
    from engine.runtime.model_pool import ModelPool

    spec_of(folder)
    try:
        ModelPool((folder,), choose_device("cpu")).get(folder.key)
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsMissing(
            f"The model in {folder.path.name} cannot be built: {error!r}.",
            "Its model.json describes another network than its weights.",
        ) from error


def _fetch(offer: Offer) -> None:
    bar = Progress(
        BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=Console(stderr=True)
    )
    with bar:
        task = bar.add_task("", total=offer.total_bytes)

        def told(progress: FetchProgress) -> None:
            bar.update(task, completed=progress.done_bytes)

        # Ctrl+C ends it at any byte; what came in stays for the next time.
        fetch(offer, Hub(), told, lambda: False)


def _convert(source: Path, out: Path, backend: str) -> None:
    from engine.conversion import converted

    typer.echo(f"Converting {source}.")
    folder = read_folder(converted(source, out, backend))
    if out.parent == models_home():
        _write_down(folder)
    typer.echo(f"Wrote {out}: {size_text(bytes_in(out))}.")


def _verified(path: Path) -> bool:
    try:
        folder = checked_folder(path)
    except EngineError as error:
        typer.echo(f"! {_key_of(path)}: {error}")
        return False
    _write_down(folder)
    typer.echo(f"  {folder.key}: {len(folder.files)} files are whole.")
    return True


def _write_down(folder: ModelFolder) -> None:
    """That its files were found whole."""
    stamps = stamps_of(folder)
    change_ledger(lambda ledger: ledger.with_stamps(stamps))


def _key_of(path: Path) -> str:
    """Of its model.json, or of its folder where that is damaged."""
    try:
        return read_folder(path).key
    except WeightsMissing:
        return path.name


def _cells(item: StockItem) -> tuple[str, ...]:
    here = item.state in ("built in", "ready")
    checked = ("yes" if item.checked else "not yet") if here else ""
    return item.key, item.title, item.state, checked, item.size_text, item.licence


def _accepted(question: str, yes: bool) -> bool:
    if yes or typer.confirm(question):
        return True
    typer.echo("Nothing was done.")
    return False
