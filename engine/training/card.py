"""The model card that ships beside the weights: text, curves and a captioned sample sheet."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.training.config import TrainingConfig

CURVES = (("tokenizer", "psnr"), ("clip", "loss"), ("lformer", "entropy"))
TITLES = {
    "psnr": "VQGAN: PSNR of training pictures, dB",
    "loss": "Towers: contrastive loss, nats",
    "entropy": "Lformer: cross entropy of training tokens, nats",
}


def figures(folder: Path, part: str) -> list[dict[str, float]]:
    """The rows of a part's metrics.csv."""
    with (folder / part / "metrics.csv").open(newline="", encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def curves(folder: Path) -> Image.Image:
    """One smoothed curve a part, over minutes of training."""
    width, height, margin = 360, 220, 36
    sheet = Image.new("RGB", (width * len(CURVES), height), "white")
    draw = ImageDraw.Draw(sheet)
    for index, (part, name) in enumerate(CURVES):
        rows = figures(folder, part)
        minutes = np.array([row["minutes"] for row in rows])
        values = _smoothed(np.array([row[name] for row in rows]))
        left, right = index * width + margin, (index + 1) * width - margin // 2
        low, high = float(values.min()), float(values.max())
        x = left + (minutes / minutes.max()) * (right - left)
        y = height - margin - (values - low) / max(high - low, 1e-9) * (height - 2 * margin)
        draw.rectangle((left, margin, right, height - margin), outline="#bbbbbb")
        draw.line(list(zip(x.tolist(), y.tolist(), strict=True)), fill="#1f6feb", width=2)
        draw.text((left, margin - 16), TITLES[name], fill="black")
        draw.text((left - 30, margin), f"{high:.1f}", fill="black")
        draw.text((left - 30, height - margin - 10), f"{low:.1f}", fill="black")
        draw.text((right - 60, height - margin + 4), f"{minutes.max():.0f} minutes", fill="black")
    return sheet


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    window = max(1, len(values) // 40)
    padded = np.pad(values, (window - 1, 0), mode="edge")
    return np.convolve(padded, np.ones(window) / window, mode="valid")


def captioned_sheet(
    pictures: Sequence[NDArray[np.uint8]], captions: Sequence[str], columns: int = 4
) -> Image.Image:
    """Pictures (S, S, 3) in rows, each with its caption below."""
    side = pictures[0].shape[0]
    cell, row = side + 96, side + 22
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * cell, rows * row), "white")
    draw = ImageDraw.Draw(sheet)
    for index, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        left, top = index % columns * cell, index // columns * row
        sheet.paste(Image.fromarray(picture), (left + (cell - side) // 2, top + 2))
        draw.text((left + cell / 2, top + side + 10), caption, fill="black", anchor="mm")
    return sheet


def card_text(settings: TrainingConfig, folder: Path) -> str:
    """MODEL_CARD.md: what was trained, on what, for how long, and how far it came."""
    parts = []
    for part, name in CURVES:
        rows = figures(folder, part)
        state = json.loads((folder / part / "state.json").read_text(encoding="utf-8"))
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
tower. This is a **first, rough set**, trained for minutes on two CPU cores.

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
Repeat it with `ellbox train tokenizer`, `clip`, `tokens`, `lformer`, `ship`.

## Samples
Drawn in one batch by the training's own loop with the shipped temperature, top-k and guidance, one
fixed seed, not picked (so `ellbox generate` draws other pictures for these prompts):

![samples](samples.png)
"""
