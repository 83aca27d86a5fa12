"""The model card that ships beside the weights: text, curves and a captioned sample sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.training import checkpoints
from engine.training.config import TrainingConfig
from engine.training.curves import curve, plotted
from engine.training.metrics import Row, read_metrics

LETTER_PX, LINE_PX = 7, 13
"""Of the font that Pillow draws without being given one, rounded up."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is trained by itself; the figure that tells how far it came, and what that figure is."""

    name: str
    figure: str
    title: str


VQGAN = Part("tokenizer", "psnr", "VQGAN: PSNR of training pictures, dB")
TOWERS = Part("clip", "loss", "Towers: contrastive loss, nats")


@dataclass(frozen=True, slots=True)
class Card:
    """What a model's card says that no figure does.

    design: a sentence or two on how it draws. repeat: the commands that train it. parts: in the
    order in which they are trained.
    """

    title: str
    design: str
    repeat: str
    parts: tuple[Part, ...]


def write_card(
    card: Card, settings: TrainingConfig, folder: Path, out: Path, remarks: str = ""
) -> None:
    """MODEL_CARD.md and curves.png, beside the weights. folder: of the checkpoints."""
    rows = [figures(folder, part) for part in card.parts]
    pairs = list(zip(card.parts, rows, strict=True))
    plotted([curve(row, part.figure, part.title) for part, row in pairs]).save(out / "curves.png")
    table = "\n".join(_training_row(part, row, folder) for part, row in pairs)
    (out / "MODEL_CARD.md").write_text(card_text(card, settings, table, remarks), "utf-8")


def figures(folder: Path, part: Part) -> list[Row]:
    """The rows of a part's metrics.csv."""
    return read_metrics(folder / part.name / "metrics.csv")


def captioned_sheet(
    pictures: Sequence[NDArray[np.uint8]], captions: Sequence[str], columns: int = 4
) -> Image.Image:
    """Pictures (S, S, 3) in rows, each with its caption below, on as many lines as it takes."""
    side = pictures[0].shape[0]
    cell = side + 96
    texts = [fill(caption, cell // LETTER_PX) for caption in captions]
    row = side + 9 + LINE_PX * (1 + max(text.count("\n") for text in texts))
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * cell, rows * row), "white")
    draw = ImageDraw.Draw(sheet)
    for index, (picture, text) in enumerate(zip(pictures, texts, strict=True)):
        left, top = index % columns * cell, index // columns * row
        sheet.paste(Image.fromarray(picture), (left + (cell - side) // 2, top + 2))
        under = (left + cell / 2, top + side + 4)
        draw.text(under, text, fill="black", anchor="ma", align="center")
    return sheet


def card_text(card: Card, settings: TrainingConfig, table: str, remarks: str) -> str:
    """table: of the parts, for how long each was trained and how far it came; in Markdown."""
    scenes = settings.scenes
    styles = "in one style" if len(scenes.styles) == 1 else f"in {len(scenes.styles)} styles"
    told = f"\n## Remarks\n{remarks.strip()}\n" if remarks.strip() else ""
    return f"""# {card.title}: a built-in model

{card.design} It was trained for minutes on two CPU cores and is **rough**.

## What it was taught
{len(scenes.concepts)} things {styles} ({", ".join(scenes.styles)}), one large or two small, on
{len(scenes.backgrounds)} plain colours or on gradients, in {len(scenes.tints)} tints.
Its words are in `model.json` (`ellbox info --vocabulary`); other words mean nothing to it.

## Data and licences
Scenes composed from the sprites that `../CREDITS.md` lists; captions are checked to be true of
the picture. {settings.tokenised_scenes:,} scenes were tokenised once for the generator.

## Training
| part | optimizer | steps | batch | pictures | minutes | from -> to (mean of the last twentieth) |
|---|---|---|---|---|---|---|
{table}

![curves](curves.png)

bfloat16 autocast on the CPU, cosine schedule, averaged weights, text dropout
{settings.text_dropout}. Repeat it with {card.repeat}.
{told}
## Samples
What `ellbox generate` draws for these prompts with seed 0, not picked:

![samples](samples.png)
"""


def _training_row(part: Part, rows: list[Row], folder: Path) -> str:
    state = checkpoints.state(folder / part.name)
    last = rows[-max(1, len(rows) // 20) :]
    mean = sum(row[part.figure] for row in last) / len(last)
    steps, batch = state["progress"]["step"], state["loop"]["batch"]
    minutes = state["progress"]["seconds"] / 60
    # Checkpoints of before there was a choice do not name it.
    optimizer = state["loop"].get("optimizer", "adamw")
    return (
        f"| {part.name} | {optimizer} | {steps:,} | {batch} | {steps * batch:,} | {minutes:.0f} "
        f"| {part.title} {rows[0][part.figure]:.2f} -> {mean:.2f} |"
    )
