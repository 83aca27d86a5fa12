"""`ellbox export` and `ellbox verify`: what a picture holds, and whether it can be made again."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.atomic_write import check_target
from engine.catalog import folder_of, model_folders
from engine.console import Session
from engine.document.document import Document, Edit
from engine.document.encoding import LOSSY_KINDS, Depth, ExportOptions
from engine.document.export import SUFFIXES, Animation, contact_sheet, export_animation
from engine.document.likeness import LOSSY_DB, NEAR_DB, likeness
from engine.document.outputs import Wish, write_output
from engine.document.picture_file import format_of, read_bytes, save_picture
from engine.document.project_file import open_project
from engine.document.restored import read_as_document
from engine.replay import decoded_anew, newest_edit, step_pictures, weights_for
from engine.values.errors import BadInput, EngineError, WeightsMissing
from engine.values.image import Picture
from engine.values.region import Region

DIFFERENT = 1
PROJECT_SUFFIX = ".ellbox"
DEPTHS: dict[str, Depth] = {"8": 8, "16": 16}
As = Literal["picture", "box", "mask", "layers", "gif", "webp", "apng", "mp4", "png"]

output_app = typer.Typer()


@output_app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    kind: Annotated[
        As,
        typer.Option(
            "--as",
            help="The picture, its box, a mask of the boxes, layers (OpenRaster); or the decode: "
            "an animation, a film (mp4), a contact sheet (png).",
        ),
    ] = "picture",
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to write, in its format.")],
    box: Annotated[
        str | None,
        typer.Option(metavar="LEFT,TOP,RIGHT,BOTTOM", help="For box and mask; else the file's."),
    ] = None,
    quality: Annotated[int, typer.Option(help="1 to 100, of JPEG, WebP and AVIF.")] = 92,
    depth: Annotated[
        Literal["8", "16"] | None, typer.Option(help="Bits a channel, of PNG and TIFF.")
    ] = None,
    icc: Annotated[bool, typer.Option(help="Keep the colour profile.")] = True,
    exif: Annotated[bool, typer.Option(help="Keep the camera's data.")] = True,
    recipe: Annotated[bool, typer.Option(help="Let the picture carry its recipe.")] = True,
    mark: Annotated[bool, typer.Option(help="Say that a model drew it (IPTC).")] = True,
) -> None:
    """Write what a picture with a recipe, or a project, holds."""
    options = ExportOptions(
        quality=quality,
        depth=None if depth is None else DEPTHS[depth],
        icc=icc,
        exif=exif,
        recipe=recipe,
        mark=mark,
    )
    check_target(out)
    wished = () if box is None else (Region.from_text(box),)
    match kind:
        case "picture" | "box" | "mask" | "layers":
            document, boxes = _opened(file)
            wish = Wish(kind, options, wished or boxes)
            notice = write_output(document, out, wish, _known_weights(document))
            if notice:
                typer.echo(notice, err=True)
            typer.echo(f"Wrote {out}.")
        case _:
            _export_decode(file, out, kind)


def _export_decode(file: Path, out: Path, kind: Animation | Literal["png"]) -> None:
    suffixes = (".png",) if kind == "png" else SUFFIXES[kind]
    if out.suffix.lower() not in suffixes:
        raise BadInput(f"{out.name} does not end in {suffixes[0]}.", "Name the file accordingly.")
    edit, ground = newest_edit(_opened(file)[0], file.name)
    _, notice = weights_for(edit)
    if notice:
        typer.echo(notice, err=True)
    pictures = step_pictures(_session(), edit.timeline, ground)
    frames = [picture.rgb8 for picture in pictures]
    if kind == "png":
        save_picture(Picture(contact_sheet(frames)), out)
    else:
        export_animation(frames, out, kind)
    typer.echo(f"Wrote {out}: {len(frames)} pictures.")


@output_app.command()
def verify(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Make a picture again from its recipe; exit 0 when it is equal or near, 1 when it is not."""
    data = read_bytes(file)
    edit, ground = newest_edit(_opened(file)[0], file.name)
    _check_same_weights(edit, file.name)
    lossy = format_of(data) in LOSSY_KINDS
    found = decoded_anew(
        _session(), edit.timeline, ground, stored_root=lossy and ground is not None
    )
    if found.patch.shape != edit.patch.shape:
        height, width = found.patch.shape[:2]
        typer.echo(f"Different: made again, it has {width} x {height} pixels.")
        raise typer.Exit(DIFFERENT)
    same = likeness(found.patch, edit.patch, LOSSY_DB if lossy else NEAR_DB)
    before = edit.timeline.head_snapshot.state.tokens
    tokens = "the same" if found.timeline.head_snapshot.state.tokens == before else "others"
    lost = " The file's format is lossy." if lossy else ""
    typer.echo(f"{same.as_sentence()} The tokens are {tokens}.{lost}")
    if same.verdict == "different":
        raise typer.Exit(DIFFERENT)


def _opened(file: Path) -> tuple[Document, tuple[Region, ...]]:
    """A project or a picture, with the boxes that are open on it."""
    if file.suffix.lower() != PROJECT_SUFFIX:
        return read_as_document(read_bytes(file), file.name), ()
    project = open_project(file)
    if project.document is None:
        raise BadInput(f"{file.name} holds no picture yet.", "Generate or open one first.")
    boxes = tuple(each.region for each in project.boxes if each.region is not None)
    return project.document, boxes


def _known_weights(document: Document) -> dict[str, str]:
    """Of the installed generator of the newest edit, if it is installed."""
    if not document.edits:
        return {}
    try:
        generator = document.edits[-1].timeline.head_run.generator
        return folder_of(generator, model_folders()).digests
    except EngineError:
        return {}


def _check_same_weights(edit: Edit, name: str) -> None:
    """WeightsMissing unless the very weights of the recipe are installed."""
    try:
        folder = folder_of(edit.timeline.head_run.generator, model_folders())
    except EngineError as error:
        raise WeightsMissing(f"The weights that made {name} are not here.", str(error)) from error
    if not edit.weights:
        raise WeightsMissing(f"The recipe in {name} does not say with which weights it was made.")
    if edit.weights != folder.digests:
        raise WeightsMissing(
            f"{name} was made with other weights than those of {folder.key} that are installed.",
            "Install the weights it was made with.",
        )


def _session() -> Session:
    # Imported here: torch takes a second to load, and bad input is answered before that.
    from engine.runtime.engine import build_engine

    return Session(build_engine())
