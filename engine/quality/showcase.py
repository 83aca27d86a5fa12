"""`ellbox train showcase`: pictures for README, seeds 0 to 7 of fixed prompts, none picked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image, ImageDraw

from engine.quality.artist import Artist, Draws
from engine.training.commands.options import taking
from engine.values.jobs import Pixels
from engine.values.region import Region

SEEDS = range(8)
CELL_PX, TITLE_PX, GAP_PX = 112, 18, 4

GENERATIONS = (
    "a red apple on a blue background",
    "a cat on yellow",
    "a purple balloon on light blue",
    "a big sunflower on pink",
    "a small star at the top on black",
    "a snowman on a blue background",
    "a flat drawing of a house on light blue",
    "a strawberry to the left of a cactus on white",
)


@dataclass(frozen=True, slots=True)
class ShownEdit:
    """A box on one of the sample pictures; None: on a plain grey picture of 256 x 256 px."""

    sample: str | None
    region: Region
    prompt: str


EDITS = (
    ShownEdit("coffee.jpg", Region(20, 20, 220, 220), "a strawberry"),
    ShownEdit("chelsea.png", Region(10, 10, 150, 150), "a yellow star"),
    ShownEdit("astronaut.jpg", Region(230, 20, 370, 160), "a balloon"),
    ShownEdit(None, Region(48, 48, 208, 208), "a red car"),
)


@dataclass(frozen=True, slots=True)
class Showing:
    """What is drawn, and where it goes."""

    out: Annotated[Path, typer.Option(help="Folder for the two sheets.")] = Path("docs/images")
    backend: Annotated[str, typer.Option(help="The generator.")] = "lformer"
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto"


@taking(Showing)
def showcase(asked: Showing) -> None:
    """Draw README's generations and box edits: seeds 0 to 7, one candidate each."""
    from engine.catalog import spec
    from engine.runtime.engine import build_engine

    artist = Artist(build_engine(asked.device), spec(asked.backend))
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, sheet in (("generations", generations(artist)), ("edits", edits(artist))):
        path = asked.out / f"{name}.jpg"
        sheet.save(path, quality=90, subsampling=0)
        typer.echo(f"Wrote {path}.")


def generations(artist: Draws) -> Image.Image:
    """A row for every prompt, a column for every seed."""
    return _sheet(
        (prompt, [artist.picture(prompt, seed) for seed in SEEDS]) for prompt in GENERATIONS
    )


def edits(artist: Draws) -> Image.Image:
    """A row for every box: the picture with its box, then the result of each seed."""
    return _sheet((f"“{edit.prompt}”", _edited(artist, edit)) for edit in EDITS)


def _edited(artist: Draws, edit: ShownEdit) -> list[Pixels]:
    image = _sample(edit.sample)
    results = [artist.edited(image, edit.region, edit.prompt, seed) for seed in SEEDS]
    return [_around(_outlined(image, edit.region), edit.region)] + [
        _around(result, edit.region) for result in results
    ]


def _sample(name: str | None) -> Pixels:
    if name is None:
        return np.full((256, 256, 3), 150, np.uint8)
    with Image.open(Path(str(resources.files("assets"))) / "samples" / name) as image:
        return np.asarray(image.convert("RGB"))


def _outlined(image: Pixels, region: Region) -> Pixels:
    picture = Image.fromarray(image)
    corners = (region.left, region.top, region.right - 1, region.bottom - 1)
    ImageDraw.Draw(picture).rectangle(corners, outline="white", width=3)
    return np.asarray(picture)


def _around(image: Pixels, region: Region) -> Pixels:
    """The square of one and a half times the box around it, as far as the picture reaches."""
    height, width = image.shape[:2]
    side = min(round(1.5 * max(region.width, region.height)), width, height)
    left = min(max((region.left + region.right - side) // 2, 0), width - side)
    top = min(max((region.top + region.bottom - side) // 2, 0), height - side)
    return image[top : top + side, left : left + side]


def _sheet(rows: Iterable[tuple[str, Sequence[Pixels]]]) -> Image.Image:
    """Pictures in rows, each row under its title."""
    told = list(rows)
    columns = max(len(pictures) for _, pictures in told)
    step = CELL_PX + GAP_PX
    sheet = Image.new("RGB", (columns * step, len(told) * (step + TITLE_PX)), "white")
    draw = ImageDraw.Draw(sheet)
    for row, (title, pictures) in enumerate(told):
        top = row * (step + TITLE_PX)
        draw.text((2, top + TITLE_PX / 2), title, fill="black", anchor="lm")
        for column, picture in enumerate(pictures):
            cell = Image.fromarray(picture).resize((CELL_PX, CELL_PX), Image.Resampling.LANCZOS)
            sheet.paste(cell, (column * step, top + TITLE_PX))
    return sheet
