"""The model card that ships beside the weights: text, curves and a captioned sample sheet."""

from collections.abc import Sequence
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

CURVES = (("tokenizer", "psnr"), ("clip", "loss"), ("lformer", "entropy"))
TITLES = {
    "psnr": "VQGAN: PSNR of training pictures, dB",
    "loss": "Towers: contrastive loss, nats",
    "entropy": "Lformer: cross entropy of training tokens, nats",
}


def figures(folder: Path, part: str) -> list[Row]:
    """The rows of a part's metrics.csv."""
    return read_metrics(folder / part / "metrics.csv")


def curves(folder: Path) -> Image.Image:
    """One curve a part."""
    return plotted([curve(figures(folder, part), name, TITLES[name]) for part, name in CURVES])


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


def card_text(settings: TrainingConfig, folder: Path) -> str:
    """MODEL_CARD.md: what was trained, on what, for how long, and how far it came."""
    parts = []
    for part, name in CURVES:
        rows = figures(folder, part)
        state = checkpoints.state(folder / part)
        last = rows[-max(1, len(rows) // 20) :]
        mean = sum(row[name] for row in last) / len(last)
        steps, batch = state["progress"]["step"], state["loop"]["batch"]
        minutes = state["progress"]["seconds"] / 60
        parts.append(
            f"| {part} | {steps:,} | {batch} | {steps * batch:,} | {minutes:.0f} "
            f"| {TITLES[name]} {rows[0][name]:.2f} -> {mean:.2f} |"
        )
    scenes = settings.scenes
    table = "\n".join(parts)
    return f"""# Lformer small: the built-in model

A picture of 128 x 128 pixels is 16 x 16 tokens of a 1,024-code VQGAN (f8), decoded in 16 L-blocks
by a block-causal transformer with a latent (6 layers, width 256), led by a small open_clip text
tower. It was trained for minutes on two CPU cores and is **rough**.

## What it was taught
{len(scenes.concepts)} things in {len(scenes.styles)} styles ({", ".join(scenes.styles)}),
one large or two small, on {len(scenes.backgrounds)} plain colours
or on gradients, {len(scenes.tints)} tints. Its words are in
`model.json` (`ellbox info --vocabulary`); other words mean nothing to it.

## Data and licences
Scenes composed from the sprites that `../CREDITS.md` lists; captions are checked to be true of
the picture. {settings.tokenised_scenes:,} scenes were tokenised once for the Lformer.

## Training
| part | steps | batch | pictures | minutes | from -> to (mean of the last twentieth) |
|---|---|---|---|---|---|
{table}

![curves](curves.png)

AdamW, bfloat16 autocast on the CPU, cosine schedule, averaged weights, text dropout
{settings.text_dropout}, divergence weight {settings.kl_weight} (1 is the likelihood bound).
Repeat it with `ellbox train all`; `docs/quality.md` has the figures.

## Samples
What `ellbox generate` draws for these prompts with seed 0, not picked:

![samples](samples.png)
"""
