"""`ellbox train judge` and `ellbox train evaluate`."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.training.commands.options import Training, taking

if TYPE_CHECKING:
    from engine.quality.bench import Bench, Chapter
    from engine.values.jobs import Pixels

JUDGE_MINUTES, JUDGE_BATCH = 8.0, 128
JUDGE_FILE = "judge.safetensors"
SHEET_PICTURES, SHOWN_PX = 100, 192


@taking(Training)
def judge(asked: Training) -> None:
    """Train the judge that `evaluate` asks, on real scenes alone (8 minutes on two cores)."""
    from engine.quality.lessons import JudgeTask, finished_judge
    from engine.training.loop import LoopConfig, Trainer
    from engine.training.sprites import SpriteBank

    task = JudgeTask(asked.settings().scenes, SpriteBank.open(asked.bank))
    budget = {} if asked.steps else {"minutes": JUDGE_MINUTES}
    settings = {"batch": JUDGE_BATCH, **budget, **asked.loop()}
    loop = LoopConfig(lr=3e-3, betas=(0.9, 0.99), weight_decay=0.05, ema=0.99, **settings)
    trainer = Trainer(task, loop, asked.folder / "judge")
    trainer.run(resume=asked.resume, start=asked.start)
    path = asked.folder / "judge" / JUDGE_FILE
    finished_judge(task, trainer.average).save(path)
    typer.echo(f"Wrote {path}.")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is evaluated, and how thoroughly."""

    bank: Annotated[Path, typer.Option(help="The sprite bank.")] = Path("sprites-128.npz")
    backend: Annotated[str, typer.Option(help="The generator.")] = "lformer"
    model: Annotated[
        Path | None, typer.Option(help="A model folder; left out, those that ship.")
    ] = None
    judge: Annotated[Path, typer.Option(help="The judge's weights.")] = (
        Path(".checkpoints") / "judge" / JUDGE_FILE
    )
    config: Annotated[
        list[Path] | None, typer.Option(help="As in training: which scenes; repeatable.")
    ] = None
    samples: Annotated[
        int, typer.Option(min=2, help="Prompts for one object; the rest in proportion.")
    ] = 200
    candidates: Annotated[
        int, typer.Option(min=1, help="Drawn for each prompt, of which the best counts.")
    ] = 1
    chapter: Annotated[
        list[str] | None,
        typer.Option(help="tokenizer, prompts, scene-boxes, photo-boxes, words, diversity."),
    ] = None
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None
    sheets: Annotated[
        Path | None, typer.Option(help="Write the first 100 pictures of each chapter here.")
    ] = None
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto"
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads of torch; left out, as in the window.")
    ] = None


@taking(Evaluation)
def evaluate(asked: Evaluation) -> None:
    """Measure what a generator draws for held-out prompts, with ceiling, floor and aims."""
    from engine.quality.measure import CHAPTERS
    from engine.quality.report import HEAD, as_json, line
    from engine.values.errors import BadInput

    chosen = asked.chapter or list(CHAPTERS)
    unknown = [name for name in chosen if name not in CHAPTERS]
    if unknown:
        raise BadInput(
            f"There is no chapter {unknown[0]!r}.", f"Choose from {', '.join(CHAPTERS)}."
        )
    bench, origin = _bench(asked)
    told: list[dict[str, Any]] = []
    began = time.perf_counter()
    typer.echo(HEAD)
    for name in chosen:
        chapter = CHAPTERS[name](bench)
        for figure in chapter.figures:
            typer.echo(line(figure))
            told.append(as_json(figure))
        if asked.sheets is not None and chapter.pictures:
            _write_sheet(asked.sheets / f"{name}.png", chapter)
        seconds = time.perf_counter() - began
        typer.echo(f"{name}: done after {seconds:.0f} s", err=True)
    if asked.out is not None:
        result = {**origin, "seconds": round(time.perf_counter() - began, 1), "figures": told}
        asked.out.write_text(json.dumps(result, indent=1), encoding="utf-8")


def _bench(asked: Evaluation) -> "tuple[Bench, dict[str, Any]]":
    """Everything loaded, and what the figures must name so that they can be repeated."""
    import torch

    from engine.catalog import folder_of, model_folders
    from engine.quality.artist import Artist
    from engine.quality.bench import Bench, Counts
    from engine.quality.judge import Judge, check_knows
    from engine.runtime.device import choose_device
    from engine.runtime.engine import Engine
    from engine.runtime.model_pool import ModelPool
    from engine.training.config import TrainingConfig
    from engine.training.sprites import SpriteBank

    settings = TrainingConfig.layered(asked.config or ())
    referee = Judge.read(asked.judge)
    check_knows(referee, settings.scenes)
    bank = SpriteBank.open(asked.bank)
    device = choose_device(asked.device)
    if asked.threads is not None:
        torch.set_num_threads(asked.threads)
    folders = model_folders(None if asked.model is None else [asked.model])
    folder = folder_of(asked.backend, folders)
    pool = ModelPool(folders, device)
    loaded = pool.get(asked.backend)
    bench = Bench(
        Artist(Engine(pool, device), loaded.spec, asked.candidates),
        loaded.tokenizer,
        referee,
        settings.scenes,
        bank,
        _photos(),
        Counts.of(asked.samples),
    )
    origin = {
        "backend": asked.backend,
        "weights": folder.digests,
        "judge": _digest(asked.judge),
        "device": device.describe(),
        "samples": asked.samples,
        "candidates": asked.candidates,
    }
    return bench, origin


def _photos() -> "Sequence[Pixels]":
    """The sample photographs that ship with Ellbox."""
    from importlib import resources

    from engine.document.picture_file import open_picture

    folder = Path(str(resources.files("assets"))) / "samples"
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".jpg", ".png"))
    return [open_picture(path).rgb8 for path in paths]


def _write_sheet(path: Path, chapter: "Chapter") -> None:
    from engine.training.card import captioned_sheet

    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = [_shown(picture) for picture in chapter.pictures[:SHEET_PICTURES]]
    captioned_sheet(pictures, chapter.prompts[:SHEET_PICTURES], columns=5).save(path)


def _shown(picture: "Pixels") -> "Pixels":
    """On a square of one size, so that pictures of any size share a sheet."""
    import numpy as np
    from PIL import Image, ImageOps

    size = (SHOWN_PX, SHOWN_PX)
    return np.asarray(ImageOps.pad(Image.fromarray(picture), size, color="white"))


def _digest(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()
