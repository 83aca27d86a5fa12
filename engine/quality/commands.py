"""The commands of `ellbox train` that measure what the generators draw."""

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.quality import evaluation

measure_app = typer.Typer()

measure_app.command()(evaluation.judge)
measure_app.command()(evaluation.evaluate)


@measure_app.command()
def ablate(
    *,
    bank: Annotated[Path, typer.Option(help="The sprite bank.")] = Path("sprites-128.npz"),
    judge: Annotated[
        Path | None, typer.Option(help="A trained judge; left out, the generator's towers score.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="A model's folder; left out, those that ship.")
    ] = None,
    backend: Annotated[str, typer.Option(help="The generator.")] = "lformer",
    samples: Annotated[int, typer.Option(min=2, help="Prompts, and boxes, of each study.")] = 16,
    study: Annotated[
        list[str] | None, typer.Option(help="sampling, ranking, placement, box-ranking.")
    ] = None,
    config: Annotated[
        list[Path] | None,
        typer.Option(help="JSON of what differs from the defaults, or a preset; repeatable."),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
) -> None:
    """Measure choices in decoding on held-out captions: sampling, ranking, boxes."""
    from engine.catalog import model_folders
    from engine.quality.ablate import STUDIES, Bench, Row
    from engine.quality.cases import asked_boxes, asked_pictures
    from engine.quality.judge import Judge
    from engine.quality.scorer import JudgeScorer, Scorer, TowersScorer
    from engine.runtime.device import choose_device
    from engine.runtime.model_pool import ModelPool
    from engine.training.config import TrainingConfig
    from engine.training.sprites import SpriteBank
    from engine.values.errors import BadInput

    chosen = study or list(STUDIES)
    unknown = [name for name in chosen if name not in STUDIES]
    if unknown:
        raise BadInput(f"There is no study {unknown[0]!r}.", f"Choose from {', '.join(STUDIES)}.")
    scenes, sprites = TrainingConfig.layered(config or ()).scenes, SpriteBank.open(bank)
    folders = model_folders(None if model is None else [model])
    loaded = ModelPool(folders, choose_device(device)).get(backend)
    scorer: Scorer = (
        TowersScorer(loaded.text, scenes.concepts)
        if judge is None
        else JudgeScorer(Judge.read(judge))
    )
    bench = Bench(
        loaded,
        scorer,
        asked_pictures(scenes, sprites, samples),
        asked_boxes(scenes, sprites, samples),
    )
    typer.echo(f"{loaded.spec.title}, {samples} prompts a study, scored by {scorer.title}.")
    rows: list[Row] = []
    for name in chosen:
        for row in STUDIES[name](bench):
            typer.echo(row.line)
            rows.append(row)
    if out is not None:
        told = {"scorer": scorer.title, "rows": [row.to_json() for row in rows]}
        out.write_text(json.dumps(told, indent=1), encoding="utf-8")
